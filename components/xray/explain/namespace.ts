import type { NamespaceFact, NamespaceType } from "../../../lab-server/protocol.ts";
import { clock } from "../clock.ts";
import { type Explain, type TermSlug, values } from "./explanation.ts";

/** What a namespace of this type gives to the processes in it. */
const GIVES: Record<NamespaceType, string> = {
  pid: "Processes in it have numbers of their own that begin at 1, and see only each other",
  mnt: "Processes in it have a list of mounts of their own, so what one mounts is not there for the others",
  net: "Processes in it have interfaces, addresses, routes and ports of their own",
  uts: "Processes in it have a host name of their own",
  ipc: "Processes in it have System V queues, semaphores and shared memory and POSIX queues of their own",
  user: "Users and groups in it have numbers of their own, and root of it has power over what belongs to it, and nowhere else",
  cgroup: "Processes in it see the group in which it was made as the root of the cgroup tree",
  time: "Processes in it have a boot time and a monotonic clock of their own",
};

const TERM: Record<NamespaceType, TermSlug> = {
  pid: "pid-namespace",
  mnt: "mount-namespace",
  net: "network-namespace",
  uts: "uts-namespace",
  ipc: "ipc-namespace",
  user: "user-namespace",
  cgroup: "cgroup-namespace",
  time: "time-namespace",
};

export const explainNamespace: Explain<NamespaceFact> = (row, facts, id) => {
  const members = Object.values(facts.processes).filter(({ namespaces }) => namespaces[row.type] === id);
  const nameOf = (other: string | null) => (other === null ? undefined : facts.namespaces[other]?.name);
  return {
    kind: `${row.type} namespace`,
    title: row.name,
    colour: `ns-${row.type}`,
    text: `${GIVES[row.type]}. ${situation(row, members.length)}`,
    values: values(
      ["Inode", row.inode],
      ["Processes", members.length],
      ["Made by", row.madeBy && `${row.madeBy.command} (host pid ${row.madeBy.pid})`],
      ["Made at", row.madeAt && clock(row.madeAt)],
      ["Nested in", nameOf(row.parent)],
      ["Owned by", nameOf(row.owner)],
      ["Held by", row.pinned.join(", ")],
      ["uid_map", row.uidMap?.map(({ inside, outside, length }) => `${inside} ${outside} ${length}`).join("; ")],
      ["gid_map", row.gidMap?.map(({ inside, outside, length }) => `${inside} ${outside} ${length}`).join("; ")],
    ),
    terms: row.type === "user" ? ["user-namespace", "uid-map"] : [TERM[row.type], "namespace"],
    near: members
      .slice(0, 5)
      .map(({ pid, pids, command }) => ({ name: `${pids.at(-1)} ${command}`, of: { table: "processes", id: String(pid) } })),
  };
};

function situation({ origin, pinned, type }: NamespaceFact, members: number): string {
  if (origin === "host") return "The sandbox has none of its own of this type, so this is the host's, shared by all.";
  if (origin === "sandbox") return "This is the sandbox's own: a container's first process gets one with its start.";
  if (members === 0 && pinned.length > 0)
    return "No process is in it: it lives on because a bind mount of its file holds it, until that is unmounted.";
  if (members === 0) return "No process is in it: it lives on because something still refers to it.";
  if (type === "pid") return "It was made in here, and when its process 1 ends the kernel kills all others in it.";
  return "It was made in here, and it ends when the last process leaves it, unless a mount or an open file holds it.";
}
