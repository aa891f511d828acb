import { lessonsOf } from "../../../classroom/class-lessons.ts";
import { ClassLessons, type LessonRow } from "../../../components/classroom/manage/class-lessons.tsx";
import { listLessons } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { demandClass } from "../class-access.ts";
import { change, choose, move, openNext } from "./lesson-actions.ts";

/** Which lessons the class has, and how far each is open. */
export default async function ClassLessonsPage({ params }: { params: Promise<{ id: string }> }) {
  const { taught } = await demandClass((await params).id);
  const [rows, { lessons }] = await Promise.all([
    lessonsOf(await database(), taught.id),
    listLessons(configuration().lessonsFolder),
  ]);
  const bySlug = new Map(lessons.map((lesson) => [lesson.slug, lesson]));
  return (
    <ClassLessons
      rows={rows.map(({ lesson: slug, ...row }): LessonRow => {
        const lesson = bySlug.get(slug);
        const tasks = lesson?.tasks.map(({ title }) => title) ?? [];
        return { slug, title: lesson?.title ?? slug, minutes: lesson?.minutes, tasks, ...row };
      })}
      library={lessons.map(({ slug, title, summary, minutes, tasks }) => ({
        slug,
        title,
        summary,
        minutes,
        tasks: tasks.length,
      }))}
      isArchived={taught.archivedAt !== null}
      choose={choose.bind(null, taught.id)}
      move={move.bind(null, taught.id)}
      change={change.bind(null, taught.id)}
      openNext={openNext.bind(null, taught.id)}
    />
  );
}
