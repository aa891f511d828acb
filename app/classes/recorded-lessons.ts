/** What a learner did in a class's lessons, as their record draws it. */
import { lessonsOf } from "../../classroom/class-lessons.ts";
import { type Recording, recordingsOf } from "../../classroom/recordings.ts";
import { type LearnerRecord, learnerRecord } from "../../classroom/report.ts";
import { type ReportedLesson, standingIn } from "../../classroom/standing.ts";
import type { RecordedLesson, RecordingLink } from "../../components/classroom/report/learner-record.tsx";
import { database } from "../database.ts";
import { reportedLessons } from "./reported-lessons.ts";

/**
 * The learner's record in the class, and its lessons; undefined where they are not in it. `pathOf`: where a recording of this id is replayed
 * for the one who asks.
 */
export async function recordedLessons(
  classId: string,
  learner: string,
  pathOf: (recording: string) => string,
): Promise<{ record: LearnerRecord; lessons: RecordedLesson[] } | undefined> {
  const db = await database();
  const record = await learnerRecord(db, classId, learner);
  if (record === undefined) return undefined;
  const [lessons, recordings] = await Promise.all([
    lessonsOf(db, classId).then(reportedLessons),
    recordingsOf(db, classId, learner),
  ]);
  const link = ({ id, startedAt, endedAt, terminal }: Recording): RecordingLink => ({
    href: pathOf(id),
    startedAt,
    terminal,
    lengthMs: endedAt - startedAt,
  });
  const linksOf = (of: (recording: Recording) => boolean) => recordings.filter(of).map(link);
  return {
    record,
    lessons: lessons.map((lesson) => ({
      slug: lesson.slug,
      title: lesson.title,
      dueAt: lesson.dueAt,
      ...countsOf(lesson, record),
      tasks: lesson.tasks.map(({ id, title }) => {
        const task = record.lessons.get(lesson.slug)?.tasks.get(id);
        return {
          id,
          title,
          doneAt: task?.doneAt ?? null,
          activeMs: task?.activeMs ?? 0,
          failed: task?.failed ?? 0,
          reason: task?.reason ?? null,
          hints: task?.hints ?? 0,
          solution: task?.solution ?? false,
          begun: task !== undefined,
          recordings: linksOf((recording) => recording.lesson === lesson.slug && recording.task === id),
        };
      }),
      quizzes: lesson.quizzes.map(({ id, question }) => ({
        id,
        question,
        right: record.lessons.get(lesson.slug)?.quizzes.get(id)?.right ?? null,
      })),
      otherRecordings: linksOf(
        (recording) => recording.lesson === lesson.slug && !lesson.tasks.some(({ id }) => id === recording.task),
      ),
    })),
  };
}

function countsOf(lesson: ReportedLesson, { lessons }: LearnerRecord) {
  const { done, total, activeMs, completedAt, due } = standingIn(lesson, lessons.get(lesson.slug));
  return { done, total, activeMs, completedAt, due };
}
