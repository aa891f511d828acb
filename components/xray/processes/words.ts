/** What the picture and the table of processes say in words. */
import type { NamespaceFact, NamespaceType, ProcessFact } from "../../../lab-server/protocol.ts";
import type { LookAt } from "./layout.ts";

/** What processes in one box share, by what the learner looks at. */
export const SHARED: Readonly<Record<LookAt, string>> = {
  pid: "Each box numbers its processes from 1. A process has a number in its own box and in every box around it.",
  mnt: "Processes in one box see the same tree of mounts.",
  net: "Processes in one box share interfaces, addresses, routes and ports.",
  uts: "Processes in one box share a host name.",
  ipc: "Processes in one box share message queues, semaphores and shared memory.",
  user: "Each box has users and capabilities of its own, mapped to those of the box around it.",
  cgroup: "Processes in one box see the same group as the root of the cgroup tree.",
  time: "Processes in one box share the offsets of the monotonic and the boot clock.",
  all: "A new box begins wherever a process does not share all of its parent's namespaces: a container is such a box.",
};

const STATES: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "waiting",
  T: "stopped",
  t: "traced",
  Z: "zombie",
  X: "dead",
  I: "idle",
  P: "parked",
};

/** The state's word: proc_pid_stat(5). */
export function stateWord({ state }: ProcessFact): string {
  return STATES[state] ?? "unknown";
}

/** Who a process is, where it is not root on both sides: undefined says that nothing is to be told. */
export function userWord({ uid: { sandbox, inner } }: ProcessFact): string | undefined {
  if (sandbox === inner) return sandbox === 0 ? undefined : sandbox === null ? "no user of the sandbox" : `user ${sandbox}`;
  const inside = inner === null ? "nobody" : inner === 0 ? "root" : `user ${inner}`;
  const outside = sandbox === null ? "no user of the sandbox" : sandbox === 0 ? "root" : `user ${sandbox}`;
  return `${inside} inside, ${outside} outside`;
}

export function jailWord({ root }: ProcessFact): string | undefined {
  return root === "/" ? undefined : `root is ${root}`;
}

export function threadsWord({ threads }: ProcessFact): string | undefined {
  return threads > 1 ? `${threads} threads` : undefined;
}

/** Numbers from the innermost outwards. */
export function pidWords({ pids, pid }: ProcessFact): string[] {
  return pids.length === 0 ? [String(pid)] : pids.map(String).reverse();
}

/** The whole row in words, for whoever does not see it. */
export function processSays(process: ProcessFact, differs: readonly NamespaceFact[], from: ProcessFact | undefined): string {
  const [inner, ...outer] = pidWords(process);
  return [
    process.command,
    `pid ${inner}`,
    ...outer.map((pid) => `${pid} further out`),
    stateWord(process),
    userWord(process),
    jailWord(process),
    threadsWord(process),
    differs.length > 0 ? `in ${differs.map(({ name }) => name).join(", ")}` : undefined,
    from && `child of ${from.comm}, pid ${from.pids[0] ?? from.pid}`,
  ]
    .filter((word) => word !== undefined)
    .join(", ");
}

export const TYPE_MEANS: Readonly<Record<NamespaceType, string>> = {
  pid: "process ids",
  mnt: "mounts",
  net: "network",
  uts: "host name",
  ipc: "message queues",
  user: "users",
  cgroup: "cgroup root",
  time: "clocks",
};
