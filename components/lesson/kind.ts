/** Which words of the machine wear a colour: the names of namespace types and of cgroup controllers. */

/** `ns-NAME` or `cg-NAME`; undefined for other words. */
export function kindOf(word: string): string | undefined {
  const link = NAMESPACE_LINK.exec(word);
  const name = link?.[1] === "mount" ? "mnt" : (link?.[1] ?? word);
  if (Object.hasOwn(NAMESPACES, name)) return `ns-${NAMESPACES[name]}`;
  const controller = CONTROL_FILE.exec(word)?.[1];
  return controller && `cg-${controller === "blkio" ? "io" : controller}`;
}

/** What names a namespace type or a cgroup controller: by itself, as a clone flag, as a link in /proc, as a control file. */
const NAMESPACES: Readonly<Record<string, string>> = {
  uts: "uts",
  pid: "pid",
  mnt: "mnt",
  net: "net",
  user: "user",
  ipc: "ipc",
  cgroup: "cgroup",
  time: "time",
  CLONE_NEWUTS: "uts",
  CLONE_NEWPID: "pid",
  CLONE_NEWNS: "mnt",
  CLONE_NEWNET: "net",
  CLONE_NEWUSER: "user",
  CLONE_NEWIPC: "ipc",
  CLONE_NEWCGROUP: "cgroup",
  CLONE_NEWTIME: "time",
};
const NAMESPACE_LINK =
  /^(?:\/proc\/[^/]+\/ns\/|--(?=\w+$)|(?=\w+:\[))(uts|pid|mnt|mount|net|user|ipc|cgroup|time)(?:_for_children|:\[\d+\])?$/;
const CONTROL_FILE = /^(memory|cpu|io|blkio|pids)\.[a-z_.]+$/;
