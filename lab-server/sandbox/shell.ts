import type { HostDescription, PtyOptions } from "./driver.ts";

/** The shell that a terminal starts with. */
export function shell(host: HostDescription, cols: number, rows: number): PtyOptions {
  return { argv: ["/bin/bash"], env: { ...environment(host), TERM: "xterm-256color" }, cwd: "/root", cols, rows };
}

/** The environment of everything that a learner or a lesson runs in a sandbox. */
export function environment(host: HostDescription): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    USER: "root",
    LANG: "C.UTF-8",
    CGROUP: "/sys/fs/cgroup",
    CGROUP_VERSION: String(host.cgroup),
  };
}
