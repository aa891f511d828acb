/** A class's report as files for other programs: CSV (RFC 4180) and JSON. docs/teaching/report.md says what the fields are. */
import type { ClassReport, LearnerRecord, Pupil } from "./report.ts";
import { type ReportedLesson, type Standing, standingIn } from "./standing.ts";

export type ExportedClass = { name: string; report: ClassReport; lessons: readonly ReportedLesson[] };

type Cell = string | number | null;

/** What a spreadsheet would take for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const MINUTE = 60_000;

const COLUMNS: readonly { name: string; of: (row: Row) => Cell }[] = [
  { name: "name", of: ({ pupil }) => pupil.name },
  { name: "reference", of: ({ pupil }) => pupil.reference },
  { name: "email", of: ({ pupil }) => pupil.email },
  { name: "joined_at", of: ({ joinedAt }) => time(joinedAt) },
  { name: "lesson", of: ({ lesson }) => lesson.slug },
  { name: "lesson_title", of: ({ lesson }) => lesson.title },
  { name: "tasks_done", of: ({ standing }) => standing.done },
  { name: "tasks", of: ({ standing }) => standing.total },
  { name: "completed_at", of: ({ standing }) => time(standing.completedAt) },
  { name: "due_at", of: ({ lesson }) => time(lesson.dueAt) },
  { name: "punctuality", of: ({ standing }) => standing.due },
  { name: "active_minutes", of: ({ standing }) => Math.round((standing.activeMs / MINUTE) * 10) / 10 },
  { name: "failed_checks", of: ({ standing }) => standing.failed },
  { name: "hints", of: ({ standing }) => standing.hints },
  { name: "solutions", of: ({ standing }) => standing.solutions },
  { name: "quizzes_right", of: ({ standing }) => standing.right },
  { name: "quizzes", of: ({ standing }) => standing.quizzes },
  { name: "last_seen_at", of: ({ standing }) => time(standing.seenAt) },
];

type Row = { pupil: Pupil; joinedAt: number | null; lesson: ReportedLesson; standing: Standing };

/**
 * One line for each learner and lesson, and for each lesson of who is on the roster and has not come. `bom`: begins with the mark by which
 * Excel knows UTF-8.
 */
export function toCsv(exported: ExportedClass, { bom = false, now = Date.now() }: { bom?: boolean; now?: number } = {}): string {
  const lines = rowsOf(exported, now).map((row) => COLUMNS.map(({ of }) => cell(of(row))).join(","));
  return `${bom ? "\ufeff" : ""}${[COLUMNS.map(({ name }) => name).join(","), ...lines].join("\r\n")}\r\n`;
}

/** Everything that the report knows, task by task. */
export function toJson({ name, report, lessons }: ExportedClass, now = Date.now()): string {
  const exported = {
    class: name,
    exportedAt: time(now),
    lessons: lessons.map(({ dueAt, ...lesson }) => ({ ...lesson, dueAt: time(dueAt) })),
    learners: report.learners.map((learner) => ({
      ...pupilOf(learner),
      joinedAt: time(learner.joinedAt),
      lastSeenAt: time(learner.seenAt),
      lessons: lessons.map((lesson) => lessonOf(learner, lesson, now)),
    })),
    missing: report.missing.map(pupilOf),
  };
  return `${JSON.stringify(exported, null, 2)}\n`;
}

function lessonOf({ lessons }: LearnerRecord, lesson: ReportedLesson, now: number) {
  const record = lessons.get(lesson.slug);
  const { done, total, activeMs, completedAt, due, seenAt } = standingIn(lesson, record, now);
  return {
    lesson: lesson.slug,
    tasksDone: done,
    tasks: total,
    activeMs,
    completedAt: time(completedAt),
    punctuality: due,
    lastSeenAt: time(seenAt),
    work: lesson.tasks.flatMap(({ id }) => {
      const task = record?.tasks.get(id);
      return task ? [{ task: id, ...task, startedAt: time(task.startedAt), doneAt: time(task.doneAt) }] : [];
    }),
    answers: lesson.quizzes.flatMap(({ id }) => {
      const answer = record?.quizzes.get(id);
      return answer ? [{ quiz: id, right: answer.right, answeredAt: time(answer.answeredAt) }] : [];
    }),
  };
}

function rowsOf({ report, lessons }: ExportedClass, now: number): Row[] {
  const came = report.learners.flatMap((learner) =>
    lessons.map((lesson) => ({
      pupil: learner,
      joinedAt: learner.joinedAt,
      lesson,
      standing: standingIn(lesson, learner.lessons.get(lesson.slug), now),
    })),
  );
  const missing = report.missing.flatMap((pupil) =>
    lessons.map((lesson) => ({ pupil, joinedAt: null, lesson, standing: standingIn(lesson, undefined, now) })),
  );
  return [...came, ...missing];
}

function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function pupilOf({ name, reference, email }: Pupil): Pupil {
  return { name, reference, email };
}
