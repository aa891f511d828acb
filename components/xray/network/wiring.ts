/** Who is connected to whom: the interfaces of each network namespace, ports below their bridge, and the cables between them. */
import type { Facts, InterfaceFact, NamespaceFact } from "../../../lab-server/protocol.ts";

export type Interface = {
  id: string;
  fact: InterfaceFact;
  /** The other end of its cable, and where that is. */
  peer: { fact: InterfaceFact; namespace: NamespaceFact | undefined } | undefined;
  /** The ports of a bridge. */
  ports: Interface[];
};

export type NetworkBox = {
  id: string;
  namespace: NamespaceFact;
  /** How many processes are in it. */
  processes: number;
  interfaces: Interface[];
  /** Whether nothing but its own loopback is in it. */
  isAlone: boolean;
};

/** A veth pair: veth(4). Its id does not depend on which end is named first. A loose one has an end that cannot be seen. */
export type Cable = { id: string; ends: readonly [string] | readonly [string, string]; isUp: boolean };

export type Wiring = { boxes: NetworkBox[]; cables: Cable[] };

export function wire({ interfaces, namespaces, processes }: Pick<Facts, "interfaces" | "namespaces" | "processes">): Wiring {
  const members = new Map<string, number>();
  for (const {
    namespaces: { net },
  } of Object.values(processes))
    if (net !== undefined) members.set(net, (members.get(net) ?? 0) + 1);

  const all = new Map<string, Interface>();
  for (const [id, fact] of Object.entries(interfaces).sort(([, a], [, b]) => a.index - b.index)) {
    const other = fact.peer === null ? undefined : interfaces[fact.peer];
    all.set(id, { id, fact, peer: other && { fact: other, namespace: namespaces[other.namespace] }, ports: [] });
  }
  const boxes = Object.entries(namespaces)
    .filter(([, { type }]) => type === "net")
    .sort(([, a], [, b]) => rank(a) - rank(b) || a.inode - b.inode)
    .map(([id, namespace]): NetworkBox => ({ id, namespace, processes: members.get(id) ?? 0, interfaces: [], isAlone: true }));
  const boxOf = new Map(boxes.map((box) => [box.id, box]));
  for (const one of all.values()) {
    const bridge = one.fact.bridge === null ? undefined : all.get(one.fact.bridge);
    const box = boxOf.get(one.fact.namespace);
    // A bridge that is its own port is no row of a kernel, and would never end.
    if (bridge && bridge !== one && bridge.fact.bridge === null) bridge.ports.push(one);
    else box?.interfaces.push(one);
    if (box && one.fact.kind !== "loopback") box.isAlone = false;
  }
  return { boxes, cables: cablesOf(interfaces, boxOf) };
}

function cablesOf(interfaces: Facts["interfaces"], boxOf: ReadonlyMap<string, NetworkBox>): Cable[] {
  const cables = new Map<string, Cable>();
  for (const [id, fact] of Object.entries(interfaces)) {
    if (fact.kind !== "veth" || !boxOf.has(fact.namespace)) continue;
    const other = fact.peer === null ? undefined : interfaces[fact.peer];
    if (fact.peer === null || !other || !boxOf.has(other.namespace)) {
      cables.set(id, { id, ends: [id], isUp: fact.up && fact.running });
      continue;
    }
    const ends = [id, fact.peer].sort();
    const key = ends.join(" ");
    if (ends[0] !== undefined && ends[1] !== undefined)
      cables.set(key, { id: key, ends: [ends[0], ends[1]], isUp: fact.up && other.up });
  }
  return [...cables.values()];
}

function rank({ origin, madeAt }: NamespaceFact): number {
  return origin === "made" ? (madeAt ?? 1) : 0;
}
