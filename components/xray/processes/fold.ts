/** Leaves out what would hide the rest: a fork bomb is one line, and all that does not fit the page is counted. */
import type { Box, Branch, Item, More } from "./layout.ts";

/** So many children of one parent that run the same program are alike, and all but the first few are counted. */
const ALIKE = 8;
const SHOWN_OF_ALIKE = 4;
/** Most processes that are drawn before the learner asks for more. */
const MOST_DRAWN = 160;

export type FoldOptions = {
  /** Ids of the `More`s that the learner opened. */
  opened: ReadonlySet<string>;
  /** Host pid of a process that stays in sight. */
  keep?: number | undefined;
};

/** Folds away the likes of one another, and then whatever lies deepest where it is still too much. The boxes that come in are left as they are. */
export function fold(boxes: readonly Box[], { opened, keep }: FoldOptions): Box[] {
  const folded = boxes.map((box) => foldBox(box, { opened, keep }));
  if (folded.reduce((sum, { items }) => sum + drawnIn(items), 0) > MOST_DRAWN) cutDeepest(folded, { opened, keep });
  return folded;
}

function foldBox(box: Box, options: FoldOptions): Box {
  return { ...box, items: foldAlike(box.items, box.id, options) };
}

function foldAlike(items: readonly Item[], parent: string, options: FoldOptions): Item[] {
  const alike = Map.groupBy(
    items.filter((item) => item.kind === "process" && isPlain(item, options.keep)),
    (item) => (item.kind === "process" ? item.process.comm : ""),
  );
  const result: Item[] = [];
  const moreOf = new Map<string, More>();
  const shown = new Map<string, number>();
  for (const item of items) {
    if (item.kind !== "process") {
      result.push(item.kind === "box" ? foldBox(item, options) : item);
      continue;
    }
    const { comm, pid } = item.process;
    const likes = isPlain(item, options.keep) ? (alike.get(comm)?.length ?? 0) : 0;
    const id = `${parent} ${comm}`;
    const before = shown.get(comm) ?? 0;
    if (likes > ALIKE && !options.opened.has(id) && before >= SHOWN_OF_ALIKE) {
      const more = moreOf.get(comm);
      if (more) more.count += 1 + processesIn(item.items);
      else {
        const first: More = { kind: "more", id, comm, count: 1 + processesIn(item.items), opened: false };
        moreOf.set(comm, first);
        result.push(first);
      }
      continue;
    }
    if (likes > 0) shown.set(comm, before + 1);
    result.push({ ...item, items: foldAlike(item.items, String(pid), options) });
  }
  for (const [comm, { length }] of alike) {
    const id = `${parent} ${comm}`;
    if (length > ALIKE && options.opened.has(id))
      result.push({ kind: "more", id, comm, count: length - SHOWN_OF_ALIKE, opened: true });
  }
  return result;
}

/** Whether nothing is lost when only its number is told: no box below it, no way to one, not what the learner looks at. */
function isPlain({ process, items, differs }: Branch, keep: number | undefined): boolean {
  return (
    process.pid !== keep &&
    differs.length === 0 &&
    items.every((item) => item.kind === "more" || (item.kind === "process" && isPlain(item, keep)))
  );
}

/** Processes that are drawn. */
function drawnIn(items: readonly Item[]): number {
  let count = 0;
  for (const item of items) {
    if (item.kind === "process") count += 1;
    if (item.kind === "process" || item.kind === "box") count += drawnIn(item.items);
  }
  return count;
}

/** With those that are not. */
function processesIn(items: readonly Item[]): number {
  let count = 0;
  for (const item of items) {
    if (item.kind === "process") count += 1 + processesIn(item.items);
    else if (item.kind === "box") count += processesIn(item.items);
    else if (item.kind === "more" && !item.opened) count += item.count;
  }
  return count;
}

/** Level by level, until there are enough: what lies nearer to the top stays. */
function cutDeepest(boxes: readonly Box[], { opened, keep }: FoldOptions): void {
  let left = MOST_DRAWN;
  let level: (Box | Branch)[] = [...boxes];
  while (level.length > 0) {
    const next: (Box | Branch)[] = [];
    for (const holder of level) {
      const id = `${holder.kind === "box" ? holder.id : holder.process.pid} deep`;
      const isOpen = opened.has(id);
      const kept: Item[] = [];
      let cut = 0;
      for (const item of holder.items) {
        if (item.kind === "process" && left <= 0 && !isOpen && isPlain(item, keep)) {
          cut += 1 + processesIn(item.items);
          continue;
        }
        if (item.kind === "process") left -= 1;
        kept.push(item);
        if (item.kind === "process" || item.kind === "box") next.push(item);
      }
      if (cut > 0) kept.push({ kind: "more", id, comm: undefined, count: cut, opened: false });
      holder.items = kept;
    }
    level = next;
  }
}
