import { useMemo } from "react";
import type { NamespaceFact, ProcessFact } from "../../../lab-server/protocol.ts";
import { NAMESPACE_TYPES } from "../../../lab-server/protocol.ts";
import { type Column, FactTable } from "../fact-table.tsx";
import { namespaceId } from "../namespace-id.ts";
import { mapWord, originWord } from "../namespace-words.ts";
import type { ViewProps } from "../view.ts";
import { makerOf } from "./layout.ts";
import { pidWords, stateWord, userWord } from "./words.ts";

/** Processes and namespaces, everything that the picture shows. */
export default function ProcessesTable({ facts, selected, select }: ViewProps) {
  const { processes, namespaces } = facts;
  const columns = useMemo((): Column<ProcessFact>[] => {
    const nameOf = (id: string | undefined) => (id === undefined ? "" : (namespaces[id]?.name ?? ""));
    return [
      { header: "Command", cell: ({ command }) => command },
      { header: "Pid, inside first", cell: (row) => pidWords(row).join(" ← "), numeric: true },
      { header: "Parent", cell: ({ parent }) => parentWord(parent === null ? undefined : processes[String(parent)]) },
      { header: "State", cell: (row) => `${row.state} ${stateWord(row)}` },
      { header: "User", cell: (row) => userWord(row) ?? "root" },
      { header: "Root directory", cell: ({ root }) => root },
      { header: "Threads", cell: ({ threads }) => threads, numeric: true },
      ...NAMESPACE_TYPES.map((type) => ({ header: type, cell: (row: ProcessFact) => nameOf(row.namespaces[type]) })),
      { header: "Host pid", cell: ({ pid }) => pid, numeric: true },
    ];
  }, [processes, namespaces]);
  const namespaceColumns = useMemo((): Column<NamespaceFact>[] => {
    const nameOf = (id: string | null) => (id === null ? "" : (namespaces[id]?.name ?? "outside the sandbox"));
    const members = new Map<string, number>();
    for (const row of Object.values(processes))
      for (const id of Object.values(row.namespaces)) members.set(id, (members.get(id) ?? 0) + 1);
    return [
      { header: "Namespace", cell: ({ name }) => name },
      { header: "Processes", cell: (row) => members.get(namespaceId(row)) ?? 0, numeric: true },
      {
        header: "Where from",
        cell: (row) => originWord(row, makerOf(row, processes)),
      },
      { header: "Nested in", cell: ({ parent }) => nameOf(parent) },
      { header: "Belongs to", cell: ({ owner }) => nameOf(owner) },
      { header: "Mounted at", cell: ({ pinned }) => pinned.join(", ") },
      { header: "Users", cell: (row) => mapWord(row) ?? "" },
      { header: "Inode", cell: ({ inode }) => inode, numeric: true },
    ];
  }, [processes, namespaces]);
  return (
    <>
      <FactTable
        caption="Processes"
        columns={columns}
        rows={Object.values(processes)}
        reference={({ pid }) => ({ table: "processes", id: String(pid) })}
        selected={selected}
        select={select}
        empty="No process runs in the sandbox."
      />
      <FactTable
        caption="Namespaces"
        columns={namespaceColumns}
        rows={Object.values(namespaces)}
        reference={(row) => ({ table: "namespaces", id: namespaceId(row) })}
        selected={selected}
        select={select}
      />
    </>
  );
}

function parentWord(parent: ProcessFact | undefined): string {
  return parent ? `${parent.comm} ${parent.pids[0] ?? parent.pid}` : "outside the sandbox";
}
