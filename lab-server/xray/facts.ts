/**
 * What the lab-server sees of a sandbox from outside: the X-ray's facts, their changes and the events between them. Wire
 * types: the browser has them through protocol.ts. Every name in here (commands, paths, groups, interfaces) was chosen by the learner:
 * the readers cut it and make its control characters visible, and whoever shows it escapes it.
 *
 * Facts are tables of rows by id. A row is replaced as a whole when anything in it changes, so that rows which did not change
 * stay the same objects.
 */
import * as z from "zod/mini";

/** The order in which namespaces(7) lists them is not kept: this is the order in which the page shows them. */
export const NAMESPACE_TYPES = ["pid", "mnt", "net", "uts", "ipc", "user", "cgroup", "time"] as const;
export const NamespaceType = z.enum(NAMESPACE_TYPES);
export type NamespaceType = z.infer<typeof NamespaceType>;

/** Longest name, path or command in a row, characters; the readers cut longer ones and end them with "…". */
export const LONGEST_NAME = 256;
/** Most rows of each table; what is left out is counted in `leftOut`. */
export const MOST_ROWS = {
  processes: 512,
  namespaces: 256,
  groups: 256,
  usage: 256,
  mounts: 1024,
  overlays: 32,
  files: 512,
  interfaces: 256,
} as const;
/** Most events that the lab-server keeps of one sandbox, and sends to a page that begins to look. */
export const MOST_EVENTS = 500;

const name = z.string().check(z.maxLength(LONGEST_NAME));
const count = z.int().check(z.gte(0));
/** Bytes, microseconds and the like: exact up to 2^53. */
const amount = z.number().check(z.gte(0));
/** Milliseconds since the epoch. */
const moment = z.number();

/** One process: /proc/PID/{stat,status,cmdline,ns,root,cgroup}. Its id is its host pid, in decimal. */
export const ProcessFact = z.object({
  pid: count,
  /** Host pid of the parent; null where the parent is outside the sandbox. */
  parent: z.nullable(count),
  /** Its pid in each pid namespace from the sandbox's own to the innermost (NSpid of proc_pid_status(5) without the host's). */
  pids: z.array(count),
  /** The thread's name, 15 bytes at most. */
  comm: name,
  /** Arguments, with spaces between; the name in brackets where it has none. */
  command: name,
  /** State letter of proc_pid_stat(5). */
  state: z.string().check(z.length(1)),
  /** Effective user id on the host, in the sandbox, and in its own user namespace; null where it is not mapped there. */
  uid: z.object({ host: count, sandbox: z.nullable(count), inner: z.nullable(count) }),
  threads: count,
  startedAt: moment,
  /** Ids of its namespaces. */
  namespaces: z.partialRecord(NamespaceType, z.string()),
  /** Path of its group below the sandbox's own ("/" is that one): by hierarchy on v1 ("memory", "cpu", …), under "unified" on v2. */
  groups: z.record(z.string(), name),
  /** Its root directory as the sandbox's mount namespace names it; "/" unless it is in a chroot. */
  root: name,
});
export type ProcessFact = z.infer<typeof ProcessFact>;

const IdMap = z.object({ inside: count, outside: count, length: count });

/** A namespace that a process is in, that a mount pins, or that holds one of these. Its id is type and inode, as in "pid:4026532190". */
export const NamespaceFact = z.object({
  type: NamespaceType,
  inode: amount,
  /** Stable while the sandbox lives: "pid 1" is the sandbox's own, the next one made is "pid 2". */
  name,
  /** The sandbox's own, one made in it, or the host's (shared with it: time, as a rule). */
  origin: z.enum(["sandbox", "made", "host"]),
  /** The namespace it is nested in, of the same type (pid and user: ioctl_ns(2), NS_GET_PARENT). */
  parent: z.nullable(z.string()),
  /** The user namespace that owns it (NS_GET_USERNS). */
  owner: z.nullable(z.string()),
  /** The first process that was seen in it, as the one that made it or was made with it. */
  madeBy: z.nullable(z.object({ pid: count, command: name })),
  madeAt: z.nullable(moment),
  /** Paths in the sandbox where it is bind-mounted. */
  pinned: z.array(name),
  /** uid_map and gid_map of a user namespace; `outside` counts in the sandbox's own ids. */
  uidMap: z.optional(z.array(IdMap)),
  gidMap: z.optional(z.array(IdMap)),
});
export type NamespaceFact = z.infer<typeof NamespaceFact>;

/** null: no limit ("max"). */
const limit = z.nullable(amount);

