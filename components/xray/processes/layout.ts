/**
 * Where each process is drawn: in the box of the namespace that it is in, and there below its parent. Boxes of pid and user
 * namespaces lie inside the box of the namespace that they are nested in (pid_namespaces(7), user_namespaces(7)); the other types
 * know no nesting, and their boxes stand side by side. Looking at all types at once a box is a set of namespaces, as a container is
 * one, and lies below the process that its first process comes from.
 */
import {
  type Facts,
  NAMESPACE_TYPES,
  type NamespaceFact,
  type NamespaceType,
  type ProcessFact,
} from "../../../lab-server/protocol.ts";
import { namespaceId } from "../namespace-id.ts";
import { isNew } from "../new.ts";

export type LookAt = NamespaceType | "all";

export type Box = {
  kind: "box";
  /** Of its namespace; of all types at once: the ids of all, with spaces between. */
  id: string;
  /** The namespace; of all types at once: those that differ from the box around it. */
  namespaces: readonly NamespaceFact[];
  /** How many processes are in it and not in a box inside. */
  processes: number;
  /** How many are in boxes inside. */
  further: number;
  /** The process that made the (first) namespace, if it is still there. */
  maker: ProcessFact | undefined;
  /** The user namespace that owns it. */
  owner: NamespaceFact | undefined;
  /** Namespaces that it owns or that are nested in it: they keep it. */
  holds: readonly NamespaceFact[];
  isNew: boolean;
  items: Item[];
};

export type Branch = {
  kind: "process";
  process: ProcessFact;
  /** Its parent, where that is drawn somewhere else and not right above. */
  from: ProcessFact | undefined;
  /** Namespaces of other types than the box's that it does not share with its parent above; without one above, with the sandbox. */
  differs: readonly NamespaceFact[];
  /** Whether it runs as the same user as its parent above. */
  isUserKnown: boolean;
  isNew: boolean;
  items: Item[];
};

/** Children that are drawn in another box. */
export type Elsewhere = {
  kind: "elsewhere";
  id: string;
  box: string;
  namespaces: readonly NamespaceFact[];
  processes: readonly ProcessFact[];
};

/** What is not drawn, so that the rest can be seen. */
export type More = {
  kind: "more";
  id: string;
  /** The program that they all run; undefined: different ones. */
  comm: string | undefined;
  count: number;
  /** They are drawn after all, because the learner asked for them. */
  opened: boolean;
};

export type Item = Box | Branch | Elsewhere | More;

export type Layout = {
  boxes: Box[];
  /** The box of each process, by host pid. */
  boxOf: ReadonlyMap<number, string>;
};

