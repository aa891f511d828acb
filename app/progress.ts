/** The lessons, and how far the one who asks has come in them. */
import { cache } from "react";
import { progressOf } from "../classroom/progress.ts";
import { type Lesson, type Library, listLessons } from "../curriculum/library.ts";
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";
import { currentLearner } from "./learner.ts";

export type Standing = {
  /** In the order of the curriculum; `done` counts the ticked tasks. */
  lessons: readonly { lesson: Lesson; done: number }[];
  broken: Library["broken"];
  /** The lesson opened last. */
  last: string | undefined;
};

export const standing = cache(async (): Promise<Standing> => {
  const learner = await currentLearner();
  const [{ lessons, broken }, progress] = await Promise.all([
    listLessons(configuration().lessonsFolder),
    learner ? progressOf(await database(), learner) : undefined,
  ]);
  return {
    lessons: lessons.map((lesson) => {
      const ticked = progress?.done.get(lesson.slug) ?? [];
      return { lesson, done: lesson.tasks.filter(({ id }) => ticked.includes(id)).length };
    }),
    broken,
    last: progress?.last,
  };
});
