/** What the X-ray needs to know of a sandbox to read it from outside. Plain data: it travels to the worker. */
import type { HostDescription, SandboxDescription } from "../sandbox/driver.ts";

export type Subject = {
  id: string;
  /** Host pid of the sandbox's pid 1. */
  initPid: number;
  /** First host uid of its range of 65,536. */
  firstHostId: number;
  /** Milliseconds since the epoch: from then on, what happens in it is the learner's. */
  createdAt: number;
  /** Which cgroup version the sandbox sees. */
  cgroup: 1 | 2;
  /** Host directories of the sandbox's own group: by hierarchy on v1, one under "unified" on v2. */
  cgroups: Readonly<Record<string, string>>;
  /** The image's name, and host folders of the sandbox's own overlay: the merged tree and its two layers. */
  files: Readonly<{ image: string; root: string; lower: string; upper: string }>;
};

export function subjectOf(sandbox: SandboxDescription, { cgroup }: HostDescription): Subject {
  const { id, initPid, firstHostId, createdAt, cgroups, files } = sandbox;
  return { id, initPid, firstHostId, createdAt, cgroup, cgroups, files };
}
