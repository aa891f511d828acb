/** The directories of a sandbox in one cgroup hierarchy. They are the learner's: there may be thousands, nested deeply, and gone at once. */
import { opendirSync, statSync } from "node:fs";
import { asBytes, unlessNothing } from "./group-files.ts";

/** Names of subdirectories that are kept of one directory. */
const MOST_NAMES = 16_384;

/** Bytes: what is nested deeper no path reaches (PATH_MAX). */
const LONGEST_PATH = 4096;

export type GroupDirectory = {
  /** Below the sandbox's own, which is "/"; Latin-1, as in group-files.ts. */
  path: string;
  /** Another one where a directory of the same name was made anew: kernfs counts up. */
  inode: number;
};

type Node = GroupDirectory & { modified: number; links: number; children: readonly string[] };

export class GroupTree {
  /** Host directory of the sandbox's own group. */
  readonly root: string;
  /** Of the directories of the last visit: listed again only when something was made or removed in it. */
  #nodes = new Map<string, Node>();
  /** Paths that the scan has still to go through. */
  #toScan: string[] = [];

  constructor(root: string) {
    this.root = Buffer.from(root).toString("latin1");
  }

  directory(path: string): string {
    return path === "/" ? this.root : this.root + path;
  }

  /**
   * At most `most` directories: those of `first` that are there, and then from the root downwards, level by level. `leftOut` counts
   * those that are known of beyond: what is nested in them is not known.
   */
  visit(first: Iterable<string>, most: number): { directories: GroupDirectory[]; leftOut: number } {
    const before = this.#nodes;
    const nodes = new Map<string, Node>();
    this.#nodes = nodes;
    const look = (path: string) => {
      if (nodes.size >= most || nodes.has(path)) return;
      const node = this.#look(path, before.get(path));
      if (node) nodes.set(path, node);
    };
    look("/");
    for (const path of first) look(path);
    let leftOut = 0;
    const queue = ["/"];
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const node = nodes.get(path);
      if (!node) continue;
      // More than are listed: st_nlink of a directory of kernfs is 2 and its subdirectories.
      leftOut += Math.max(0, node.links - 2 - node.children.length);
      for (const child of node.children) {
        const below = join(path, child);
        look(below);
        if (nodes.has(below)) queue.push(below);
        else if (nodes.size >= most || this.directory(below).length >= LONGEST_PATH) leftOut++;
        // It went, or v1 renamed it, which changes nothing in its directory that tells of it: list that anew next time.
        else nodes.set(path, { ...node, modified: Number.NaN });
      }
    }
    return { directories: [...nodes.values()], leftOut };
  }

  /**
   * The next `most` directories of the whole tree, going round: what no visit has room for is seen after a while. Where `isEmpty` says that neither
   * in a directory nor below it is any process, it is passed over with all below.
   */
  scan(most: number, isEmpty: (path: string) => boolean): string[] {
    if (this.#toScan.length === 0) this.#toScan.push("/");
    const seen: string[] = [];
    for (let left = most; left > 0; left--) {
      const path = this.#toScan.pop();
      if (path === undefined) break;
      const node = isEmpty(path) ? undefined : this.#look(path, this.#nodes.get(path));
      if (!node) continue;
      seen.push(path);
      for (const child of node.children) this.#toScan.push(join(path, child));
    }
    return seen;
  }

  #look(path: string, before: Node | undefined): Node | undefined {
    const directory = asBytes(this.directory(path));
    const found = unlessNothing(() => statSync(directory, { throwIfNoEntry: false }));
    if (found === undefined) return undefined;
    const { ino: inode, mtimeMs: modified, nlink: links } = found;
    if (links <= 2) return { path, inode, modified, links, children: [] };
    if (before?.inode === inode && before.modified === modified && before.links === links) return before;
    const children = unlessNothing(() => subdirectories(directory)) ?? [];
    return { path, inode, modified, links, children };
  }
}

function join(path: string, child: string): string {
  return path === "/" ? `/${child}` : `${path}/${child}`;
}

function subdirectories(path: string | Buffer): string[] {
  const folder = opendirSync(path, { encoding: "latin1", bufferSize: 256 });
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry && names.length < MOST_NAMES; entry = folder.readSync())
      if (entry.isDirectory()) names.push(entry.name);
    return names;
  } finally {
    folder.closeSync();
  }
}
