/** What it took a learner to do each task: when it became the one to do, how long they were at it, and what its check had to say. */
import type { Database } from "./database.ts";
import { ensureLearner } from "./learners.ts";

/** Times are milliseconds since the epoch. */
export type Attempt = {
  learner: string;
  lesson: string;
  task: string;
  /** When it became the one to do. */
  startedAt: number;
  /** Milliseconds with signs of the learner. */
  activeMs: number;
  /** How often its check gave another reason than before. */
  failed: number;
  /** The latest of these. */
  reason: string | null;
  /** When any of this last changed. */
  updatedAt: number;
};

/** Characters of a reason that are kept. */
export const LONGEST_REASON = 500;
/** Rows of one statement: both databases bound its parameters. */
const ROWS_AT_ONCE = 400;

/** The learner is at work: from now on their attempts are kept. */
export async function beginAttempts(db: Database, learner: string, lesson: string): Promise<Attempt[]> {
  await ensureLearner(db, learner);
  return attemptsOf(db, learner, lesson);
}

/** The learner's attempts in one lesson. */
export async function attemptsOf(db: Database, learner: string, lesson: string): Promise<Attempt[]> {
  const rows = await db
    .selectFrom("task_attempt")
    .selectAll()
    .where("learner", "=", learner)
    .where("lesson", "=", lesson)
    .orderBy("started_at")
    .orderBy("task")
    .execute();
  return rows.map(({ started_at, active_ms, updated_at, ...row }) => ({
    ...row,
    startedAt: started_at,
    activeMs: active_ms,
    updatedAt: updated_at,
  }));
}

/**
 * Writes attempts as they are now, in place of what was kept of the same tasks. Those of a learner who is no more, such as one whose
 * account was deleted meanwhile, are left out.
 */
export async function saveAttempts(db: Database, attempts: readonly Attempt[]): Promise<void> {
  for (let from = 0; from < attempts.length; from += ROWS_AT_ONCE) await save(db, attempts.slice(from, from + ROWS_AT_ONCE));
}

async function save(db: Database, attempts: readonly Attempt[]): Promise<void> {
  await db.transaction().execute(async (within) => {
    const learners = [...new Set(attempts.map(({ learner }) => learner))];
    const known = new Set(
      (await within.selectFrom("learner").select("id").where("id", "in", learners).execute()).map(({ id }) => id),
    );
    const rows = attempts
      .filter(({ learner }) => known.has(learner))
      .map(({ learner, lesson, task, startedAt, activeMs, failed, reason, updatedAt }) => ({
        learner,
        lesson,
        task,
        started_at: startedAt,
        active_ms: Math.round(activeMs),
        failed,
        reason: reason === null ? null : reason.slice(0, LONGEST_REASON),
        updated_at: updatedAt,
      }));
    if (rows.length === 0) return;
    await within
      .insertInto("task_attempt")
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(["learner", "lesson", "task"]).doUpdateSet(({ ref }) => ({
          started_at: ref("excluded.started_at"),
          active_ms: ref("excluded.active_ms"),
          failed: ref("excluded.failed"),
          reason: ref("excluded.reason"),
          updated_at: ref("excluded.updated_at"),
        })),
      )
      .execute();
  });
}