/** Places all processes, as they are at a moment. A parent is older than its children: rows that say otherwise were not read at one moment, and a circle of them cannot be drawn. */
export function placeProcesses(
  { processes, namespaces }: Pick<Facts, "processes" | "namespaces">,
  look: LookAt,
  now: number,
): Layout {
  const rows = Object.values(processes).sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
  const own = ownNamespaces(namespaces);
  const order = new Map(rows.map((row, index) => [row, index]));
  const parentOf = (row: ProcessFact) => {
    const parent = row.parent === null ? undefined : processes[String(row.parent)];
    return parent && (order.get(parent) ?? 0) < (order.get(row) ?? 0) ? parent : undefined;
  };
  const boxOf = new Map<number, string>();
  const types = look === "all" ? NAMESPACE_TYPES : [look];

  /** A zombie has left its namespaces already: it stays where its parent is. */
  function namespaceOf(row: ProcessFact, type: NamespaceType): string | undefined {
    for (let at: ProcessFact | undefined = row; at; at = parentOf(at)) {
      const id = at.namespaces[type];
      if (id !== undefined) return id;
    }
    return own.get(type);
  }
  const namespacesOf = (row: ProcessFact) => types.map((type) => namespaceOf(row, type) ?? `${type}:?`);
  for (const row of rows) boxOf.set(row.pid, namespacesOf(row).join(" "));

  const holds = held(namespaces);
  const described = (found: readonly NamespaceFact[]) => {
    const [first] = found;
    return {
      namespaces: found,
      maker: first && makerOf(first, processes),
      owner: first?.owner ? namespaces[first.owner] : undefined,
      holds: (first && holds.get(namespaceId(first))) ?? [],
      isNew: found.some(({ origin, madeAt }) => origin === "made" && isNew(madeAt, now)),
    };
  };
  const boxes = new Map<string, Box>();
  const boxFor = (id: string): Box => {
    const known = boxes.get(id);
    if (known) return known;
    const box = {
      ...described(id.split(" ").flatMap((one) => namespaces[one] ?? [])),
      kind: "box",
      id,
      processes: 0,
      further: 0,
      items: [],
    } satisfies Box;
    boxes.set(id, box);
    return box;
  };
  const branches = new Map<number, Branch>();
  const firsts = new Map<string, ProcessFact>();
  const strangers: Branch[] = [];
  for (const row of rows) {
    const id = boxOf.get(row.pid) ?? "";
    boxFor(id).processes += 1;
    const parent = parentOf(row);
    const above = parent && boxOf.get(parent.pid) === id ? parent : undefined;
    const differs = NAMESPACE_TYPES.flatMap((type) => {
      if (types.includes(type)) return [];
      const mine = row.namespaces[type];
      const theirs = above ? (namespaceOf(above, type) ?? own.get(type)) : own.get(type);
      return mine === undefined || mine === theirs ? [] : (namespaces[mine] ?? []);
    });
    const isUserKnown = above !== undefined && above.uid.sandbox === row.uid.sandbox && above.uid.inner === row.uid.inner;
    const branch: Branch = {
      kind: "process",
      process: row,
      from: above ? undefined : parent,
      differs,
      isUserKnown,
      isNew: isNew(row.startedAt, now),
      items: [],
    };
    branches.set(row.pid, branch);
    if (!above) {
      strangers.push(branch);
      const first = firsts.get(id);
      // The process that a pid namespace begins with is the one that its box hangs from.
      if (!first || (look === "pid" && row.pids.at(-1) === 1 && first.pids.at(-1) !== 1)) firsts.set(id, row);
    }
  }
  for (const row of rows) {
    const branch = branches.get(row.pid);
    const parent = branch?.from === undefined ? parentOf(row) : undefined;
    const above = parent && branches.get(parent.pid);
    if (branch && above) above.items.push(branch);
    else if (branch) boxFor(boxOf.get(row.pid) ?? "").items.push(branch);
  }
  // Of all types at once a namespace without a process has a box of its own, as there is no set to which it belongs.
  for (const [id, { type, origin }] of Object.entries(namespaces)) {
    const isSeen = look === "all" ? [...boxes.keys()].some((key) => key.split(" ").includes(id)) : boxes.has(id);
    if (types.includes(type) && origin !== "host" && !isSeen) boxFor(id);
  }
  const tops = nest({ boxes, firsts, branches, boxOf, parentOf, look });
  if (look === "all") for (const box of tops) keepDifferences(box, [...own.values()], described);
  for (const branch of strangers) tellElsewhere(branch, boxes, branches, boxOf);
  return { boxes: tops.sort(byOrigin), boxOf };
}

/** The sandbox's own namespaces, by type; where it shares one with the host, that one. */
export function ownNamespaces(namespaces: Facts["namespaces"]): ReadonlyMap<NamespaceType, string> {
  const own = new Map<NamespaceType, string>();
  for (const [id, { type, origin }] of Object.entries(namespaces)) {
    if (origin === "sandbox" || (origin === "host" && !own.has(type))) own.set(type, id);
  }
  return own;
}

/** What keeps a namespace that no process is in: those that it owns, and those that are nested in it. */
function held(namespaces: Facts["namespaces"]): ReadonlyMap<string, NamespaceFact[]> {
  const holds = new Map<string, NamespaceFact[]>();
  for (const namespace of Object.values(namespaces)) {
    for (const holder of new Set([namespace.owner, namespace.parent])) {
      if (holder === null) continue;
      const list = holds.get(holder);
      if (list) list.push(namespace);
      else holds.set(holder, [namespace]);
    }
  }
  return holds;
}

