/** Processes by the directory that they take for "/": a chroot jail is a root that is not the tree's own. */
import type { Facts, ProcessFact } from "../../../lab-server/protocol.ts";

export type Root = {
  /** As the mount namespace names it. */
  path: string;
  /** Id of the mount namespace. */
  namespace: string | undefined;
  processes: readonly ProcessFact[];
};

/** Roots other than the sandbox's own, by namespace and path. */
export function otherRoots({ processes, namespaces }: Pick<Facts, "processes" | "namespaces">): Root[] {
  const roots = new Map<string, Root & { processes: ProcessFact[] }>();
  for (const process of Object.values(processes)) {
    const namespace = process.namespaces.mnt;
    const isSandboxs = process.root === "/" && (namespace === undefined || namespaces[namespace]?.origin !== "made");
    if (isSandboxs) continue;
    const key = `${namespace} ${process.root}`;
    const root = roots.get(key);
    if (root) root.processes.push(process);
    else roots.set(key, { path: process.root, namespace, processes: [process] });
  }
  return [...roots.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}
