/** What one learner did, by lesson and task. */
import type { TaskTraces } from "../../classroom/live.ts";
import type { BoardCell, BoardLesson } from "./wire.ts";

const NOTHING: BoardCell = { activeMs: 0, failed: 0, hints: 0, solution: false };

export class Cells {
  readonly #lessons = new Map<string, Map<string, BoardCell>>();

  /** The task is done. The first time counts. */
  tick(lesson: string, task: string, at: number): void {
    const cell = this.#lessons.get(lesson)?.get(task) ?? NOTHING;
    this.#set(lesson, task, { ...cell, doneAt: cell.doneAt ?? at });
  }

  /** What the database knows. Returns whether that is something new. */
  fill({ lesson, task, doneAt, activeMs, failed, hints, solution }: TaskTraces): boolean {
    const before = this.#lessons.get(lesson)?.get(task);
    // A tick that was told may be a moment older than the one that was written.
    const done = doneAt ?? before?.doneAt;
    const isSame =
      before !== undefined &&
      (before.doneAt === undefined) === (done === undefined) &&
      before.activeMs === activeMs &&
      before.failed === failed &&
      before.hints === hints &&
      before.solution === solution;
    if (!isSame) this.#set(lesson, task, { ...(done === undefined ? {} : { doneAt: done }), activeMs, failed, hints, solution });
    return !isSame;
  }

  /** Those of these lessons that were begun. */
  of(lessons: readonly BoardLesson[]): Record<string, Record<string, BoardCell>> {
    return Object.fromEntries(
      lessons.flatMap(({ slug }) => {
        const tasks = this.#lessons.get(slug);
        return tasks ? [[slug, Object.fromEntries(tasks)]] : [];
      }),
    );
  }

  #set(lesson: string, task: string, cell: BoardCell): void {
    const tasks = this.#lessons.get(lesson) ?? new Map<string, BoardCell>();
    tasks.set(task, cell);
    this.#lessons.set(lesson, tasks);
  }
}