/** A cgroup below the sandbox's own. Its id is its path; the sandbox's own is "/". On v1 one row stands for the directories of this path in all hierarchies. */
export const GroupFact = z.object({
  path: name,
  parent: z.nullable(z.string()),
  /** v1: hierarchies that have this path. v2: cgroup.controllers. */
  controllers: z.array(z.string()),
  /** v2: cgroup.subtree_control. Empty on v1. */
  handsDown: z.array(z.string()),
  /** Host pids of the processes directly in it, in any hierarchy. */
  processes: z.array(count),
  frozen: z.boolean(),
  /** v2: "domain", "threaded", …; empty on v1. */
  kind: z.string(),
  limits: z.object({
    /** Bytes. */
    memory: z.optional(limit),
    memoryHigh: z.optional(limit),
    swap: z.optional(limit),
    /** Microseconds of CPU time in each period. */
    cpuQuota: z.optional(limit),
    cpuPeriod: z.optional(amount),
    /** cpu.weight (v2) or cpu.shares (v1). */
    cpuWeight: z.optional(amount),
    /** cpuset.cpus, as written. */
    cpus: z.optional(name),
    pids: z.optional(limit),
    /** io.max (v2) or blkio.throttle.* (v1), as written, one limit an entry. */
    io: z.optional(z.array(name)),
  }),
});
export type GroupFact = z.infer<typeof GroupFact>;

const Pressure = z.object({ some: z.number(), full: z.nullable(z.number()) });

/** What a group uses now. Its id is the group's path. Counters count from the group's beginning. */
export const UsageFact = z.object({
  memory: z.optional(
    z.object({
      current: amount,
      peak: z.optional(amount),
      anonymous: z.optional(amount),
      file: z.optional(amount),
      /** How often the limit was reached, and how many processes the OOM killer took. */
      reached: count,
      oomKills: count,
    }),
  ),
  /** Microseconds. `usage` is absent where a v1 host counts it in a hierarchy that has no such group. */
  cpu: z.optional(z.object({ usage: z.optional(amount), periods: count, throttledPeriods: count, throttled: amount })),
  pids: z.optional(z.object({ current: count, refused: count })),
  /** Bytes, all devices together. */
  io: z.optional(z.object({ read: amount, written: amount })),
  /** PSI, avg10 in per cent, where the kernel has it. */
  pressure: z.optional(z.partialRecord(z.enum(["memory", "cpu", "io"]), Pressure)),
});
export type UsageFact = z.infer<typeof UsageFact>;

/** A line of mountinfo, proc_pid_mountinfo(5). Its id is the mount namespace's id, "/" and the mount id. */
export const MountFact = z.object({
  namespace: z.string(),
  mount: count,
  parent: count,
  /** Where it is mounted, as seen from the namespace's root. */
  point: name,
  /** The directory of the file system that is its root. */
  root: name,
  type: name,
  source: name,
  /** Of the mount and of the file system, as written. */
  options: z.string().check(z.maxLength(2048)),
  propagation: name,
  /** Id of the overlay. */
  overlay: z.optional(z.string()),
});
export type MountFact = z.infer<typeof MountFact>;

/** An overlay file system: overlayfs of the kernel's documentation. Its id is its device number, as in "0:57". */
export const OverlayFact = z.object({
  /** The one that the sandbox itself stands on. */
  sandbox: z.boolean(),
  /** Where it is mounted, and in which mount namespace it was seen first. */
  point: name,
  namespace: z.string(),
  /** Topmost first, as the sandbox names them; of the sandbox's own: the image's name. */
  lower: z.array(name),
  /** null: read-only, without an upper layer. */
  upper: z.nullable(name),
  work: z.nullable(name),
  /** What the upper layer holds. Bytes of copied and new files. */
  copied: count,
  added: count,
  whiteouts: count,
  opaque: count,
  bytes: amount,
  /** Why the layers could not be looked at, in one sentence. */
  unread: z.optional(z.string().check(z.maxLength(LONGEST_NAME))),
});
export type OverlayFact = z.infer<typeof OverlayFact>;

/** An entry of an overlay's upper layer. Its id is the overlay's id, ":" and the path in the merged tree. */
export const FileFact = z.object({
  overlay: z.string(),
  path: name,
  /** Copied up from a lower layer, new, hides a name of a lower layer, or a directory that hides all of the lower one's. */
  change: z.enum(["copied", "added", "whiteout", "opaque"]),
  type: z.enum(["file", "directory", "symlink", "other"]),
  /** Bytes. */
  size: amount,
});
export type FileFact = z.infer<typeof FileFact>;

/** A network interface: rtnetlink(7). Its id is the network namespace's id, "/" and the interface's index. */
export const InterfaceFact = z.object({
  namespace: z.string(),
  index: count,
  name,
  /** IFLA_INFO_KIND ("veth", "bridge", …), or "loopback". */
  kind: name,
  /** IFF_UP, and whether the carrier is there too. */
  up: z.boolean(),
  running: z.boolean(),
  mac: name,
  mtu: count,
  /** With prefix length, as in "10.0.0.1/24". */
  addresses: z.array(name),
  /** Id of the other end of a veth pair, where it is in a namespace that can be seen. */
  peer: z.nullable(z.string()),
  /** Id of the bridge that it is a port of. */
  bridge: z.nullable(z.string()),
  /** Bytes. */
  received: amount,
  sent: amount,
});
export type InterfaceFact = z.infer<typeof InterfaceFact>;

const tables = {
  processes: ProcessFact,
  namespaces: NamespaceFact,
  groups: GroupFact,
  usage: UsageFact,
  mounts: MountFact,
  overlays: OverlayFact,
  files: FileFact,
  interfaces: InterfaceFact,
} as const;

