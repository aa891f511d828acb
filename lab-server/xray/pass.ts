/** One reading of a sandbox: the readers of its parts, put together as facts. */
import type { Facts, RawFile, Reference, Table } from "./facts.ts";
import { Inside } from "./open-inside.ts";
import { PartPace } from "./pace.ts";
import { rawFiles } from "./raw.ts";
import { GroupReader, type GroupReading } from "./read/cgroup.ts";
import { MountReader, type MountReading } from "./read/mountinfo.ts";
import { NamespaceReader } from "./read/namespace.ts";
import { NetworkReader } from "./read/network.ts";
import { OverlayReader, type OverlayReading } from "./read/overlay.ts";
import { type ProcessesRead, ProcessReader, type SeenProcess } from "./read/process.ts";
import type { Subject } from "./subject.ts";

/** Milliseconds between readings of mounts and of upper layers, and the share of a core that each may take. */
const MOUNTS = { gap: 80, share: 0.015 };
const LAYERS = { gap: 120, share: 0.015 };

/** Milliseconds that runc takes at most to become the program that it starts. */
const ENTERING = 5_000;

export class SandboxReader implements Disposable {
  readonly #subject: Subject;
  readonly #open = new DisposableStack();
  readonly #inside: Inside;
  readonly #groups: GroupReader;
  readonly #processes: ProcessReader;
  readonly #namespaces: NamespaceReader;
  readonly #network: NetworkReader;
  readonly #mounts: Part<ReadonlyMap<string, number>, MountReading>;
  readonly #overlays: Part<MountReading["overlays"], OverlayReading>;

  /** Ids of namespaces that processes were in. */
  #held: ReadonlySet<string> = new Set();

  /** Throws NotInside where the sandbox has ended. */
  constructor(subject: Subject) {
    this.#subject = subject;
    using open = new DisposableStack();
    this.#inside = open.use(new Inside(subject));
    this.#groups = open.use(new GroupReader(subject));
    this.#processes = open.use(new ProcessReader(subject, this.#inside));
    this.#namespaces = new NamespaceReader(subject, this.#inside);
    this.#network = open.use(new NetworkReader(this.#inside));
    const mounts = new MountReader(subject, this.#inside);
    this.#mounts = new Part(MOUNTS, (holders) => mounts.read(holders));
    const overlays = new OverlayReader(subject, this.#inside);
    this.#overlays = new Part(LAYERS, (found) => overlays.read(found));
    this.#open = open.move();
  }

  /** What costs more than the rest is read at its own pace, except where `whole`. Throws where the sandbox cannot be read. */
  read(whole: boolean): Facts {
    const { groups, usage, members, leftOut: groupsLeft } = this.#groups.read();
    const { processes, seen, leftOut: processesLeft } = this.#readProcesses(members);
    const isLost = this.#hold(seen);
    const { mounts, overlays: found, nsfs, leftOut: mountsLeft } = this.#mounts.read(mountHolders(seen), whole || isLost);
    const { namespaces, holders, leftOut: namespacesLeft } = this.#namespaces.read(seen, nsfs);
    const { interfaces, leftOut: interfacesLeft } = this.#network.read(holders);
    const { overlays, files, leftOut: layersLeft } = this.#overlays.read(found, whole);
    const leftOut = {
      processes: processesLeft,
      namespaces: namespacesLeft,
      groups: groupsLeft,
      usage: groupsLeft,
      mounts: mountsLeft,
      interfaces: interfacesLeft,
      ...layersLeft,
    };
    return { processes, namespaces, groups, usage, mounts, overlays, files, interfaces, leftOut: counted(leftOut) };
  }

  /** Whoever opens a terminal in the sandbox is runc for a moment, and nothing of the learner's. */
  #readProcesses(members: GroupReading["members"]): ProcessesRead {
    const read = this.#processes.read(members);
    const entering = new Set(
      Object.values(read.processes)
        .filter(isEntering)
        .map(({ pid }) => pid),
    );
    if (entering.size === 0) return read;
    return {
      processes: Object.fromEntries(Object.entries(read.processes).filter(([, { pid }]) => !entering.has(pid))),
      seen: new Map([...read.seen].filter(([pid]) => !entering.has(pid))),
      leftOut: read.leftOut,
    };
  }

  /** Whether a namespace has lost its last process since the last reading: if it lives on, a mount holds it. */
  #hold(seen: ReadonlyMap<number, SeenProcess>): boolean {
    const held = new Set<string>();
    for (const { fact, forChildren } of seen.values())
      for (const id of [...Object.values(fact.namespaces), ...Object.values(forChildren)]) held.add(id);
    const isLost = [...this.#held].some((id) => !held.has(id));
    this.#held = held;
    return isLost;
  }

  /** The files that a row of `facts` was read from. */
  raw(facts: Facts, of: Reference): RawFile[] {
    return rawFiles({ subject: this.#subject, inside: this.#inside, facts, locate: (id) => this.#groups.locate(id) }, of);
  }

  /**
   * Closes the files that stay open only to be read again soon: one for each process, and those of groups. What was named keeps its name, and the
   * sandbox's own namespaces stay open, which is what their numbers rest on.
   */
  rest(): void {
    this.#processes.rest();
    this.#groups.rest();
  }

  [Symbol.dispose](): void {
    this.#open.dispose();
  }
}

/** A part that is read at its own pace; in between it is what it was. */
class Part<From, Reading> {
  readonly #pace: PartPace;
  readonly #readAgain: (from: From) => Reading;
  #last: Reading | undefined;

  constructor({ gap, share }: { gap: number; share: number }, readAgain: (from: From) => Reading) {
    this.#pace = new PartPace(gap, share);
    this.#readAgain = readAgain;
  }

  read(from: From, now: boolean): Reading {
    const begin = performance.now();
    if (this.#last !== undefined && !now && !this.#pace.isDue(begin)) return this.#last;
    this.#last = this.#readAgain(from);
    const end = performance.now();
    this.#pace.spent(end - begin, end);
    return this.#last;
  }
}

/** A learner's process may take this name too, and is seen when it is no longer new. */
function isEntering({ comm, parent, startedAt }: SeenProcess["fact"]): boolean {
  return parent === null && comm.startsWith("runc:[") && Date.now() - startedAt < ENTERING;
}

/** A process for each mount namespace: mounts are seen from its root directory, so one in no chroot where there is one. */
export function mountHolders(seen: ReadonlyMap<number, SeenProcess>): Map<string, number> {
  const holders = new Map<string, SeenProcess["fact"]>();
  for (const { fact } of seen.values()) {
    const namespace = fact.namespaces.mnt;
    if (namespace === undefined || fact.state === "Z") continue;
    const known = holders.get(namespace);
    if (!known || (known.root !== "/" && fact.root === "/")) holders.set(namespace, fact);
  }
  return new Map([...holders].map(([namespace, { pid }]) => [namespace, pid]));
}

/** Tables that have room for all their rows are not named. */
function counted(leftOut: Partial<Record<Table, number>>): Facts["leftOut"] {
  return Object.fromEntries(Object.entries(leftOut).filter(([, count]) => count > 0));
}
