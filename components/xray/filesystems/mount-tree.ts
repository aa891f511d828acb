/** The mounts of a mount namespace as a tree, and what of it is worth a line. */
import type { MountFact } from "../../../lab-server/protocol.ts";

export type MountNode = {
  id: string;
  mount: MountFact;
  children: readonly MountNode[];
  /** Not in the sandbox's own mount namespace: made after the namespace was. */
  own: boolean;
  /** Another mount of the same point lies over it. */
  covered: boolean;
};

/** What every Linux mounts there by itself: told as one line, to be opened. */
const FURNITURE = new Set(["/proc", "/sys", "/dev"]);

/** Deeper mounts stand beside what they are mounted on: a picture that nests without end is one that no browser draws. */
const DEEPEST = 16;

/** What lies over another mount of the same point stands after it, not in it. */
export function mountTree(
  mounts: Readonly<Record<string, MountFact>>,
  namespace: string,
  sandbox: string | undefined,
): MountNode[] {
  const here = Object.entries(mounts).filter(([, mount]) => mount.namespace === namespace);
  const known = new Set(here.map(([, { mount }]) => mount));
  const familiar = new Set(
    Object.values(mounts)
      .filter((mount) => mount.namespace === sandbox)
      .map(likeness),
  );
  const below = Map.groupBy(here, ([, { mount, parent }]) => (known.has(parent) && parent !== mount ? parent : 0));
  const nodes = (parent: number, point: string | undefined, depth: number): MountNode[] => {
    const siblings = (below.get(parent) ?? []).sort(([, one], [, other]) =>
      one.point === other.point ? one.mount - other.mount : one.point < other.point ? -1 : 1,
    );
    const top = new Map(siblings.map(([, { point, mount }]) => [point, mount]));
    return siblings.flatMap(([id, mount]) => {
      const own = namespace !== sandbox && !familiar.has(likeness(mount));
      const deep = mount.point === point ? depth - 1 : depth;
      const inside = nodes(mount.mount, mount.point, deep + 1);
      const { over = [], below = [] } = Object.groupBy(inside, (child) => (child.mount.point === mount.point ? "over" : "below"));
      const covered = over.length > 0 || top.get(mount.point) !== mount.mount;
      if (deep >= DEEPEST) return [{ id, mount, children: [], own, covered }, ...inside];
      return [{ id, mount, children: below, own, covered }, ...over];
    });
  };
  return nodes(0, undefined, 0);
}

/** Whether what is mounted below this one is furniture, and nothing in it is the learner's own. */
export function isFurniture(node: MountNode): boolean {
  const tame = ({ own, children }: MountNode): boolean => !own && children.every(tame);
  return FURNITURE.has(node.mount.point) && node.children.length > 0 && tame(node);
}

export function countBelow({ children }: MountNode): number {
  return children.reduce((sum, child) => sum + 1 + countBelow(child), 0);
}

/** A copy of a mount in another namespace has the same point, root and source. */
function likeness({ point, root, type, source }: MountFact): string {
  return JSON.stringify([point, root, type, source]);
}
