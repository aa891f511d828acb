/** The lessons of a class: which, in what order, and how far each is open. */
import { type Actor, recordAudit } from "./audit.ts";
import { ClassRefusal, holdClass } from "./classes.ts";
import type { Database } from "./database.ts";

export type ClassLesson = {
  /** The lesson's slug. It may be one that is not there any more. */
  lesson: string;
  /** Whether the class may work on it now. */
  open: boolean;
  /** How many of its tasks are open, counted from the first; null where each learner goes at their own pace. */
  step: number | null;
  /** Milliseconds since the epoch. */
  dueAt: number | null;
};

const MOST_LESSONS = 200;
/** More tasks than any lesson has. */
const MOST_STEPS = 1_000;

/** The lessons of a class in its order. */
export async function lessonsOf(db: Database, id: string): Promise<ClassLesson[]> {
  const rows = await db
    .selectFrom("class_lesson")
    .select(["lesson", "open", "step", "due_at"])
    .where("class", "=", id)
    .orderBy("position")
    .orderBy("lesson")
    .execute();
  return rows.map(({ lesson, open, step, due_at }) => ({ lesson, open: open === 1, step, dueAt: due_at }));
}

/**
 * Says which lessons the class has, in this order. What it has already stays as it is; a new one is `open` or not, and at each learner's
 * own pace. Throws ClassRefusal for too many.
 */
export async function chooseLessons(
  db: Database,
  actor: Actor,
  id: string,
  lessons: readonly string[],
  { open }: { open: boolean },
): Promise<void> {
  const chosen = [...new Set(lessons)];
  if (chosen.length > MOST_LESSONS) throw new ClassRefusal(`A class has at most ${MOST_LESSONS} lessons.`);
  await db.transaction().execute(async (within) => {
    await holdClass(within, id);
    let gone = within.deleteFrom("class_lesson").where("class", "=", id);
    if (chosen.length > 0) gone = gone.where("lesson", "not in", chosen);
    await gone.execute();
    if (chosen.length > 0)
      await within
        .insertInto("class_lesson")
        .values(
          chosen.map((lesson, position) => ({
            class: id,
            lesson,
            position,
            open: open ? 1 : 0,
            step: null,
            due_at: null,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(["class", "lesson"]).doUpdateSet(({ ref }) => ({ position: ref("excluded.position") })),
        )
        .execute();
    await recordAudit(within, actor, "class.lessons", { class: id, details: { lessons: chosen } });
  });
}

/** Moves a lesson one place towards the beginning or the end. At the end of its way it stays. */
export async function moveLesson(db: Database, actor: Actor, id: string, lesson: string, by: -1 | 1): Promise<void> {
  await db.transaction().execute(async (within) => {
    await holdClass(within, id);
    const order = (await lessonsOf(within, id)).map((each) => each.lesson);
    const from = order.indexOf(lesson);
    if (from < 0) throw notThere();
    const to = Math.min(order.length - 1, Math.max(0, from + by));
    order.splice(to, 0, ...order.splice(from, 1));
    for (const [position, each] of order.entries())
      await within
        .updateTable("class_lesson")
        .set({ position })
        .where("class", "=", id)
        .where("lesson", "=", each)
        .where("position", "!=", position)
        .execute();
    await recordAudit(within, actor, "class.lessons", { class: id, target: lesson, details: { place: to + 1 } });
  });
}

/** What may be changed of a class's lesson; what is left out stays. */
export type LessonChange = { open?: boolean; step?: number | null; dueAt?: number | null };

/** Opens, closes, paces a lesson, or sets when it is due. Throws ClassRefusal where the class has no such lesson. */
export async function changeLesson(
  db: Database,
  actor: Actor,
  id: string,
  lesson: string,
  { open, step, dueAt }: LessonChange,
): Promise<void> {
  if (typeof step === "number" && !(Number.isInteger(step) && step >= 0 && step <= MOST_STEPS))
    throw new ClassRefusal("A lesson has no such step.");
  const values = {
    ...(open !== undefined && { open: open ? 1 : 0 }),
    ...(step !== undefined && { step }),
    ...(dueAt !== undefined && { due_at: dueAt }),
  };
  if (Object.keys(values).length === 0) return;
  const { numUpdatedRows } = await db
    .updateTable("class_lesson")
    .set(values)
    .where("class", "=", id)
    .where("lesson", "=", lesson)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw notThere();
  await recordAudit(db, actor, "class.lessons", { class: id, target: lesson, details: { open, step, dueAt } });
}

/**
 * Opens one more task of a paced lesson, of which it has `tasks`: the lesson too where it is closed. `after` is what the instructor saw
 * open: two who press at the same moment open one.
 */
export async function openNextStep(
  db: Database,
  actor: Actor,
  id: string,
  { lesson, after, tasks }: { lesson: string; after: number; tasks: number },
): Promise<void> {
  const step = Math.min(after + 1, tasks);
  const { numUpdatedRows } = await db
    .updateTable("class_lesson")
    .set({ step, open: 1 })
    .where("class", "=", id)
    .where("lesson", "=", lesson)
    .where("step", "=", after)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) await recordAudit(db, actor, "class.lessons", { class: id, target: lesson, details: { step } });
}

function notThere(): ClassRefusal {
  return new ClassRefusal("The class does not have this lesson any more.");
}
