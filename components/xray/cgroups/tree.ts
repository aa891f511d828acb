/** The groups as the tree of directories that they are. */
import type { GroupFact, ProcessFact } from "../../../lab-server/protocol.ts";

export type GroupNode = { group: GroupFact; children: readonly GroupNode[] };

/** Groups whose parent is not among the facts stand at the top. Children are in the order of their names, numbers as numbers. */
export function groupTree(groups: Readonly<Record<string, GroupFact>>): GroupNode[] {
  const below = new Map<string | null, GroupFact[]>();
  for (const group of Object.values(groups)) {
    const parent = group.parent !== null && groups[group.parent] ? group.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), group]);
  }
  const nodes = (parent: string | null, depth: number): GroupNode[] =>
    (below.get(parent) ?? [])
      .sort((one, other) => ORDER.compare(one.path, other.path))
      .flatMap((group) => {
        const children = nodes(group.path, depth + 1);
        return depth < DEEPEST ? [{ group, children }] : [{ group, children: [] }, ...children];
      });
  return nodes(null, 0);
}

/** Deeper groups stand beside the one that they are in: each step to the right takes from their width. */
const DEEPEST = 8;

const ORDER = new Intl.Collator("en", { numeric: true });

/** The last part of the path; the sandbox's own group is called by what it is. */
export function groupName({ path }: GroupFact): string {
  return path === "/" ? "/" : path.slice(path.lastIndexOf("/") + 1);
}

/** A process of a group, and where it is in the group for some controllers only (v1): those. */
export type Member = { process: ProcessFact; only: readonly string[] };

/** The processes that are directly in the group, by pid. */
export function membersOf(group: GroupFact, processes: Readonly<Record<string, ProcessFact>>): Member[] {
  return group.processes
    .flatMap((pid) => processes[pid] ?? [])
    .sort((one, other) => one.pid - other.pid)
    .map((process) => {
      const here = Object.keys(process.groups).filter((hierarchy) => process.groups[hierarchy] === group.path);
      const could = group.controllers.filter((controller) => controller in process.groups);
      return { process, only: here.includes("unified") || here.length >= could.length ? [] : here };
    });
}

/** Whether somebody set something here or something happened here; the others are told in one line. */
export function isRemarkable(group: GroupFact): boolean {
  const { memory, memoryHigh, swap, cpuQuota, pids, io } = group.limits;
  const limited = [memory, memoryHigh, swap, cpuQuota, pids].some((limit) => limit !== undefined && limit !== null);
  return group.path === "/" || group.frozen || limited || (io?.length ?? 0) > 0 || group.processes.length > 0;
}
