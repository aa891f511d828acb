/** When a learner counts as stuck. The board's legend says the same in words. */
import type { BoardLearner } from "../../../lab-server/staff/wire.ts";

/** Milliseconds in one task that nobody counts as long, however fast the class is. */
export const LONG = 5 * 60_000;
/** Times the class's median that counts as long. */
export const TIMES_THE_MEDIAN = 2;
/** Different reasons of the task's check. */
export const MANY_REASONS = 3;
/** Milliseconds without a sign of the learner. */
export const IDLE_AFTER = 3 * 60_000;

export type Stuck = { why: "slow" | "failing" | "idle" };

export const STUCK_RULE = `A learner counts as stuck with a task that is not done: after more than ${LONG / 60_000} minutes in it and ${TIMES_THE_MEDIAN === 2 ? "twice" : `${TIMES_THE_MEDIAN} times`} the class's median, after ${MANY_REASONS} failed checks with different reasons, or after ${IDLE_AFTER / 60_000} minutes without a sign of them while their sandbox runs.`;

/**
 * Whether and why a learner is stuck with the task before them.
 * `medianMs`: how long those who did the task were active in it; undefined where too few did. `now`: milliseconds since the epoch.
 */
export function stuck(learner: BoardLearner, medianMs: number | undefined, now: number): Stuck | undefined {
  const where = learner.now;
  if (where === null || where.step === null) return undefined;
  const cell = learner.cells[where.lesson]?.[where.step];
  if (cell?.doneAt !== undefined) return undefined;
  if (cell !== undefined && cell.failed >= MANY_REASONS) return { why: "failing" };
  if (timeInTask(learner) > Math.max(LONG, TIMES_THE_MEDIAN * (medianMs ?? 0))) return { why: "slow" };
  if (where.sandbox !== null && now - where.activeAt > IDLE_AFTER) return { why: "idle" };
  return undefined;
}

/** Milliseconds that the learner has been active in the task before them; 0 where there is none. */
export function timeInTask({ now, cells }: BoardLearner): number {
  if (now === null || now.step === null) return 0;
  return cells[now.lesson]?.[now.step]?.activeMs ?? 0;
}
