/** In which order a report's rows stand. A number is the place of a lesson. */
export type SortKey = "name" | "done" | "active" | "seen" | number;
export type Order = { by: SortKey; descending: boolean };

type Sortable = {
  name: string;
  done: number;
  activeMs: number;
  seenAt: number | null;
  lessons: readonly { done: number; total: number }[];
};

/** The rows in the order; those that are alike by name. */
export function ordered<Row extends Sortable>(rows: readonly Row[], { by, descending }: Order): Row[] {
  const byName = (a: Row, b: Row) => a.name.localeCompare(b.name, "en", { numeric: true });
  const sign = descending ? -1 : 1;
  if (by === "name") return rows.toSorted((a, b) => sign * byName(a, b));
  return rows.toSorted((a, b) => sign * (measure(a, by) - measure(b, by)) || byName(a, b));
}

function measure(row: Sortable, by: Exclude<SortKey, "name">): number {
  if (by === "done") return row.done;
  if (by === "active") return row.activeMs;
  if (by === "seen") return row.seenAt ?? 0;
  const lesson = row.lessons[by];
  return lesson && lesson.total > 0 ? lesson.done / lesson.total : 0;
}
