"use server";
/** What those who teach a class do with its lessons. */
import { z } from "zod";
import { changeLesson, chooseLessons, moveLesson, openNextStep } from "../../../classroom/class-lessons.ts";
import { ClassRefusal } from "../../../classroom/classes.ts";
import type { Answer } from "../../../components/classroom/use-act.ts";
import { lessonSlugs, loadLesson } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { inClass } from "../class-access.ts";

const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
/** Milliseconds since the epoch, until the year 2200. */
const Moment = z.int().min(0).max(7_258_118_400_000);
const Change = z.strictObject({
  open: z.boolean().optional(),
  step: z.int().min(0).max(1_000).nullable().optional(),
  dueAt: Moment.nullable().optional(),
});

/** Says which lessons the class has, in this order. Those that are new begin closed. */
export async function choose(id: string, lessons: string[]): Promise<Answer> {
  return inClass(id, async ({ db, actor, taught }) => {
    const chosen = z.array(Slug).max(500).parse(lessons);
    const present = await lessonSlugs(configuration().lessonsFolder);
    const known = chosen.filter((slug) => present.includes(slug));
    await chooseLessons(db, actor, taught.id, known, { open: false });
  });
}

/** Moves a lesson one place up or down. */
export async function move(id: string, lesson: string, by: number): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) =>
    moveLesson(db, actor, taught.id, Slug.parse(lesson), z.union([z.literal(-1), z.literal(1)]).parse(by)),
  );
}

/** Opens, closes or paces a lesson, or sets when it is due. */
export async function change(id: string, lesson: string, changes: z.infer<typeof Change>): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => {
    const { open, step, dueAt } = Change.parse(changes);
    return changeLesson(db, actor, taught.id, Slug.parse(lesson), {
      ...(open !== undefined && { open }),
      ...(step !== undefined && { step }),
      ...(dueAt !== undefined && { dueAt }),
    });
  });
}

/** Opens one more task for all. `after`: how many were open as the instructor saw it. */
export async function openNext(id: string, lesson: string, after: number): Promise<Answer> {
  return inClass(id, async ({ db, actor, taught }) => {
    const slug = Slug.parse(lesson);
    if (!(await lessonSlugs(configuration().lessonsFolder)).includes(slug))
      throw new ClassRefusal("This lesson is not on this site any more.");
    const { tasks } = await loadLesson(configuration().lessonsFolder, slug);
    await openNextStep(db, actor, taught.id, {
      lesson: slug,
      after: z.int().min(0).max(1_000).parse(after),
      tasks: tasks.length,
    });
  });
}
