type Lesson = { slug: string; needs: readonly string[]; tasks: number; done: number };

/**
 * The lesson to go on with: the one opened last while tasks of it are open, else the first open one whose needs are all worked
 * through, else the first open one. Undefined once nothing is left.
 */
export function nextLesson(lessons: readonly Lesson[], last: string | undefined): string | undefined {
  const open = lessons.filter((lesson) => !isWorkedThrough(lesson));
  const finished = new Set(lessons.filter(isWorkedThrough).map(({ slug }) => slug));
  const next =
    open.find(({ slug }) => slug === last) ?? open.find(({ needs }) => needs.every((need) => finished.has(need))) ?? open[0];
  return next?.slug;
}

/** Whether every task is ticked. */
export function isWorkedThrough({ tasks, done }: Pick<Lesson, "tasks" | "done">): boolean {
  return done >= tasks;
}
