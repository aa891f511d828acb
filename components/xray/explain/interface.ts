import type { InterfaceFact } from "../../../lab-server/protocol.ts";
import { bytes } from "../amount.ts";
import { type Explain, values } from "./explanation.ts";

export const explainInterface: Explain<InterfaceFact> = (row, facts) => {
  const peer = row.peer === null ? undefined : facts.interfaces[row.peer];
  const bridge = row.bridge === null ? undefined : facts.interfaces[row.bridge];
  const place = (other: InterfaceFact) => `${other.name} in ${facts.namespaces[other.namespace]?.name ?? "another namespace"}`;
  return {
    kind: row.kind === "loopback" ? "loopback interface" : `${row.kind} interface`,
    title: row.name,
    colour: "ns-net",
    text: `${what(row, peer && place(peer))} ${state(row)}`,
    values: values(
      ["Network namespace", facts.namespaces[row.namespace]?.name],
      ["Index", row.index],
      ["Addresses", row.addresses.join(", ") || "none"],
      ["State", row.up ? (row.running ? "up" : "up, no carrier") : "down"],
      ["Other end", peer && place(peer)],
      ["Port of", bridge && place(bridge)],
      ["MAC", row.mac],
      ["MTU", row.mtu],
      ["Received, sent", `${bytes(row.received)}, ${bytes(row.sent)}`],
    ),
    terms:
      row.kind === "veth"
        ? ["veth-pair", "network-namespace"]
        : row.kind === "bridge"
          ? ["linux-bridge", "network-namespace"]
          : ["network-namespace"],
    near: [
      ...(row.peer !== null && peer ? [{ name: place(peer), of: { table: "interfaces", id: row.peer } as const }] : []),
      ...(row.bridge !== null && bridge ? [{ name: place(bridge), of: { table: "interfaces", id: row.bridge } as const }] : []),
    ],
  };
};

function what({ kind }: InterfaceFact, peer: string | undefined): string {
  if (kind === "loopback") return "Every network namespace has a loopback of its own, and it leads nowhere but back.";
  if (kind === "veth")
    return `One end of a cable: what goes in here comes out at ${peer ?? "the other end, which is where the sandbox cannot be looked into"}.`;
  if (kind === "bridge")
    return "A switch in software: what comes in at one of its ports goes out at the port behind which its receiver is.";
  return `An interface of the kind ${kind || "that the kernel does not name"}.`;
}

function state({ up, running, kind, addresses }: InterfaceFact): string {
  if (!up) return "It is down, so nothing passes; `ip link set … up` changes that.";
  if (!running && kind === "veth") return "It is up, but its other end is not, so nothing passes yet.";
  if (addresses.length === 0 && kind === "veth")
    return "It is up and has no address: it works as a port, and nobody reaches it by IP.";
  return "It is up.";
}
