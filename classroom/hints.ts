/** Hints that learners opened. */
import type { Database } from "./database.ts";
import { ensureLearner } from "./learners.ts";

/** Remembers that the learner opened a hint of a task, the first being 0; the first time counts. */
export async function recordHint(
  db: Database,
  { learner, lesson, task, hint }: { learner: string; lesson: string; task: string; hint: number },
): Promise<void> {
  await ensureLearner(db, learner);
  await db
    .insertInto("hint_use")
    .values({ learner, lesson, task, hint, used_at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
