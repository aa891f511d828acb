import type { ReactNode } from "react";

/** What names a namespace type or a cgroup controller: by itself, as a clone flag, as a link in /proc, as a control file. */
const NAMESPACES: Readonly<Record<string, string>> = {
  uts: "uts",
  pid: "pid",
  mnt: "mnt",
  mount: "mnt",
  net: "net",
  network: "net",
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
  /^\/proc\/[^/]+\/ns\/(uts|pid|mnt|net|user|ipc|cgroup|time)(?:_for_children)?$|^--(uts|pid|mount|net|user|ipc|cgroup|time)$/;
const CONTROL_FILE = /^(memory|cpu|io|blkio|pids)\.[a-z_.]+$/;

/** A word of the machine in a sentence. Names of namespaces and controllers wear their colour. */
export function Word({ children }: { children: ReactNode }) {
  const kind = typeof children === "string" ? kindOf(children) : undefined;
  return <code data-kind={kind}>{children}</code>;
}

/** `ns-NAME` or `cg-NAME`; undefined for other words. */
export function kindOf(word: string): string | undefined {
  const link = NAMESPACE_LINK.exec(word);
  const name = link?.[1] ?? link?.[2] ?? word;
  if (Object.hasOwn(NAMESPACES, name)) return `ns-${NAMESPACES[name]}`;
  const controller = CONTROL_FILE.exec(word)?.[1];
  return controller && `cg-${controller === "blkio" ? "io" : controller}`;
}
