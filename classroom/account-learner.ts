/** The learner of an account: an anonymous one becomes it, or what it did is merged into the one that the account has. */
import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";
import { newLearnerId } from "./learners.ts";
import type { Schema } from "./schema.ts";

/** The account's learner, or undefined where it has none yet. */
export async function learnerOf(db: Database, account: string): Promise<string | undefined> {
  return (await db.selectFrom("learner").select("id").where("account", "=", account).executeTakeFirst())?.id;
}

/** Whether the learner is of no account. One who has done nothing yet, and so has no row, is anonymous too. */
export async function isAnonymous(db: Database, learner: string): Promise<boolean> {
  const row = await db.selectFrom("learner").select("account").where("id", "=", learner).executeTakeFirst();
  return row === undefined || row.account === null;
}

/**
 * Gives the account a learner, and returns its id. `anonymous`: the learner of the browser in which somebody signs in. It becomes the
 * account's where that has none; else all that it did is merged into the account's, and its own row goes. One that is of an account
 * already is left alone.
 */
export async function adoptLearner(db: Database, account: string, anonymous?: string): Promise<string> {
  return db.transaction().execute(async (within) => {
    // Holds the row, so that two browsers that sign in at once take turns.
    await within
      .updateTable("account")
      .set(({ ref }) => ({ role: ref("role") }))
      .where("id", "=", account)
      .execute();
    const own = await learnerOf(within, account);
    if (own === undefined) return firstLearner(within, account, anonymous);
    if (anonymous !== undefined && anonymous !== own && (await holdAnonymous(within, anonymous)))
      await merge(within, anonymous, own);
    return own;
  });
}

async function firstLearner(db: Database, account: string, anonymous: string | undefined): Promise<string> {
  const created_at = Date.now();
  if (anonymous !== undefined) {
    await db
      .insertInto("learner")
      .values({ id: anonymous, created_at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const taken = await db
      .updateTable("learner")
      .set({ account })
      .where("id", "=", anonymous)
      .where("account", "is", null)
      .executeTakeFirst();
    if (taken.numUpdatedRows === 1n) return anonymous;
  }
  const id = newLearnerId();
  await db.insertInto("learner").values({ id, created_at, account }).execute();
  return id;
}

/** Whether there is such a learner without an account; then nobody else takes it until this transaction ends. */
async function holdAnonymous(db: Database, learner: string): Promise<boolean> {
  const held = await db
    .updateTable("learner")
    .set(({ ref }) => ({ created_at: ref("created_at") }))
    .where("id", "=", learner)
    .where("account", "is", null)
    .executeTakeFirst();
  return held.numUpdatedRows === 1n;
}

/** What each learner did first counts, and of what changes the latest. */
async function merge(db: Kysely<Schema>, from: string, to: string): Promise<void> {
  const own = sql<string>`${to}`.as("learner");
  await db
    .insertInto("task_done")
    .columns(["learner", "lesson", "task", "done_at"])
    .expression((eb) => eb.selectFrom("task_done").select([own, "lesson", "task", "done_at"]).where("learner", "=", from))
    .onConflict((conflict) =>
      conflict.columns(["learner", "lesson", "task"]).doUpdateSet({ done_at: earlier("task_done.done_at", "excluded.done_at") }),
    )
    .execute();
  await db
    .insertInto("solution_reveal")
    .columns(["learner", "lesson", "task", "revealed_at"])
    .expression((eb) =>
      eb.selectFrom("solution_reveal").select([own, "lesson", "task", "revealed_at"]).where("learner", "=", from),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["learner", "lesson", "task"])
        .doUpdateSet({ revealed_at: earlier("solution_reveal.revealed_at", "excluded.revealed_at") }),
    )
    .execute();
  await db
    .insertInto("hint_use")
    .columns(["learner", "lesson", "task", "hint", "used_at"])
    .expression((eb) => eb.selectFrom("hint_use").select([own, "lesson", "task", "hint", "used_at"]).where("learner", "=", from))
    .onConflict((conflict) =>
      conflict
        .columns(["learner", "lesson", "task", "hint"])
        .doUpdateSet({ used_at: earlier("hint_use.used_at", "excluded.used_at") }),
    )
    .execute();
  await db
    .insertInto("quiz_answer")
    .columns(["learner", "lesson", "quiz", "chosen", "correct", "answered_at"])
    .expression((eb) =>
      eb
        .selectFrom("quiz_answer")
        .select([own, "lesson", "quiz", "chosen", "correct", "answered_at"])
        .where("learner", "=", from),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["learner", "lesson", "quiz"])
        .doUpdateSet(({ ref }) => ({
          chosen: ref("excluded.chosen"),
          correct: ref("excluded.correct"),
          answered_at: ref("excluded.answered_at"),
        }))
        .whereRef("excluded.answered_at", ">", "quiz_answer.answered_at"),
    )
    .execute();
  await db
    .insertInto("visit")
    .columns(["learner", "lesson", "visited_at"])
    .expression((eb) => eb.selectFrom("visit").select([own, "lesson", "visited_at"]).where("learner", "=", from))
    .onConflict((conflict) =>
      conflict.columns(["learner", "lesson"]).doUpdateSet({ visited_at: later("visit.visited_at", "excluded.visited_at") }),
    )
    .execute();
  await mergeAttempts(db, from, to);
  await mergeMemberships(db, from, to);
  for (const table of ["roster_entry", "recording"] as const)
    await db.updateTable(table).set({ learner: to }).where("learner", "=", from).execute();
  await db.deleteFrom("learner").where("id", "=", from).where("account", "is", null).execute();
}

