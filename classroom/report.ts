/** What the learners of a class did in its lessons: for its report, its export, and each learner's own record. */
import { type ClassLesson, lessonsOf } from "./class-lessons.ts";
import type { Database } from "./database.ts";

/** Times are milliseconds since the epoch, here and below. */
export type TaskRecord = {
  /** When it became the one to do; null where that is not known. */
  startedAt: number | null;
  doneAt: number | null;
  /** Milliseconds active in it. */
  activeMs: number;
  /** How often its check gave another reason. */
  failed: number;
  /** Why it is not done, as its check said last. */
  reason: string | null;
  /** Hints that were opened. */
  hints: number;
  solution: boolean;
};

export type QuizRecord = { right: boolean; answeredAt: number };

export type LessonRecord = {
  tasks: ReadonlyMap<string, TaskRecord>;
  quizzes: ReadonlyMap<string, QuizRecord>;
  /** When they were last in it; null: never. */
  seenAt: number | null;
};

/** A person of the class. */
export type Pupil = {
  name: string;
  /** As the roster says. */
  reference: string | null;
  email: string | null;
};

export type LearnerRecord = Pupil & {
  learner: string;
  joinedAt: number;
  /** When they were last in one of the class's lessons; null: never. */
  seenAt: number | null;
  /** By lesson. */
  lessons: ReadonlyMap<string, LessonRecord>;
};

export type ClassReport = {
  lessons: readonly ClassLesson[];
  /** By name. */
  learners: readonly LearnerRecord[];
  /** Who is on the roster and has not come. */
  missing: readonly Pupil[];
};

type Changing<T> = { -readonly [K in keyof T]: T[K] };
type LessonInMaking = { tasks: Map<string, Changing<TaskRecord>>; quizzes: Map<string, QuizRecord>; seenAt: number | null };

const NOTHING: TaskRecord = { startedAt: null, doneAt: null, activeMs: 0, failed: 0, reason: null, hints: 0, solution: false };

/** The whole class, without those who were taken out of it. */
export async function classReport(db: Database, classId: string): Promise<ClassReport> {
  const [lessons, learners, missing] = await Promise.all([
    lessonsOf(db, classId),
    recordsOf(db, classId),
    db
      .selectFrom("roster_entry")
      .select(["name", "reference", "email"])
      .where("class", "=", classId)
      .where("learner", "is", null)
      .orderBy("name")
      .orderBy("id")
      .execute(),
  ]);
  return { lessons, learners, missing: missing.map((pupil) => ({ ...pupil })) };
}

/** One learner of the class; undefined for somebody who is not in it. */
export async function learnerRecord(db: Database, classId: string, learner: string): Promise<LearnerRecord | undefined> {
  return (await recordsOf(db, classId, learner))[0];
}

async function recordsOf(db: Database, classId: string, learner?: string): Promise<LearnerRecord[]> {
  let members = db
    .selectFrom("membership")
    .leftJoin("roster_entry", (join) =>
      join.onRef("roster_entry.learner", "=", "membership.learner").onRef("roster_entry.class", "=", "membership.class"),
    )
    .select(["membership.learner", "membership.name", "joined_at", "reference", "email"])
    .where("membership.class", "=", classId)
    .where("removed_at", "is", null)
    .orderBy("membership.name")
    .orderBy("membership.learner");
  if (learner !== undefined) members = members.where("membership.learner", "=", learner);
  const [people, lessons] = await Promise.all([members.execute(), workOf(db, classId, learner)]);
  // Two entries of a roster never speak of one learner; if they did all the same, they are one person here.
  const byLearner = new Map(people.map((person) => [person.learner, person]));
  return [...byLearner.values()].map(({ joined_at, ...person }) => {
    const own = lessons.get(person.learner) ?? new Map<string, LessonRecord>();
    const seen = [...own.values()].flatMap(({ seenAt }) => seenAt ?? []);
    return { ...person, joinedAt: joined_at, seenAt: seen.length > 0 ? Math.max(...seen) : null, lessons: own };
  });
}

/** What learners of the class did in its lessons, by learner, then by lesson. */
async function workOf(db: Database, classId: string, learner?: string): Promise<Map<string, Map<string, LessonRecord>>> {
  const work = new Map<string, Map<string, LessonInMaking>>();
  const lessonOf = (row: { learner: string; lesson: string }, at: number) => {
    const own = work.get(row.learner) ?? new Map<string, LessonInMaking>();
    const lesson = own.get(row.lesson) ?? { tasks: new Map(), quizzes: new Map(), seenAt: null };
    lesson.seenAt = Math.max(lesson.seenAt ?? at, at);
    own.set(row.lesson, lesson);
    work.set(row.learner, own);
    return lesson;
  };
  const taskOf = (row: { learner: string; lesson: string; task: string }, at: number) => {
    const { tasks } = lessonOf(row, at);
    const task = tasks.get(row.task) ?? { ...NOTHING };
    tasks.set(row.task, task);
    return task;
  };
  // What they do elsewhere is not the class's business.
  const lessons = db.selectFrom("class_lesson").select("lesson").where("class", "=", classId);
  let members = db.selectFrom("membership").select("learner").where("class", "=", classId).where("removed_at", "is", null);
  if (learner !== undefined) members = members.where("learner", "=", learner);
  const [attempts, ticks, hints, solutions, answers, visits] = await Promise.all([
    db.selectFrom("task_attempt").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
    db.selectFrom("task_done").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
    db.selectFrom("hint_use").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
    db.selectFrom("solution_reveal").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
    db.selectFrom("quiz_answer").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
    db.selectFrom("visit").selectAll().where("learner", "in", members).where("lesson", "in", lessons).execute(),
  ]);
  for (const row of attempts) {
    const { started_at, active_ms, failed, reason } = row;
    Object.assign(taskOf(row, row.updated_at), { startedAt: started_at, activeMs: active_ms, failed, reason });
  }
  for (const row of ticks) taskOf(row, row.done_at).doneAt = row.done_at;
  for (const row of hints) taskOf(row, row.used_at).hints += 1;
  for (const row of solutions) taskOf(row, row.revealed_at).solution = true;
  for (const row of answers)
    lessonOf(row, row.answered_at).quizzes.set(row.quiz, { right: row.correct === 1, answeredAt: row.answered_at });
  for (const row of visits) lessonOf(row, row.visited_at);
  return work;
}
