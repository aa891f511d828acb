/** What the page says of one thing. */
import type { Facts, Reference } from "../../../lab-server/protocol.ts";

export type Explanation = {
  /** What sort of thing it is, as in "pid namespace". */
  kind: string;
  /** What it is called. */
  title: string;
  /** Name of its colour: "ns-pid", "cg-memory". */
  colour?: string | undefined;
  /** What it is, in two sentences. What stands between backticks is code. */
  text: string;
  values: readonly (readonly [name: string, value: string])[];
  /** Slugs of the glossary's terms that teach it. */
  terms: readonly TermSlug[];
  /** Other things that belong to it. */
  near?: readonly { name: string; of: Reference }[];
};

export type Explain<Row> = (row: Row, facts: Facts, id: string) => Explanation;

/** The glossary's terms that explanations lead to, and the lessons that teach them. */
export const TERMS = {
  cgroup: { term: "control group (cgroup)", lesson: "cgroups" },
  "oom-killer": { term: "OOM killer", lesson: "cgroups" },
  "cpu-quota": { term: "CPU quota", lesson: "cgroups" },
  freezer: { term: "freezer", lesson: "cgroups" },
  psi: { term: "pressure (PSI)", lesson: "cgroups" },
  controller: { term: "controller", lesson: "cgroups" },
  delegation: { term: "delegation", lesson: "cgroups" },
  chroot: { term: "chroot", lesson: "chroot" },
  "root-directory": { term: "Root directory", lesson: "chroot" },
  "bind-mount": { term: "Bind mount", lesson: "chroot" },
  namespace: { term: "namespace", lesson: "namespaces" },
  "uts-namespace": { term: "UTS namespace", lesson: "namespaces" },
  "pid-namespace": { term: "PID namespace", lesson: "namespaces" },
  "mount-namespace": { term: "mount namespace", lesson: "namespaces" },
  "network-namespace": { term: "network namespace", lesson: "namespaces" },
  "user-namespace": { term: "user namespace", lesson: "namespaces" },
  "ipc-namespace": { term: "IPC namespace", lesson: "namespaces" },
  "cgroup-namespace": { term: "cgroup namespace", lesson: "namespaces" },
  "time-namespace": { term: "time namespace", lesson: "namespaces" },
  "uid-map": { term: "uid map", lesson: "namespaces" },
  "veth-pair": { term: "veth pair", lesson: "namespaces" },
  "mount-propagation": { term: "mount propagation", lesson: "namespaces" },
  "linux-bridge": { term: "bridge", lesson: "lxc" },
  overlayfs: { term: "overlayfs", lesson: "union-filesystems" },
  "copy-up": { term: "Copy-up", lesson: "union-filesystems" },
  "copy-on-write": { term: "Copy-on-write", lesson: "union-filesystems" },
  whiteout: { term: "Whiteout", lesson: "union-filesystems" },
  "opaque-directory": { term: "Opaque directory", lesson: "union-filesystems" },
} as const;
export type TermSlug = keyof typeof TERMS;

/** Values that are there. */
export function values(...pairs: readonly (readonly [string, string | number | null | undefined])[]): Explanation["values"] {
  return pairs.flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)] as const],
  );
}