async function mergeAttempts(db: Kysely<Schema>, from: string, to: string): Promise<void> {
  await db
    .insertInto("task_attempt")
    .columns(["learner", "lesson", "task", "started_at", "active_ms", "failed", "reason", "updated_at"])
    .expression((eb) =>
      eb
        .selectFrom("task_attempt")
        .select([
          sql<string>`${to}`.as("learner"),
          ...(["lesson", "task", "started_at", "active_ms", "failed", "reason", "updated_at"] as const),
        ])
        .where("learner", "=", from),
    )
    .onConflict((conflict) =>
      conflict.columns(["learner", "lesson", "task"]).doUpdateSet({
        started_at: earlier("task_attempt.started_at", "excluded.started_at"),
        active_ms: sql<number>`task_attempt.active_ms + excluded.active_ms`,
        failed: sql<number>`task_attempt.failed + excluded.failed`,
        reason: sql<
          string | null
        >`case when excluded.updated_at > task_attempt.updated_at then excluded.reason else task_attempt.reason end`,
        updated_at: later("task_attempt.updated_at", "excluded.updated_at"),
      }),
    )
    .execute();
}

/** The name that the account's learner has in the class stays. Who is there as either of the two is there. */
async function mergeMemberships(db: Kysely<Schema>, from: string, to: string): Promise<void> {
  await db
    .insertInto("membership")
    .columns(["class", "learner", "name", "joined_at", "removed_at"])
    .expression((eb) =>
      eb
        .selectFrom("membership")
        .select(["class", sql<string>`${to}`.as("learner"), "name", "joined_at", "removed_at"])
        .where("learner", "=", from),
    )
    .onConflict((conflict) =>
      conflict.columns(["class", "learner"]).doUpdateSet({
        joined_at: earlier("membership.joined_at", "excluded.joined_at"),
        removed_at: sql<
          number | null
        >`case when membership.removed_at is null or excluded.removed_at is null then null else ${later("membership.removed_at", "excluded.removed_at")} end`,
      }),
    )
    .execute();
}

function earlier(one: string, other: string) {
  return sql<number>`case when ${sql.ref(other)} < ${sql.ref(one)} then ${sql.ref(other)} else ${sql.ref(one)} end`;
}

function later(one: string, other: string) {
  return sql<number>`case when ${sql.ref(other)} > ${sql.ref(one)} then ${sql.ref(other)} else ${sql.ref(one)} end`;
}
