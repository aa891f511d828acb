/**
 * Processes of a sandbox: proc_pid_status(5), proc_pid_stat(5), proc_pid_cmdline(5), proc_pid_root(5), proc_pid_ns(5).
 *
 * Most processes sleep, and one that has not run since the last look cannot have changed: then its status is the same to the byte,
 * since that counts how often it went to sleep. So a look costs one read of a file that stays open, and that file is always the
 * same process's: where the pid is used again, it reads ESRCH.
 */
import { closeSync, readFileSync, readlinkSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { SandboxDescription } from "../../sandbox/driver.ts";
import { MOST_ROWS, type ProcessFact } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import { NotInside, unlessVanished } from "../vanished.ts";
import { type IdMap, insideOf, parseIdMap, sandboxMap } from "./id-map.ts";
import { visible } from "./name.ts";
import { namespacesForChildren, namespacesOf, parseCommand, parseStart, parseStatus } from "./process-files.ts";
import { openSmall, readAgain, readSmall } from "./small-file.ts";

/** Clock ticks of a second, as /proc counts them on every architecture that sandboxes run on. */
const TICKS = 100;
/** More than the longest name needs, all of its characters being four bytes. */
const MOST_COMMAND_BYTES = 1100;

export type SeenProcess = {
  fact: ProcessFact;
  /** When it started, clock ticks since boot. */
  start: number;
  /** Namespaces that its next child will be in, where they are others than its own: unshare(2) of pid and time. */
  forChildren: Partial<Record<"pid" | "time", string>>;
};

export type ProcessesRead = {
  processes: Record<string, ProcessFact>;
  /** By host pid, in ascending order. */
  seen: ReadonlyMap<number, SeenProcess>;
  leftOut: number;
};

/** A process that is looked at again and again. */
type Kept = SeenProcess & {
  /** Its status file, and what that said last. */
  fd: number;
  status: Buffer;
  /** Host pid of its parent, which may be outside. */
  parent: number;
  /** Text of its user namespace's uid_map; undefined: it is in the sandbox's own. */
  uidMap: string | undefined;
};

export class ProcessReader implements Disposable {
  readonly #inside: Inside;
  readonly #sandboxMap: IdMap;
  readonly #bootedAt = bootedAt();
  readonly #kept = new Map<number, Kept>();
  /** Text of each nested user namespace's uid_map, in this pass. */
  #uidMaps = new Map<string, string>();

  constructor({ firstHostId }: Pick<SandboxDescription, "firstHostId">, inside: Inside) {
    this.#inside = inside;
    this.#sandboxMap = sandboxMap(firstHostId);
  }

  /**
   * `members` are the host pids in the sandbox's groups, and the path of each one's group by hierarchy. Processes in no pid namespace
   * of the sandbox are left out: runc, on its way in. A row in which nothing changed is the same object as last time.
   */
  read(members: ReadonlyMap<number, Readonly<Record<string, string>>>): ProcessesRead {
    this.#uidMaps = new Map();
    const shown = new Set([...members.keys()].sort((a, b) => a - b).slice(0, MOST_ROWS.processes));
    for (const pid of this.#kept.keys()) if (!shown.has(pid)) this.#drop(pid);
    const seen = new Map<number, Kept>();
    for (const pid of shown) {
      const kept = this.#look(pid, members.get(pid) ?? {});
      if (kept) seen.set(pid, kept);
    }
    const processes: Record<string, ProcessFact> = {};
    for (const [pid, kept] of seen) {
      const parent = seen.has(kept.parent) ? kept.parent : null;
      if (parent !== kept.fact.parent) kept.fact = { ...kept.fact, parent };
      processes[pid] = kept.fact;
    }
    return { processes, seen, leftOut: members.size - shown.size };
  }

  /** Closes what stays open between readings. The next one opens it again. */
  rest(): void {
    for (const pid of this.#kept.keys()) this.#drop(pid);
  }

  [Symbol.dispose](): void {
    this.rest();
  }

  #look(pid: number, groups: Readonly<Record<string, string>>): Kept | undefined {
    const before = this.#kept.get(pid);
    const now = unlessVanished(() => (before ? this.#again(pid, before) : this.#meet(pid)));
    if (now === undefined) {
      this.#drop(pid);
      // Another process may have its pid now.
      return before ? this.#look(pid, groups) : undefined;
    }
    if (!isSame(now.fact.groups, groups)) now.fact = { ...now.fact, groups: { ...groups } };
    this.#kept.set(pid, now);
    return now;
  }

  #meet(pid: number): Kept {
    const fd = openSmall(`/proc/${pid}/status`);
    try {
      const bytes = Buffer.from(readAgain(fd));
      const start = parseStart(readSmall(`/proc/${pid}/stat`));
      const row = this.#read(pid, bytes, fd);
      if (start === undefined || !row) throw new NotInside(pid);
      const startedAt = Math.round(this.#bootedAt + (start / TICKS) * 1000);
      return { ...row, fd, status: bytes, start, fact: { ...row.fact, startedAt } };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #again(pid: number, before: Kept): Kept | undefined {
    const bytes = readAgain(before.fd);
    const { state, threads, namespaces, startedAt } = before.fact;
    const sleeps = state !== "R" && threads === 1 && bytes.equals(before.status);
    if (sleeps && this.#uidMapOf(pid, namespaces.user) === before.uidMap) return before;
    const status = Buffer.from(bytes);
    const row = this.#read(pid, status, before.fd, before.fact);
    if (!row) return undefined;
    const fact = { ...row.fact, startedAt, groups: before.fact.groups };
    const same = isDeepStrictEqual(fact, before.fact);
    return { ...before, ...row, status, fact: same ? before.fact : fact };
  }

  /** undefined where it has ended, or is not in the sandbox. */
  #read(pid: number, bytes: Buffer, fd: number, before?: ProcessFact): Omit<Kept, "fd" | "status" | "start"> | undefined {
    const status = parseStatus(bytes);
    const folder = `/proc/${pid}`;
    const namespaces = namespacesOf(folder);
    if (!status || namespaces.pid === undefined) return undefined;
    // The pid namespace of a process is its for life.
    if (!before && namespaces.pid !== this.#inside.namespaces.pid) closeSync(this.#inside.process(pid));
    const uidMap = this.#uidMapOf(pid, namespaces.user);
    const { comm, state, parent, uid, threads, pids } = status;
    const fact = {
      pid,
      parent: before?.parent ?? null,
      pids: pids.slice(1),
      comm,
      command: parseCommand(readSmall(`${folder}/cmdline`, MOST_COMMAND_BYTES)) || `[${comm}]`,
      state,
      uid: {
        host: uid,
        sandbox: insideOf(this.#sandboxMap, uid),
        inner: insideOf(uidMap === undefined ? this.#sandboxMap : parseIdMap(uidMap), uid),
      },
      threads,
      startedAt: 0,
      namespaces,
      groups: {},
      // A zombie has none.
      root: unlessVanished(() => visible(readlinkSync(`${folder}/root`, "buffer"))) ?? before?.root ?? "/",
    };
    // It is alive still, so all of this was its own, and not a later process's of the same pid.
    readAgain(fd, 1);
    return { fact, parent, uidMap, forChildren: namespacesForChildren(folder, namespaces) };
  }

  /** undefined of the sandbox's own user namespace. */
  #uidMapOf(pid: number, user: string | undefined): string | undefined {
    if (user === undefined || user === this.#inside.namespaces.user) return undefined;
    const there = this.#uidMaps.get(user);
    if (there !== undefined) return there;
    const text = readSmall(`/proc/${pid}/uid_map`).toString("latin1");
    this.#uidMaps.set(user, text);
    return text;
  }

  #drop(pid: number): void {
    const kept = this.#kept.get(pid);
    if (!kept) return;
    this.#kept.delete(pid);
    closeSync(kept.fd);
  }
}

/** When the machine started, milliseconds since the epoch: proc_uptime(5). */
function bootedAt(): number {
  const [uptime] = readFileSync("/proc/uptime", "utf8").split(" ").map(Number);
  if (uptime === undefined || !(uptime >= 0)) throw new Error("/proc/uptime does not say how long the machine has been up.");
  return Date.now() - uptime * 1000;
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
