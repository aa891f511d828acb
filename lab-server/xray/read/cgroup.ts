/** The cgroups of a sandbox, from its own down, as facts. What each file means is said in cgroup-v1.ts and cgroup-v2.ts. */
import { existsSync } from "node:fs";
import { type GroupFact, MOST_ROWS, type UsageFact } from "../facts.ts";
import type { Subject } from "../subject.ts";
import { COUNTERS_V1, isFrozenV1, limitsOfV1, SETTINGS_V1, usageOfV1 } from "./cgroup-v1.ts";
import { COUNTERS_V2, isFrozenV2, limitsOfV2, SETTINGS_V2, usageOfV2 } from "./cgroup-v2.ts";
import { asBytes, GroupFiles, readGroupFile } from "./group-files.ts";
import { type GroupTexts, keyed, wordsOf } from "./group-text.ts";
import { GroupTree } from "./group-tree.ts";
import { UniqueNames } from "./unique-names.ts";

/** Groups whose files are read at every pass: those with processes and those nearest to the root. */
const READ_ALWAYS = 32;
/** Of the others, groups whose files are read at a pass; they take turns. */
const READ_IN_TURN = 32;
/** Directories in which a pass looks for processes where a hierarchy has more than MOST_ROWS.groups. */
const SCANNED = 128;
/** Paths with processes that are remembered of each hierarchy. */
const MOST_BUSY = 64;

export type GroupReading = {
  groups: Record<string, GroupFact>;
  usage: Record<string, UsageFact>;
  /** By host pid: the id of its group in each hierarchy. */
  members: Map<number, Record<string, string>>;
  /** Groups without a row; of what is nested in those, nothing is known on v1. */
  leftOut: number;
};

type Hierarchy = {
  /** Controllers that are in it, "unified", or the name of one without. */
  names: string[];
  tree: GroupTree;
  /** v2's own file format, and its lists of processes can be read again. */
  unified: boolean;
  /** Paths in which processes were seen. */
  busy: Set<string>;
};

/** A group on its way to be a row: its directory in each hierarchy that has it. */
type Group = { path: string; directories: Map<Hierarchy, string>; inodes: string; processes: Set<number> };

type Row = { group: GroupFact; usage: UsageFact; inodes: string; settings: string; counters: string; readAt: number };

/** Reads one sandbox's groups again and again. Rows that did not change stay the same objects. Holds files open: dispose of it. */
export class GroupReader implements Disposable {
  readonly #version: 1 | 2;
  readonly #hierarchies: Hierarchy[] = [];
  readonly #files = new GroupFiles();
  /** By "directory of the sandbox's own group, file": not every kernel has every file. */
  readonly #offered = new Map<string, boolean>();
  readonly #names = new UniqueNames();
  #groups = new Map<string, Group>();
  #rows = new Map<string, Row>();
  #pass = 0;

  constructor({ cgroup, cgroups }: Pick<Subject, "cgroup" | "cgroups">) {
    this.#version = cgroup;
    const byDirectory = new Map<string, Hierarchy>();
    for (const [name, directory] of Object.entries(cgroups)) {
      const known = byDirectory.get(directory);
      if (known) known.names.push(name);
      else
        byDirectory.set(directory, {
          names: [name],
          tree: new GroupTree(directory),
          unified: name === "unified",
          busy: new Set(),
        });
    }
    this.#hierarchies.push(...byDirectory.values());
  }

