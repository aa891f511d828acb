/** Where a learner stands with a lesson of their class, counted from what they did. */
import type { LessonRecord, TaskRecord } from "./report.ts";

/** A lesson as a report needs it. */
export type ReportedLesson = {
  slug: string;
  title: string;
  tasks: readonly { id: string; title: string }[];
  quizzes: readonly { id: string; question: string }[];
  /** Milliseconds since the epoch; null where it is never due. */
  dueAt: number | null;
};

/** `pending`: not complete, and there is time left. `overdue`: not complete, and there is none. */
export type Punctuality = "on-time" | "late" | "overdue" | "pending";

export type Standing = {
  done: number;
  total: number;
  /** Milliseconds active. */
  activeMs: number;
  failed: number;
  hints: number;
  solutions: number;
  /** Quizzes whose latest answer is right, those that were answered, and all of them. */
  right: number;
  answered: number;
  quizzes: number;
  /** When the last of the tasks was done; null: not all are. */
  completedAt: number | null;
  /** Null where the lesson is never due. */
  due: Punctuality | null;
  /** When they were last in it, milliseconds since the epoch; null: never. */
  seenAt: number | null;
};

/** Only tasks and quizzes that the lesson has now count. `now`: milliseconds since the epoch. */
export function standingIn(lesson: ReportedLesson, record: LessonRecord | undefined, now = Date.now()): Standing {
  const tasks = lesson.tasks.flatMap(({ id }) => record?.tasks.get(id) ?? []);
  const answers = lesson.quizzes.flatMap(({ id }) => record?.quizzes.get(id) ?? []);
  const ticks = tasks.flatMap(({ doneAt }) => doneAt ?? []);
  const isComplete = lesson.tasks.length > 0 && ticks.length === lesson.tasks.length;
  const completedAt = isComplete ? Math.max(...ticks) : null;
  const sum = (count: (task: TaskRecord) => number) => tasks.reduce((total, task) => total + count(task), 0);
  return {
    done: ticks.length,
    total: lesson.tasks.length,
    activeMs: sum(({ activeMs }) => activeMs),
    failed: sum(({ failed }) => failed),
    hints: sum(({ hints }) => hints),
    solutions: sum(({ solution }) => (solution ? 1 : 0)),
    right: answers.filter(({ right }) => right).length,
    answered: answers.length,
    quizzes: lesson.quizzes.length,
    completedAt,
    due: lesson.tasks.length === 0 ? null : punctuality(lesson.dueAt, completedAt, now),
    seenAt: record?.seenAt ?? null,
  };
}

function punctuality(dueAt: number | null, completedAt: number | null, now: number): Punctuality | null {
  if (dueAt === null) return null;
  if (completedAt !== null) return completedAt <= dueAt ? "on-time" : "late";
  return now <= dueAt ? "pending" : "overdue";
}
