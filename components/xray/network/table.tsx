import { useMemo } from "react";
import { bytes } from "../amount.ts";
import { type Column, FactTable } from "../fact-table.tsx";
import { namespaceId } from "../namespace-id.ts";
import { originWord } from "../namespace-words.ts";
import type { ViewProps } from "../view.ts";
import { type Interface, type NetworkBox, wire } from "./wiring.ts";
import { cableWord, linkState, netnsName, STATE_WORDS } from "./words.ts";

/** Network namespaces and interfaces, everything that the picture shows. */
export default function NetworkTable({ facts, selected, select }: ViewProps) {
  const { interfaces, namespaces, processes } = facts;
  const boxes = useMemo(() => wire({ interfaces, namespaces, processes }).boxes, [interfaces, namespaces, processes]);
  const columns = useMemo((): Column<Interface>[] => {
    const bridgeOf = (id: string | null) => (id === null ? "" : (interfaces[id]?.name ?? "one that cannot be seen"));
    return [
      { header: "Interface", cell: ({ fact: { name } }) => name },
      { header: "Namespace", cell: ({ fact: { namespace } }) => namespaces[namespace]?.name ?? "" },
      { header: "Kind", cell: ({ fact: { kind } }) => kind },
      { header: "State", cell: (one) => STATE_WORDS[linkState(one)] },
      { header: "Addresses", cell: ({ fact: { addresses } }) => addresses.join(", ") },
      { header: "Cable", cell: (one) => cableWord(one) ?? "" },
      { header: "Port of", cell: ({ fact: { bridge } }) => bridgeOf(bridge) },
      { header: "Received", cell: ({ fact: { received } }) => bytes(received), numeric: true },
      { header: "Sent", cell: ({ fact: { sent } }) => bytes(sent), numeric: true },
      { header: "MTU", cell: ({ fact: { mtu } }) => mtu, numeric: true },
      { header: "MAC", cell: ({ fact: { mac } }) => mac },
    ];
  }, [interfaces, namespaces]);
  const boxColumns = useMemo((): Column<NetworkBox>[] => {
    const maker = ({ namespace: { madeBy } }: NetworkBox) => (madeBy === null ? undefined : processes[String(madeBy.pid)]);
    return [
      { header: "Network namespace", cell: ({ namespace: { name } }) => name },
      { header: "Name of ip netns", cell: ({ namespace }) => netnsName(namespace) ?? "" },
      { header: "Where from", cell: (box) => originWord(box.namespace, maker(box)) },
      { header: "Mounted at", cell: ({ namespace: { pinned } }) => pinned.join(", ") },
      { header: "Processes", cell: ({ processes: members }) => members, numeric: true },
    ];
  }, [processes]);
  return (
    <>
      <FactTable
        caption="Interfaces"
        columns={columns}
        rows={boxes.flatMap((box) => withPorts(box.interfaces))}
        reference={({ id }) => ({ table: "interfaces", id })}
        selected={selected}
        select={select}
        empty="No interface can be seen."
      />
      <FactTable
        caption="Network namespaces"
        columns={boxColumns}
        rows={boxes}
        reference={({ namespace }) => ({ table: "namespaces", id: namespaceId(namespace) })}
        selected={selected}
        select={select}
      />
    </>
  );
}

function withPorts(interfaces: readonly Interface[]): Interface[] {
  return interfaces.flatMap((one) => [one, ...withPorts(one.ports)]);
}