  /** Everything as it is now. Throws Node's error where the host does not let us read. */
  read(): GroupReading {
    this.#pass++;
    const members = new Map<number, Map<string, string>>();
    const groups = new Map<string, Group>();
    let leftOut = 0;
    for (const hierarchy of this.#hierarchies) leftOut = Math.max(leftOut, this.#visit(hierarchy, groups, members));
    const ordered = inOrder([...groups.values()]);
    const shown = ordered.slice(0, MOST_ROWS.groups);
    leftOut += ordered.length - shown.length;
    const reading: GroupReading = { groups: {}, usage: {}, members: new Map(), leftOut: this.#exact(leftOut, shown.length) };

    this.#names.keep(new Set([...groups.keys(), ...[...members.values()].flatMap((paths) => [...paths.values()])]));
    this.#forget(groups);
    const rows = this.#readRows(shown);
    for (const [path, row] of rows) {
      const id = this.#names.of(path);
      reading.groups[id] = row.group;
      reading.usage[id] = row.usage;
    }
    for (const [pid, paths] of members)
      reading.members.set(pid, Object.fromEntries([...paths].map(([name, path]) => [name, this.#names.of(path)])));
    this.#rows = rows;
    this.#groups = groups;
    return reading;
  }

  /** Where a group's files are on the host, by hierarchy, and its path below the sandbox's own group: Latin-1, a character for each byte. */
  locate(id: string): { path: string; directories: Record<string, string> } | undefined {
    const path = this.#names.named(id);
    const group = path === undefined ? undefined : this.#groups.get(path);
    if (!group) return undefined;
    const directories = [...group.directories].flatMap(([{ names }, directory]) =>
      names.map((name) => [name, directory] as const),
    );
    return { path: group.path, directories: Object.fromEntries(directories) };
  }

  /** Closes what stays open between readings. The next one opens it again. */
  rest(): void {
    this.#files.rest();
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }

  /** Adds a hierarchy's directories to `groups` and its processes to `members`; returns how many directories were left out. */
  #visit(hierarchy: Hierarchy, groups: Map<string, Group>, members: Map<number, Map<string, string>>): number {
    const { tree, busy } = hierarchy;
    const { directories, leftOut } = tree.visit(withAncestors(busy), MOST_ROWS.groups);
    const seen = new Set(directories.map(({ path }) => path));
    const scanned = leftOut > 0 ? this.#scan(hierarchy).filter((path) => !seen.has(path)) : [];
    busy.clear();
    const readProcesses = (path: string, group: Group | undefined) => {
      for (const pid of this.#processes(hierarchy, tree.directory(path)) ?? []) {
        group?.processes.add(pid);
        const paths = members.get(pid) ?? new Map<string, string>();
        for (const name of hierarchy.names) paths.set(name, path);
        members.set(pid, paths);
        if (busy.size < MOST_BUSY) busy.add(path);
      }
    };
    for (const { path, inode } of directories) {
      const group = groups.get(path) ?? { path, directories: new Map(), inodes: "", processes: new Set() };
      group.directories.set(hierarchy, tree.directory(path));
      group.inodes += `${inode} `;
      groups.set(path, group);
      readProcesses(path, group);
    }
    for (const path of scanned) readProcesses(path, undefined);
    return leftOut;
  }

  #scan({ tree, unified }: Hierarchy): string[] {
    return tree.scan(SCANNED, (path) => {
      // v2 tells of a group whether there is a process in it or below.
      const events = unified && path !== "/" ? readGroupFile(`${tree.directory(path)}/cgroup.events`) : undefined;
      return keyed(events, "populated") === 0;
    });
  }

  #processes({ unified }: Hierarchy, directory: string): number[] | undefined {
    const text = unified ? this.#files.read(directory, "cgroup.procs") : readGroupFile(`${directory}/cgroup.procs`);
    // 0 is a process that our own pid namespace does not see.
    return wordsOf(text)
      .map(Number)
      .filter((pid) => pid > 0);
  }

  /** v2 counts all that is below. */
  #exact(leftOut: number, shown: number): number {
    const [hierarchy] = this.#hierarchies;
    if (leftOut === 0 || this.#version === 1 || !hierarchy) return leftOut;
    const below = keyed(this.#files.read(hierarchy.tree.root, "cgroup.stat"), "nr_descendants");
    return below === undefined ? leftOut : Math.max(0, below + 1 - shown);
  }

  /** Closes the files of groups that are gone, and of those that were made anew. */
  #forget(groups: ReadonlyMap<string, Group>): void {
    for (const [path, before] of this.#groups) {
      if (groups.get(path)?.inodes === before.inodes) continue;
      for (const directory of before.directories.values()) this.#files.forget(directory);
    }
  }

  #readRows(groups: readonly Group[]): Map<string, Row> {
    const rows = new Map<string, Row>();
    const turns = groups
      .slice(READ_ALWAYS)
      .flatMap(({ path }) => this.#rows.get(path) ?? [])
      .sort((one, other) => one.readAt - other.readAt);
    const readAgain = new Set(turns.slice(0, READ_IN_TURN));
    groups.forEach((group, index) => {
      const before = this.#rows.get(group.path);
      const known = before?.inodes === group.inodes ? before : undefined;
      rows.set(
        group.path,
        known && index >= READ_ALWAYS && !readAgain.has(known) ? this.#keep(known, group) : this.#row(group, known),
      );
    });
    return rows;
  }

  /** A row whose files are not read at this pass: its processes are known all the same. */
  #keep(row: Row, group: Group): Row {
    const processes = sorted(group.processes);
    return isSame(processes, row.group.processes) ? row : { ...row, group: { ...row.group, processes } };
  }

  #row(group: Group, before: Row | undefined): Row {
    const controllers = this.#controllers(group);
    const [settings, settingsText] = this.#texts(group, controllers, this.#version === 1 ? SETTINGS_V1 : SETTINGS_V2);
    const [counters, countersText] = this.#texts(group, controllers, this.#version === 1 ? COUNTERS_V1 : COUNTERS_V2);
    const processes = sorted(group.processes);
    const settingsKey = `${controllers} ${processes} ${settingsText}`;
    return {
      group: before?.settings === settingsKey ? before.group : this.#group(group.path, controllers, processes, settings),
      usage: before?.counters === countersText ? before.usage : this.#version === 1 ? usageOfV1(counters) : usageOfV2(counters),
      inodes: group.inodes,
      settings: settingsKey,
      counters: countersText,
      readAt: this.#pass,
    };
  }

  #controllers({ directories }: Group): string[] {
    if (this.#version === 1) return [...directories.keys()].flatMap(({ names }) => names);
    return [...directories.values()].flatMap((directory) => wordsOf(this.#files.read(directory, "cgroup.controllers")));
  }

  /** Texts by file name, and all of them in one string to compare. */
  #texts(group: Group, controllers: readonly string[], files: Readonly<Record<string, readonly string[]>>): [GroupTexts, string] {
    const texts: Partial<Record<string, string>> = {};
    let all = "";
    for (const [{ names, tree }, directory] of group.directories) {
      for (const controller of this.#version === 1 ? names : ["cgroup", ...controllers]) {
        for (const file of files[controller] ?? []) {
          const text = this.#isOffered(tree.root, file) ? this.#files.read(directory, file) : undefined;
          if (text === undefined) continue;
          texts[file] = text;
          all += `${file}\n${text}`;
        }
      }
    }
    return [texts, all];
  }

  /** Whether the sandbox's own group has the file: a look at what is not there costs more than a look at what is. */
  #isOffered(root: string, file: string): boolean {
    const path = `${root}/${file}`;
    const known = this.#offered.get(path);
    if (known !== undefined) return known;
    const offered = existsSync(asBytes(path));
    this.#offered.set(path, offered);
    return offered;
  }

  #group(path: string, controllers: string[], processes: number[], texts: GroupTexts): GroupFact {
    const common = {
      path: this.#names.of(path),
      parent: path === "/" ? null : this.#names.of(parentOf(path)),
      controllers,
      processes,
    };
    if (this.#version === 1) return { ...common, handsDown: [], frozen: isFrozenV1(texts), kind: "", limits: limitsOfV1(texts) };
    const handsDown = wordsOf(texts["cgroup.subtree_control"]);
    const kind = texts["cgroup.type"]?.trim() ?? "";
    return { ...common, handsDown, frozen: isFrozenV2(texts), kind, limits: limitsOfV2(texts) };
  }
}

/** Those with processes first, then from the root downwards; by name where nothing else decides, so that the choice stays the same. */
function inOrder(groups: Group[]): Group[] {
  if (groups.length <= READ_ALWAYS) return groups;
  const rank = ({ path, processes }: Group) => (path === "/" ? -1 : processes.size > 0 ? 0 : path.split("/").length);
  return groups
    .map((group) => ({ group, rank: rank(group) }))
    .sort((one, other) => one.rank - other.rank || (one.group.path < other.group.path ? -1 : 1))
    .map(({ group }) => group);
}

function withAncestors(paths: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (let path of paths) for (; path !== "/"; path = parentOf(path)) all.add(path);
  return all;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function sorted(pids: ReadonlySet<number>): number[] {
  return [...pids].sort((one, other) => one - other);
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
