/** The whole class in numbers. */
import type { BoardLearner, BoardLesson } from "../../../lab-server/staff/wire.ts";
import { isFinished } from "./order.ts";
import type { RowView } from "./row.ts";

/** Learners who must have done a task before their median says something. */
const ENOUGH = 3;

export type Tally = { learners: number; here: number; hands: number; stuck: number; finished: number };

/** One task of the lesson: learners who did it, and who are at it. */
export type TaskTally = { done: number; now: number };

export function tallyOf(rows: Iterable<RowView>): Tally {
  const tally = { learners: 0, here: 0, hands: 0, stuck: 0, finished: 0 };
  for (const row of rows) {
    tally.learners += 1;
    if (row.presence === "here" || row.presence === "idle") tally.here += 1;
    if (row.hand !== undefined) tally.hands += 1;
    if (row.stuck !== undefined) tally.stuck += 1;
    if (isFinished(row)) tally.finished += 1;
  }
  return tally;
}

export function taskTallies(rows: Iterable<RowView>, tasks: number): TaskTally[] {
  const tallies = Array.from({ length: tasks }, () => ({ done: 0, now: 0 }));
  for (const { cells, step } of rows)
    for (const [index, tally] of tallies.entries()) {
      const state = cells[index]?.state;
      if (state === "done" || state === "hints" || state === "solution") tally.done += 1;
      else if (step === index) tally.now += 1;
    }
  return tallies;
}

/** Share of all tasks of a lesson that are done by all learners, 0 to 1. */
export function shareDone(learners: readonly BoardLearner[], { slug, tasks }: BoardLesson): number {
  const all = learners.length * tasks.length;
  if (all === 0) return 0;
  let done = 0;
  for (const { cells } of learners) for (const { id } of tasks) if (cells[slug]?.[id]?.doneAt !== undefined) done += 1;
  return done / all;
}

/** Milliseconds by task that those who did it were active in it: the median, where enough did. */
export function medians(learners: readonly BoardLearner[], { slug, tasks }: BoardLesson): Map<string, number> {
  const found = new Map<string, number>();
  for (const { id } of tasks) {
    const times = learners
      .flatMap(({ cells }) => {
        const cell = cells[slug]?.[id];
        return cell?.doneAt !== undefined && cell.activeMs > 0 ? [cell.activeMs] : [];
      })
      .sort((a, b) => a - b);
    const upper = times[Math.floor(times.length / 2)];
    const lower = times[Math.floor((times.length - 1) / 2)];
    if (times.length >= ENOUGH && upper !== undefined && lower !== undefined) found.set(id, (lower + upper) / 2);
  }
  return found;
}