type Nesting = {
  boxes: ReadonlyMap<string, Box>;
  firsts: ReadonlyMap<string, ProcessFact>;
  branches: ReadonlyMap<number, Branch>;
  boxOf: ReadonlyMap<number, string>;
  parentOf: (row: ProcessFact) => ProcessFact | undefined;
  look: LookAt;
};

/** Puts boxes into boxes. Returns those that lie in none. */
function nest({ boxes, firsts, branches, boxOf, parentOf, look }: Nesting): Box[] {
  const around = new Map<Box, Box>();
  const anchors = new Map<Box, Branch>();
  for (const box of boxes.values()) {
    const first = firsts.get(box.id);
    const comesFrom = first ? parentOf(first) : box.maker;
    const anchorBox = comesFrom && boxes.get(boxOf.get(comesFrom.pid) ?? "");
    const outer =
      look === "pid" || look === "user"
        ? boxes.get(box.namespaces[0]?.parent ?? "")
        : look === "all" && first
          ? anchorBox
          : undefined;
    if (!outer || outer === box || isAround(box, outer, around)) continue;
    around.set(box, outer);
    const anchor = comesFrom && branches.get(comesFrom.pid);
    if (anchor && anchorBox === outer) anchors.set(box, anchor);
  }
  for (const [box, outer] of around) {
    const anchor = anchors.get(box);
    (anchor ?? outer).items.push(box);
    for (const item of box.items) if (item.kind === "process" && item.from === anchor?.process) item.from = undefined;
  }
  const tops = [...boxes.values()].filter((box) => !around.has(box));
  for (const box of boxes.values())
    for (let at = around.get(box); at; at = around.get(at)) {
      at.further += box.processes;
    }
  return tops;
}

function isAround(box: Box, inner: Box, around: ReadonlyMap<Box, Box>): boolean {
  for (let at: Box | undefined = inner; at; at = around.get(at)) if (at === box) return true;
  return false;
}

/** Leaves a word with the parent of a process that is drawn somewhere else. */
function tellElsewhere(
  { process, from }: Branch,
  boxes: ReadonlyMap<string, Box>,
  branches: ReadonlyMap<number, Branch>,
  boxOf: ReadonlyMap<number, string>,
): void {
  const parent = from && branches.get(from.pid);
  const box = boxes.get(boxOf.get(process.pid) ?? "");
  if (!parent || !box) return;
  const index = parent.items.findIndex((item) => item.kind === "elsewhere" && item.box === box.id);
  const told = parent.items[index];
  const processes = told?.kind === "elsewhere" ? [...told.processes, process] : [process];
  const word: Elsewhere = { kind: "elsewhere", id: `${from.pid} ${box.id}`, box: box.id, namespaces: box.namespaces, processes };
  if (told) parent.items[index] = word;
  else parent.items.push(word);
}

/** Of a set of namespaces a box names those that the box around it does not have. */
function keepDifferences(box: Box, outer: readonly string[], described: (found: readonly NamespaceFact[]) => Partial<Box>): void {
  const ids = box.id.split(" ");
  Object.assign(box, described(box.namespaces.filter((namespace) => !outer.includes(namespaceId(namespace)))));
  const inside = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === "box") keepDifferences(item, ids, described);
      else if (item.kind === "process") inside(item.items);
    }
  };
  inside(box.items);
}

/** A pid namespace is made for the next child: the first process in it is the child of the one that made it. */
export function makerOf({ type, madeBy }: NamespaceFact, processes: Facts["processes"]): ProcessFact | undefined {
  const first = madeBy === null ? undefined : processes[String(madeBy.pid)];
  if (!first || type !== "pid" || first.pids.at(-1) !== 1 || first.parent === null) return first;
  return processes[String(first.parent)];
}

/** The sandbox's own first, then as they were made. */
function byOrigin(a: Box, b: Box): number {
  const rank = ({ namespaces: [first] }: Box) => (first === undefined || first.origin !== "made" ? 0 : (first.madeAt ?? 1));
  return rank(a) - rank(b) || a.id.localeCompare(b.id);
}
