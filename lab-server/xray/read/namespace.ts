/** Namespaces of a sandbox: namespaces(7), and the pages of each type. */
import { closeSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { SandboxDescription } from "../../sandbox/driver.ts";
import { MOST_ROWS, NAMESPACE_TYPES, type NamespaceFact, type NamespaceType } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import { unlessUnreadable, unlessVanished } from "../vanished.ts";
import { type IdMap, parseIdMap, sandboxMap, seenFrom } from "./id-map.ts";
import { type Family, learnFamily } from "./namespace-family.ts";
import { type Holder, inodeOf, type NamespacePin, openHeld } from "./namespace-holder.ts";
import type { SeenProcess } from "./process.ts";
import { namespaceId, namespacesOf } from "./process-files.ts";
import { readSmall } from "./small-file.ts";

/** Paths that a row names of those where its namespace is mounted. */
const MOST_PINS = 8;

export type NamespacesRead = {
  namespaces: Record<string, NamespaceFact>;
  /** What each one is reached by: a process in it where there is one. One that only holds others has none. */
  holders: ReadonlyMap<string, Holder>;
  leftOut: number;
};

/** What is kept of a namespace from one pass to the next. */
type Known = Family & {
  name: string;
  origin: NamespaceFact["origin"];
  madeBy: NamespaceFact["madeBy"];
  madeAt: number | null;
  /** What held it last time. */
  heldBy: ReadonlySet<string>;
  row?: NamespaceFact;
};

/** What a pass found of a namespace. */
type Found = {
  type: NamespaceType;
  /** In it, in the order in which they started. */
  members: SeenProcess[];
  /** Their children will be in it. */
  makers: SeenProcess[];
  pins: NamespacePin[];
  heldBy: Set<string>;
};

export class NamespaceReader {
  readonly #inside: Inside;
  readonly #sandboxMap: IdMap;
  readonly #known = new Map<string, Known>();
  /** How many of each type have a name. */
  readonly #named = new Map<NamespaceType, number>();
  #isFirst = true;

  constructor({ firstHostId }: Pick<SandboxDescription, "firstHostId">, inside: Inside) {
    this.#inside = inside;
    this.#sandboxMap = sandboxMap(firstHostId);
    const host = Object.values(namespacesOf("/proc/self"));
    for (const type of NAMESPACE_TYPES) {
      const id = inside.namespaces[type];
      if (id === undefined) continue;
      const origin = host.includes(id) ? "host" : "sandbox";
      const owner = origin === "sandbox" && type !== "user" ? (inside.namespaces.user ?? null) : null;
      this.#learn(id, { type, parent: null, owner }, origin);
    }
  }

  /** `seen` is what ProcessReader saw in this pass, `pins` the mounts of namespaces. A row in which nothing changed is the same object as last time. */
  read(seen: ReadonlyMap<number, SeenProcess>, pins: readonly NamespacePin[]): NamespacesRead {
    const found = find(seen, pins);
    this.#forgetReplaced(found);
    const holders = new Map<string, Holder>();
    const present = new Set<string>(Object.values(this.#inside.namespaces));
    for (const [id, one] of found) {
      const holder = holderOf(one);
      if (!this.#known.has(id)) unlessUnreadable(() => this.#meet(id, one.type, holder));
      const known = this.#known.get(id);
      if (!known) continue;
      holders.set(id, holder);
      // Who comes into one that was there before did not make it.
      if (known.heldBy.size === 0) known.madeBy ??= makerOf(one);
      known.heldBy = one.heldBy;
      if (known.origin === "sandbox") known.madeAt ??= one.members[0]?.fact.startedAt ?? null;
      this.#addWithFamily(id, present);
    }
    for (const [id, known] of this.#known) {
      if (!present.has(id)) this.#known.delete(id);
      else if (!found.has(id)) known.heldBy = new Set();
    }
    this.#isFirst = false;
    return { ...this.#rows(found), holders };
  }

  /**
   * The kernel gives a namespace's inode number to the next one as soon as it is free. Where nothing that held a namespace holds it any
   * more, and processes are in it now, it is another one. (A mount alone says nothing: mounts are read less often.)
   */
  #forgetReplaced(found: ReadonlyMap<string, Found>): void {
    for (const [id, { origin, heldBy }] of this.#known) {
      const now = found.get(id);
      const isTaken = now !== undefined && now.members.length + now.makers.length > 0;
      if (isTaken && origin === "made" && heldBy.size > 0 && ![...heldBy].some((each) => now.heldBy.has(each)))
        this.#known.delete(id);
    }
  }

  #meet(id: string, type: NamespaceType, holder: Holder): void {
    const fd = openHeld(this.#inside, id, type, holder);
    try {
      // What is not the sandbox's is no business of whoever looks at it.
      if (!this.#inside.owns(fd)) return;
      learnFamily(
        fd,
        id,
        type,
        (other) => this.#known.has(other),
        (learnt, family) => this.#learn(learnt, family, "made"),
      );
    } finally {
      closeSync(fd);
    }
  }

  #learn(id: string, family: Family, origin: NamespaceFact["origin"]): void {
    const number = (this.#named.get(family.type) ?? 0) + 1;
    this.#named.set(family.type, number);
    const madeAt = origin === "made" && !this.#isFirst ? Date.now() : null;
    this.#known.set(id, { ...family, name: `${family.type} ${number}`, origin, madeBy: null, madeAt, heldBy: new Set() });
  }

  /** A namespace lives while one that is nested in it or owned by it does. */
  #addWithFamily(id: string, present: Set<string>): void {
    present.add(id);
    const known = this.#known.get(id);
    for (const other of [known?.parent, known?.owner]) {
      if (other && !present.has(other)) this.#addWithFamily(other, present);
    }
  }

  #rows(found: ReadonlyMap<string, Found>): { namespaces: Record<string, NamespaceFact>; leftOut: number } {
    const namespaces: Record<string, NamespaceFact> = {};
    for (const [id, known] of [...this.#known].slice(0, MOST_ROWS.namespaces)) {
      const row = this.#row(id, known, found.get(id));
      if (!known.row || !isDeepStrictEqual(row, known.row)) known.row = row;
      namespaces[id] = known.row;
    }
    return { namespaces, leftOut: Math.max(0, this.#known.size - MOST_ROWS.namespaces) };
  }

  #row(id: string, known: Known, found: Found | undefined): NamespaceFact {
    const { type, name, origin, parent, owner, madeBy, madeAt } = known;
    const pinned = [...new Set(found?.pins.map(({ point }) => point))].sort().slice(0, MOST_PINS);
    const maps = type === "user" ? (this.#maps(id, found?.members[0]) ?? mapsOf(known.row)) : {};
    return { type, inode: inodeOf(id), name, origin, parent, owner, madeBy, madeAt, pinned, ...maps };
  }

  #maps(id: string, member: SeenProcess | undefined): Pick<NamespaceFact, "uidMap" | "gidMap"> | undefined {
    if (id === this.#inside.namespaces.user) {
      const own = seenFrom(this.#sandboxMap, this.#sandboxMap);
      return { uidMap: own, gidMap: own };
    }
    if (!member) return undefined;
    const read = (file: string) => {
      const text = readSmall(`/proc/${member.fact.pid}/${file}`).toString("latin1");
      return seenFrom(this.#sandboxMap, parseIdMap(text));
    };
    return unlessVanished(() => ({ uidMap: read("uid_map"), gidMap: read("gid_map") }));
  }
}

function mapsOf({ uidMap, gidMap }: Partial<NamespaceFact> = {}): Pick<NamespaceFact, "uidMap" | "gidMap"> {
  return { ...(uidMap && { uidMap }), ...(gidMap && { gidMap }) };
}

/** Namespaces by id: those that processes are in as they started, then those that are only mounted. */
function find(seen: ReadonlyMap<number, SeenProcess>, pins: readonly NamespacePin[]): Map<string, Found> {
  const found = new Map<string, Found>();
  const at = (id: string, type: NamespaceType, heldBy: string): Found => {
    const one = found.get(id) ?? { type, members: [], makers: [], pins: [], heldBy: new Set() };
    found.set(id, one);
    one.heldBy.add(heldBy);
    return one;
  };
  for (const process of [...seen.values()].sort((a, b) => a.start - b.start || a.fact.pid - b.fact.pid)) {
    const key = `${process.fact.pid} ${process.start}`;
    for (const type of NAMESPACE_TYPES) {
      const id = process.fact.namespaces[type];
      if (id !== undefined) at(id, type, key).members.push(process);
    }
    for (const type of ["pid", "time"] as const) {
      const id = process.forChildren[type];
      if (id !== undefined) at(id, type, key).makers.push(process);
    }
  }
  for (const pin of pins) {
    const id = namespaceId(pin.root);
    const type = NAMESPACE_TYPES.find((each) => id?.startsWith(`${each}:`));
    if (id !== undefined && type) at(id, type, pin.point).pins.push(pin);
  }
  return found;
}

function holderOf({ type, members, makers: [maker], pins: [pin] }: Found): Holder {
  // A zombie is in most types of namespace no more.
  const member = members.find(({ fact }) => fact.state !== "Z" || type === "pid" || type === "user");
  if (member) return { pid: member.fact.pid, forChildren: false };
  if (maker) return { pid: maker.fact.pid, forChildren: true };
  if (pin) return { pin };
  throw new Error("A namespace was found that nothing holds.");
}

/** The one that brought the others with it: its parent is elsewhere. */
function makerOf({ members, makers }: Found): NamespaceFact["madeBy"] {
  const pids = new Set(members.map(({ fact }) => fact.pid));
  const maker = members.find(({ fact }) => fact.parent === null || !pids.has(fact.parent)) ?? members[0] ?? makers[0];
  return maker ? { pid: maker.fact.pid, command: maker.fact.command } : null;
}