export const Table = z.enum(["processes", "namespaces", "groups", "usage", "mounts", "overlays", "files", "interfaces"]);
export type Table = z.infer<typeof Table>;

const LeftOut = z.partialRecord(Table, count);

export const Facts = z.object({
  processes: z.record(z.string(), tables.processes),
  namespaces: z.record(z.string(), tables.namespaces),
  groups: z.record(z.string(), tables.groups),
  usage: z.record(z.string(), tables.usage),
  mounts: z.record(z.string(), tables.mounts),
  overlays: z.record(z.string(), tables.overlays),
  files: z.record(z.string(), tables.files),
  interfaces: z.record(z.string(), tables.interfaces),
  /** How many rows each table has no room for; absent: none. */
  leftOut: LeftOut,
});
export type Facts = z.infer<typeof Facts>;

export const NO_FACTS: Facts = {
  processes: {},
  namespaces: {},
  groups: {},
  usage: {},
  mounts: {},
  overlays: {},
  files: {},
  interfaces: {},
  leftOut: {},
};

function changeOf<T extends z.ZodMiniType>(row: T) {
  return z.optional(z.object({ set: z.record(z.string(), row), gone: z.array(z.string()) }));
}

/** What differs between two moments: rows that are new or changed, ids of rows that are gone. A table that did not change is absent. */
export const Change = z.object({
  processes: changeOf(tables.processes),
  namespaces: changeOf(tables.namespaces),
  groups: changeOf(tables.groups),
  usage: changeOf(tables.usage),
  mounts: changeOf(tables.mounts),
  overlays: changeOf(tables.overlays),
  files: changeOf(tables.files),
  interfaces: changeOf(tables.interfaces),
  leftOut: z.optional(LeftOut),
});
export type Change = z.infer<typeof Change>;

/** The facts after a change. Neither argument is touched; tables that did not change stay the same objects, and so do rows. */
export function applyChange(facts: Facts, change: Change): Facts {
  return {
    processes: changeTable(facts.processes, change.processes),
    namespaces: changeTable(facts.namespaces, change.namespaces),
    groups: changeTable(facts.groups, change.groups),
    usage: changeTable(facts.usage, change.usage),
    mounts: changeTable(facts.mounts, change.mounts),
    overlays: changeTable(facts.overlays, change.overlays),
    files: changeTable(facts.files, change.files),
    interfaces: changeTable(facts.interfaces, change.interfaces),
    leftOut: change.leftOut ?? facts.leftOut,
  };
}

/** What changed in one table. */
export type TableChange<T> = { set: Record<string, T>; gone: string[] };

function changeTable<T>(table: Record<string, T>, change: TableChange<T> | undefined): Record<string, T> {
  if (!change) return table;
  const next = { ...table, ...change.set };
  for (const id of change.gone) delete next[id];
  return next;
}

/** A row of a table. */
export const Reference = z.object({ table: Table, id: z.string().check(z.maxLength(2 * LONGEST_NAME)) });
export type Reference = z.infer<typeof Reference>;

export const EventKind = z.enum([
  "process-started",
  "process-ended",
  /** It became another program: execve(2). */
  "process-became",
  /** It was seen in another namespace than before: setns(2), unshare(2). */
  "process-joined",
  /** Its root directory changed: chroot(2), pivot_root(2). */
  "root-changed",
  "namespace-made",
  "namespace-gone",
  "group-made",
  "group-gone",
  "group-joined",
  "controller-enabled",
  "limit-set",
  "limit-reached",
  "oom-kill",
  "throttled",
  "fork-refused",
  "frozen",
  "thawed",
  "mounted",
  "unmounted",
  "copied-up",
  "file-added",
  "file-hidden",
  "interface-made",
  "interface-gone",
  "interface-changed",
  "address-set",
  "address-gone",
]);
export type EventKind = z.infer<typeof EventKind>;

/** One line of the timeline. */
export const XrayEvent = z.object({
  /** Counts up within a sandbox. */
  id: count,
  at: moment,
  kind: EventKind,
  /** One line, without its time: "bash made pid 2 and is its pid 1". */
  text: z.string().check(z.maxLength(2 * LONGEST_NAME)),
  /** What it is about, the main thing first. */
  about: z.array(Reference).check(z.maxLength(4)),
});
export type XrayEvent = z.infer<typeof XrayEvent>;

/** A file that a fact was read from, as it is now. */
export const RawFile = z.object({
  /** On the host, and where a learner finds the same inside the sandbox (null: nowhere). */
  path: z.string(),
  inside: z.nullable(z.string()),
  /** Its first 4 KiB; for a symbolic link, where it leads. */
  text: z.string(),
  truncated: z.boolean(),
});
export type RawFile = z.infer<typeof RawFile>;

/** How soon this host tells the lab-server what happens: "events" at once, else by looking again and again. */
export const Watch = z.object({
  /** Every start and end of a process, however short its life. */
  processes: z.enum(["events", "polling"]),
  groups: z.enum(["events", "polling"]),
  mounts: z.enum(["events", "polling"]),
  network: z.enum(["events", "polling"]),
});
export type Watch = z.infer<typeof Watch>;
