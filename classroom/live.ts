/** What the lab-server asks of classes while their pages are connected: little at a time, again and again. */
import { type LearnersClass, learnersClass, placements } from "./classes.ts";
import type { Database } from "./database.ts";

/** A class, and what it does. */
export type LiveClass = { id: string; name: string; lessons: readonly LiveLesson[] };

/** `step`: how many of its tasks are open; null where all are. `dueAt`: milliseconds since the epoch. */
export type LiveLesson = { lesson: string; open: boolean; step: number | null; dueAt: number | null };

/** What a learner did for one task. Times are milliseconds since the epoch, `activeMs` milliseconds. */
export type TaskTraces = {
  learner: string;
  lesson: string;
  task: string;
  doneAt: number | undefined;
  activeMs: number;
  failed: number;
  /** How many of its hints were opened. */
  hints: number;
  solution: boolean;
  /** The last of all this. */
  at: number;
};

/** Values of one list in a statement: both databases bound its parameters. */
const MOST_AT_ONCE = 500;

type Pair = { learner: string; lesson: string };

/** The class that each of these learners takes their lesson in, as classOf has it, by learner and lesson (`placeKey`). */
export async function placesOf(db: Database, pairs: readonly Pair[]): Promise<Map<string, LearnersClass>> {
  const places = new Map<string, LearnersClass>();
  const lessons = [...new Set(pairs.map(({ lesson }) => lesson))];
  for (const some of chunks([...new Set(pairs.map(({ learner }) => learner))])) {
    const rows = await placements(db)
      .where("membership.learner", "in", some)
      .where("class_lesson.lesson", "in", lessons)
      .execute();
    for (const row of rows) {
      const key = placeKey(row);
      if (!places.has(key)) places.set(key, learnersClass(row));
    }
  }
  return places;
}

export function placeKey({ learner, lesson }: Pair): string {
  return `${learner}/${lesson}`;
}

/** The class as it is now, its lessons in order; undefined where there is none of this id. */
export async function liveClass(db: Database, id: string): Promise<LiveClass | undefined> {
  const found = await db.selectFrom("class").select(["id", "name"]).where("id", "=", id).executeTakeFirst();
  if (!found) return undefined;
  const rows = await db
    .selectFrom("class_lesson")
    .select(["lesson", "open", "step", "due_at"])
    .where("class", "=", id)
    .orderBy("position")
    .orderBy("lesson")
    .execute();
  const lessons = rows.map(({ lesson, open, step, due_at }) => ({ lesson, open: open === 1, step, dueAt: due_at }));
  return { ...found, lessons };
}

/** Who is in the class, by name. */
export async function liveMembers(db: Database, id: string): Promise<{ learner: string; name: string }[]> {
  return db
    .selectFrom("membership")
    .select(["learner", "name"])
    .where("class", "=", id)
    .where("removed_at", "is", null)
    .orderBy("name")
    .orderBy("learner")
    .execute();
}

/** By what name a learner is in a class that has the lesson; undefined where they are not in it, or it has not. */
export async function memberName(
  db: Database,
  { class: id, learner, lesson }: { class: string; learner: string; lesson: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom("membership")
    .innerJoin("class_lesson", "class_lesson.class", "membership.class")
    .select("membership.name")
    .where("membership.class", "=", id)
    .where("membership.learner", "=", learner)
    .where("membership.removed_at", "is", null)
    .where("class_lesson.lesson", "=", lesson)
    .executeTakeFirst();
  return row?.name;
}

/** What these learners did in a lesson: a row for each task that they began. */
export async function tracesOf(db: Database, lesson: string, learners: readonly string[]): Promise<TaskTraces[]> {
  const traces = new Map<string, TaskTraces>();
  const of = ({ learner, task }: { learner: string; task: string }, at: number): TaskTraces => {
    const key = `${learner}/${task}`;
    const fresh = { learner, lesson, task, doneAt: undefined, activeMs: 0, failed: 0, hints: 0, solution: false, at };
    const trace = traces.get(key) ?? fresh;
    traces.set(key, trace);
    trace.at = Math.max(trace.at, at);
    return trace;
  };
  for (const some of chunks(learners)) {
    const [done, attempts, hints, solutions] = await Promise.all([
      db
        .selectFrom("task_done")
        .select(["learner", "task", "done_at"])
        .where("lesson", "=", lesson)
        .where("learner", "in", some)
        .execute(),
      db
        .selectFrom("task_attempt")
        .select(["learner", "task", "active_ms", "failed", "updated_at"])
        .where("lesson", "=", lesson)
        .where("learner", "in", some)
        .execute(),
      db
        .selectFrom("hint_use")
        .select(["learner", "task", "used_at"])
        .where("lesson", "=", lesson)
        .where("learner", "in", some)
        .execute(),
      db
        .selectFrom("solution_reveal")
        .select(["learner", "task", "revealed_at"])
        .where("lesson", "=", lesson)
        .where("learner", "in", some)
        .execute(),
    ]);
    for (const row of attempts) {
      const trace = of(row, row.updated_at);
      trace.activeMs = row.active_ms;
      trace.failed = row.failed;
    }
    for (const row of done) of(row, row.done_at).doneAt = row.done_at;
    for (const row of hints) of(row, row.used_at).hints += 1;
    for (const row of solutions) of(row, row.revealed_at).solution = true;
  }
  return [...traces.values()];
}

/** When these learners last opened a lesson, milliseconds since the epoch; those who never did are left out. */
export async function lastVisits(db: Database, learners: readonly string[]): Promise<Map<string, number>> {
  const visits = new Map<string, number>();
  for (const some of chunks(learners)) {
    const rows = await db
      .selectFrom("visit")
      .select(["learner", ({ fn }) => fn.max("visited_at").as("at")])
      .where("learner", "in", some)
      .groupBy("learner")
      .execute();
    for (const { learner, at } of rows) visits.set(learner, at);
  }
  return visits;
}

/** What learners are called: by their account, else in the class that they joined last. Those without a name are left out. */
export async function namesOf(db: Database, learners: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const some of chunks(learners)) {
    const members = await db
      .selectFrom("membership")
      .select(["learner", "name"])
      .where("learner", "in", some)
      .orderBy("joined_at")
      .execute();
    const accounts = await db
      .selectFrom("learner")
      .innerJoin("account", "account.id", "learner.account")
      .select(["learner.id as learner", "account.name"])
      .where("learner.id", "in", some)
      .execute();
    for (const { learner, name } of [...members, ...accounts]) names.set(learner, name);
  }
  return names;
}

function chunks<T>(list: readonly T[]): T[][] {
  const count = Math.ceil(list.length / MOST_AT_ONCE);
  return Array.from({ length: count }, (_, at) => list.slice(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE));
}
