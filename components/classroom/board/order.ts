/** In which order the board shows learners, and which. */
import type { RowView } from "./row.ts";

export const SORTS = ["help", "name", "progress"] as const;
export type Sort = (typeof SORTS)[number];
export const SHOWS = ["all", "here", "hands", "stuck", "finished"] as const;
export type Show = (typeof SHOWS)[number];

export const SORT_NAMES: Record<Sort, string> = {
  help: "Who needs help first",
  name: "Name",
  progress: "Least done first",
};

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Ids of learners in order. Equal rows stand by name, then by id, so that the order is always the same. */
export function inOrder(rows: readonly RowView[], sort: Sort): string[] {
  return rows
    .toSorted((a, b) => rank(a, b, sort) || names.compare(a.name, b.name) || (a.learner < b.learner ? -1 : 1))
    .map(({ learner }) => learner);
}

/** Whether a row is among those that are asked for. `find`: part of a name. */
export function isShown(row: RowView, show: Show, find: string): boolean {
  if (find !== "" && !row.name.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase())) return false;
  switch (show) {
    case "all":
      return true;
    case "here":
      return row.presence === "here" || row.presence === "idle";
    case "hands":
      return row.hand !== undefined;
    case "stuck":
      return row.stuck !== undefined;
    case "finished":
      return isFinished(row);
  }
}

/** All tasks of the lesson are done. */
export function isFinished({ done, cells }: RowView): boolean {
  return cells.length > 0 && done === cells.length;
}

function rank(a: RowView, b: RowView, sort: Sort): number {
  if (sort === "name") return 0;
  if (sort === "progress") return a.done - b.done;
  const [handA, handB] = [a.hand?.place ?? Number.POSITIVE_INFINITY, b.hand?.place ?? Number.POSITIVE_INFINITY];
  if (handA !== handB) return handA - handB;
  return Number(b.stuck !== undefined) - Number(a.stuck !== undefined);
}
