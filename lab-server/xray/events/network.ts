/** What happened to network interfaces. */
import type { Facts, InterfaceFact } from "../facts.ts";
import { added, changed, type Draft, list, type Moments, reference } from "./words.ts";

export function networkEvents({ before, after }: Moments): Draft[] {
  const drafts: Draft[] = [];
  const told = new Set<string>();
  for (const [id, row] of added(before.interfaces, after.interfaces)) {
    // Every network namespace begins with its own loopback.
    if (row.kind === "loopback" || told.has(id)) continue;
    const old = elsewhere(row, before);
    if (old) {
      drafts.push({
        kind: "interface-changed",
        text: `${row.name} moved from ${place(old, before)} to ${place(row, after)}`,
        about: [...about(id, row), reference("namespaces", old.namespace)],
      });
      drafts.push(...changesOf(id, row, old, after));
      continue;
    }
    const peer = row.peer === null ? undefined : after.interfaces[row.peer];
    if (peer && row.peer !== null && before.interfaces[row.peer] === undefined) {
      told.add(row.peer);
      const where =
        peer.namespace === row.namespace ? `in ${place(row, after)}` : `between ${place(row, after)} and ${place(peer, after)}`;
      drafts.push({
        kind: "interface-made",
        text: `a veth pair was made ${where}: ${row.name} and ${peer.name}`,
        about: [reference("interfaces", id), reference("interfaces", row.peer), reference("namespaces", row.namespace)],
      });
      drafts.push(...addressesOf(id, row, [], after), ...addressesOf(row.peer, peer, [], after));
      continue;
    }
    drafts.push({
      kind: "interface-made",
      text: `${row.kind} ${row.name} was made in ${place(row, after)}`,
      about: about(id, row),
    });
    drafts.push(...addressesOf(id, row, [], after));
  }
  for (const [id, row, old] of changed(before.interfaces, after.interfaces)) drafts.push(...changesOf(id, row, old, after));
  for (const [id, row] of added(after.interfaces, before.interfaces)) {
    if (row.kind === "loopback" || elsewhere(row, after)) continue;
    drafts.push({
      kind: "interface-gone",
      text: `${row.kind} ${row.name} of ${place(row, before)} is gone`,
      about: about(id, row),
    });
  }
  return drafts;
}

/**
 * The same interface in another namespace: it moved. Namespaces are read one after another, so that it may be seen in both, or for a
 * moment in none.
 */
function elsewhere({ mac, kind, namespace }: InterfaceFact, { interfaces }: Facts): InterfaceFact | undefined {
  if (mac === "") return undefined;
  return Object.values(interfaces).find((one) => one.mac === mac && one.kind === kind && one.namespace !== namespace);
}

function changesOf(id: string, row: InterfaceFact, old: InterfaceFact, after: Facts): Draft[] {
  const happened: string[] = [];
  if (row.name !== old.name) happened.push(`has the name ${row.name} now`);
  if (row.up !== old.up) happened.push(row.up ? "was set up" : "was set down");
  if (row.bridge !== old.bridge) {
    const bridge = row.bridge === null ? undefined : after.interfaces[row.bridge];
    happened.push(bridge ? `is a port of ${bridge.name} now` : "is no port of a bridge any more");
  }
  const drafts: Draft[] = [];
  if (happened.length > 0)
    drafts.push({ kind: "interface-changed", text: `${old.name} ${list(happened)}`, about: about(id, row) });
  return [...drafts, ...addressesOf(id, row, old.addresses, after)];
}

function addressesOf(id: string, row: InterfaceFact, before: readonly string[], after: Facts): Draft[] {
  const where = `${row.name} in ${place(row, after)}`;
  const set = row.addresses.filter((address) => !before.includes(address));
  const gone = before.filter((address) => !row.addresses.includes(address));
  return [
    ...set.map((address): Draft => {
      return { kind: "address-set", text: `${where} has the address ${address} now`, about: about(id, row) };
    }),
    ...gone.map((address): Draft => {
      return { kind: "address-gone", text: `${where} lost the address ${address}`, about: about(id, row) };
    }),
  ];
}

function place({ namespace }: InterfaceFact, { namespaces }: Facts): string {
  return namespaces[namespace]?.name ?? "another namespace";
}

function about(id: string, { namespace }: InterfaceFact) {
  return [reference("interfaces", id), reference("namespaces", namespace)];
}
