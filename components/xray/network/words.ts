/** What the picture and the table of the network say in words. */
import type { NamespaceFact } from "../../../lab-server/protocol.ts";
import type { Interface } from "./wiring.ts";

export type LinkState = "up" | "waiting" | "down";

/** netdevice(7): IFF_UP is what was asked for, IFF_RUNNING says that the other side is there too. */
export function linkState({ fact: { up, running } }: Interface): LinkState {
  if (!up) return "down";
  return running ? "up" : "waiting";
}

export const STATE_WORDS: Readonly<Record<LinkState, string>> = { up: "up", waiting: "up, no carrier", down: "down" };

/** The name by which `ip netns` knows a namespace: the file that it is mounted on. */
export function netnsName({ pinned }: NamespaceFact): string | undefined {
  for (const path of pinned) {
    const name = /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(path)?.[1];
    if (name !== undefined) return name;
  }
}

/** Where its cable leads; undefined: it has none. */
export function cableWord({ fact, peer }: Interface): string | undefined {
  if (peer) {
    const where =
      peer.namespace === undefined || peer.fact.namespace === fact.namespace ? "here too" : `in ${peer.namespace.name}`;
    return `cable to ${peer.fact.name} ${where}`;
  }
  return fact.kind === "veth" ? "the other end of its cable cannot be seen from here" : undefined;
}

/** The whole interface in words, for whoever does not see it. */
export function interfaceSays(one: Interface): string {
  const { fact, ports } = one;
  return [
    fact.name,
    fact.kind,
    STATE_WORDS[linkState(one)],
    ...fact.addresses,
    cableWord(one),
    ports.length > 0 ? `bridge of ${ports.map(({ fact: { name } }) => name).join(", ")}` : undefined,
  ]
    .filter((word) => word !== undefined)
    .join(", ");
}
