/** What a learner did: tasks done, quizzes answered, solutions seen, lessons opened. */
import { z } from "zod";
import type { Database } from "./database.ts";
import { ensureLearner } from "./learners.ts";

export type QuizAnswer = { chosen: readonly number[]; correct: boolean };

const Chosen = z.array(z.int().min(0));

/** Everything that one learner did in one lesson. */
export type LessonProgress = {
  done: readonly string[];
  revealed: readonly string[];
  /** By quiz id. */
  answers: Readonly<Record<string, QuizAnswer>>;
};

/** Ticks a task. Returns whether it was not ticked before. A ticked task stays ticked. */
export async function markDone(db: Database, what: { learner: string; lesson: string; task: string }): Promise<boolean> {
  await ensureLearner(db, what.learner);
  const result = await db
    .insertInto("task_done")
    .values({ ...what, done_at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Ids of the tasks that are ticked, in the order in which they were. */
export async function doneTasks(db: Database, learner: string, lesson: string): Promise<string[]> {
  const rows = await db
    .selectFrom("task_done")
    .select("task")
    .where("learner", "=", learner)
    .where("lesson", "=", lesson)
    .orderBy("done_at")
    .orderBy("task")
    .execute();
  return rows.map((row) => row.task);
}

/** Remembers that the learner saw a solution; the first time counts. */
export async function recordReveal(db: Database, what: { learner: string; lesson: string; task: string }): Promise<void> {
  await ensureLearner(db, what.learner);
  await db
    .insertInto("solution_reveal")
    .values({ ...what, revealed_at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Keeps the learner's latest answer to a quiz. */
export async function recordAnswer(
  db: Database,
  what: { learner: string; lesson: string; quiz: string },
  answer: QuizAnswer,
): Promise<void> {
  await ensureLearner(db, what.learner);
  const row = { chosen: JSON.stringify(answer.chosen), correct: answer.correct ? 1 : 0, answered_at: Date.now() };
  await db
    .insertInto("quiz_answer")
    .values({ ...what, ...row })
    .onConflict((conflict) => conflict.columns(["learner", "lesson", "quiz"]).doUpdateSet(row))
    .execute();
}

/** Remembers when the learner last opened the lesson. */
export async function recordVisit(db: Database, what: { learner: string; lesson: string }): Promise<void> {
  await ensureLearner(db, what.learner);
  const row = { visited_at: Date.now() };
  await db
    .insertInto("visit")
    .values({ ...what, ...row })
    .onConflict((conflict) => conflict.columns(["learner", "lesson"]).doUpdateSet(row))
    .execute();
}

/** What the learner did in one lesson. */
export async function lessonProgress(db: Database, learner: string, lesson: string): Promise<LessonProgress> {
  const [done, reveals, answers] = await Promise.all([
    doneTasks(db, learner, lesson),
    db.selectFrom("solution_reveal").select("task").where("learner", "=", learner).where("lesson", "=", lesson).execute(),
    db.selectFrom("quiz_answer").selectAll().where("learner", "=", learner).where("lesson", "=", lesson).execute(),
  ]);
  return {
    done,
    revealed: reveals.map((row) => row.task),
    answers: Object.fromEntries(
      answers.map((row) => [row.quiz, { chosen: Chosen.parse(JSON.parse(row.chosen)), correct: row.correct === 1 }]),
    ),
  };
}

/** What the learner did in all lessons, for the home page: ticked tasks by lesson, and the lesson opened last. */
export async function progressOf(
  db: Database,
  learner: string,
): Promise<{ done: Map<string, string[]>; last: string | undefined }> {
  const [rows, last] = await Promise.all([
    db.selectFrom("task_done").select(["lesson", "task"]).where("learner", "=", learner).orderBy("done_at").execute(),
    db
      .selectFrom("visit")
      .select("lesson")
      .where("learner", "=", learner)
      .orderBy("visited_at", "desc")
      .limit(1)
      .executeTakeFirst(),
  ]);
  const done = new Map<string, string[]>();
  for (const { lesson, task } of rows) done.set(lesson, [...(done.get(lesson) ?? []), task]);
  return { done, last: last?.lesson };
}
