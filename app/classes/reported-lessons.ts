/** The lessons of a class as its report needs them. */
import type { ClassLesson } from "../../classroom/class-lessons.ts";
import type { ReportedLesson } from "../../classroom/standing.ts";
import { listLessons } from "../../curriculum/library.ts";
import { configuration } from "../configuration.ts";

/** In the class's order. One that cannot be opened any more is there by its slug, without tasks. */
export async function reportedLessons(chosen: readonly ClassLesson[]): Promise<ReportedLesson[]> {
  const { lessons } = await listLessons(configuration().lessonsFolder);
  const bySlug = new Map(lessons.map((lesson) => [lesson.slug, lesson]));
  return chosen.map(({ lesson: slug, dueAt }) => {
    const lesson = bySlug.get(slug);
    return {
      slug,
      title: lesson?.title ?? slug,
      tasks: lesson?.tasks.map(({ id, title }) => ({ id, title })) ?? [],
      quizzes: lesson?.quizzes.map(({ id, question }) => ({ id, question })) ?? [],
      dueAt,
    };
  });
}
