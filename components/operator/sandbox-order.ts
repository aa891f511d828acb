/** In which order the operator sees sandboxes, and which. */
import type { OperatedSandbox } from "../../lab-server/staff/wire.ts";

export type Column = "owner" | "lesson" | "age" | "idle" | "memory" | "cpu" | "pages";
export type Order = { column: Column; descending: boolean };

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Less is first. Without a number is least. */
const COMPARE: Record<Column, (a: OperatedSandbox, b: OperatedSandbox) => number> = {
  owner: (a, b) => words.compare(ownerOf(a), ownerOf(b)),
  lesson: (a, b) => words.compare(a.lessonTitle, b.lessonTitle),
  age: (a, b) => b.createdAt - a.createdAt,
  idle: (a, b) => b.activeAt - a.activeAt,
  memory: (a, b) => (a.memory ?? -1) - (b.memory ?? -1),
  cpu: (a, b) => (a.cpu ?? -1) - (b.cpu ?? -1),
  pages: (a, b) => a.pages - b.pages,
};

/** Those whose owner or lesson contains what is sought, in order; equals by id, so that they keep their places. */
export function ordered(sandboxes: readonly OperatedSandbox[], { column, descending }: Order, find: string): OperatedSandbox[] {
  const sought = find.trim().toLocaleLowerCase();
  const sign = descending ? -1 : 1;
  return sandboxes
    .filter(
      (sandbox) =>
        sought === "" || `${ownerOf(sandbox)}\n${sandbox.lessonTitle}\n${sandbox.id}`.toLocaleLowerCase().includes(sought),
    )
    .sort((a, b) => sign * COMPARE[column](a, b) || (a.id < b.id ? -1 : 1));
}

/** The name, or for somebody without one the beginning of their id. */
export function ownerOf({ name, learner }: OperatedSandbox): string {
  return name ?? `Learner ${learner.slice(0, 8)}`;
}
