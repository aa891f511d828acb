import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { parse } from "csv-parse/sync";
import { attemptsOf, beginAttempts, saveAttempts } from "../../classroom/attempts.ts";
import { toCsv, toJson } from "../../classroom/class-export.ts";
import type { Database } from "../../classroom/database.ts";
import { ensureLearner } from "../../classroom/learners.ts";
import { findRecording, keepRecording, readCast, recordingsOf, sweepRecordings } from "../../classroom/recordings.ts";
import { classReport, type LessonRecord, learnerRecord, type TaskRecord } from "../../classroom/report.ts";
import { type ReportedLesson, standingIn } from "../../classroom/standing.ts";
import { taskStatistics } from "../../classroom/statistics.ts";
import { testEachEngine } from "./databases.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LESSON = "namespaces";

/** A class with lessons, open and without an end. */
async function makeClass(db: Database, lessons: readonly string[] = [LESSON], retentionDays = 30): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto("class")
    .values({
      id,
      name: "Containers",
      code: id,
      created_at: 1,
      archived_at: null,
      needs_account: 0,
      records: 1,
      retention_days: retentionDays,
    })
    .execute();
  for (const [position, lesson] of lessons.entries())
    await db.insertInto("class_lesson").values({ class: id, lesson, position, open: 1, step: null, due_at: null }).execute();
  return id;
}

async function join(db: Database, classId: string, learner: string, name = learner): Promise<void> {
  await ensureLearner(db, learner);
  await db.insertInto("membership").values({ class: classId, learner, name, joined_at: 5, removed_at: null }).execute();
}

function attempt(learner: string, task: string, more: Partial<Parameters<typeof saveAttempts>[1][number]> = {}) {
  return { learner, lesson: LESSON, task, startedAt: 1, activeMs: 0, failed: 0, reason: null, updatedAt: 1, ...more };
}

async function done(db: Database, learner: string, task: string, at: number, lesson = LESSON): Promise<void> {
  await db.insertInto("task_done").values({ learner, lesson, task, done_at: at }).execute();
}

testEachEngine("attempts are written over what was kept, for those learners who are there", async (db) => {
  assert.deepEqual(await beginAttempts(db, "learner-ann", LESSON), []);
  const many = Array.from({ length: 450 }, (_, index) => attempt("learner-ann", `task-${index}`));
  await saveAttempts(db, [...many, attempt("learner-gone", "task-1")]);
  await saveAttempts(db, [
    attempt("learner-ann", "task-7", { activeMs: 1234.4, failed: 2, reason: "x".repeat(900), updatedAt: 9 }),
  ]);
  const kept = await attemptsOf(db, "learner-ann", LESSON);
  assert.equal(kept.length, 450);
  const seventh = kept.find(({ task }) => task === "task-7");
  assert.deepEqual([seventh?.activeMs, seventh?.failed, seventh?.updatedAt, seventh?.reason?.length], [1234, 2, 9, 500]);
  assert.deepEqual(await attemptsOf(db, "learner-gone", LESSON), []);
  assert.equal((await db.selectFrom("learner").selectAll().execute()).length, 1, "nobody who is gone comes back");
});

testEachEngine("statistics of a class count its own learners", async (db) => {
  const id = await makeClass(db);
  const other = await makeClass(db);
  const now = 100 * DAY;
  for (const learner of ["learner-1", "learner-2", "learner-3", "learner-4", "learner-5"]) await join(db, id, learner);
  await join(db, other, "learner-6");
  await ensureLearner(db, "learner-7");
  await db.insertInto("membership").values({ class: id, learner: "learner-7", name: "x", joined_at: 1, removed_at: 2 }).execute();
  await saveAttempts(db, [
    attempt("learner-1", "uts", { activeMs: 1 * MINUTE, reason: "no name", updatedAt: now }),
    attempt("learner-2", "uts", { activeMs: 4 * MINUTE, reason: "no name", updatedAt: now }),
    attempt("learner-3", "uts", { activeMs: 9 * MINUTE, reason: "y".repeat(300), updatedAt: now - 11 * MINUTE }),
    attempt("learner-4", "uts", { activeMs: 9 * MINUTE, updatedAt: now - 9 * MINUTE }),
    attempt("learner-5", "uts", { activeMs: 9 * MINUTE, updatedAt: now }),
    attempt("learner-6", "uts", { activeMs: 500 * MINUTE, reason: "theirs", updatedAt: now }),
    attempt("learner-7", "uts", { activeMs: 500 * MINUTE, reason: "gone", updatedAt: now }),
  ]);
  for (const learner of ["learner-1", "learner-2", "learner-6"]) await done(db, learner, "uts", now);
  for (const hint of [0, 1])
    await db.insertInto("hint_use").values({ learner: "learner-3", lesson: LESSON, task: "uts", hint, used_at: 1 }).execute();
  await db.insertInto("solution_reveal").values({ learner: "learner-2", lesson: LESSON, task: "uts", revealed_at: 1 }).execute();
  const present = new Map([
    ["learner-1", { lesson: LESSON, step: "pid" }],
    ["learner-5", { lesson: "cgroups", step: "uts" }],
  ]);
  const [uts, pid, ...more] = await taskStatistics(db, { class: id, lesson: LESSON, tasks: ["uts", "pid"], present, now });
  assert.deepEqual(more, []);
  assert.deepEqual(uts, {
    task: "uts",
    begun: 5,
    done: 2,
    working: 0,
    // One has not been seen for longer than ten minutes, one is in another lesson; one was here a moment ago.
    gaveUp: 2,
    medianMs: 2.5 * MINUTE,
    slowestMs: 4 * MINUTE,
    hints: 1,
    solutions: 1,
    reasons: [
      { reason: "no name", learners: 2 },
      { reason: "y".repeat(200), learners: 1 },
    ],
  });
  assert.deepEqual([pid?.begun, pid?.working, pid?.medianMs, pid?.slowestMs], [0, 1, null, null]);
});

testEachEngine("a report has what the class's learners did in the class's lessons, and who is missing", async (db) => {
  const id = await makeClass(db, [LESSON, "cgroups"]);
  const other = await makeClass(db);
  await join(db, id, "learner-ann", "Ann");
  await join(db, id, "learner-bob", "Bob");
  await join(db, other, "learner-eve", "Eve");
  const entry = { class: id, added_at: 1 };
  await db
    .insertInto("roster_entry")
    .values([
      { ...entry, id: "1", name: "Ann Lee", email: "ann@example.org", reference: "17", learner: "learner-ann" },
      { ...entry, id: "2", name: "Zoe", email: null, reference: "18", learner: null },
      { ...entry, class: other, id: "3", name: "Not ours", email: null, reference: null, learner: null },
    ])
    .execute();
  await saveAttempts(db, [
    attempt("learner-ann", "uts", { activeMs: 5 * MINUTE, failed: 3, reason: "no name", updatedAt: 80 }),
    attempt("learner-ann", "secret", { lesson: "elsewhere", updatedAt: 999 }),
    attempt("learner-eve", "uts", { activeMs: MINUTE }),
  ]);
  await done(db, "learner-ann", "uts", 90);
  await done(db, "learner-ann", "pid", 70);
  await db.insertInto("hint_use").values({ learner: "learner-ann", lesson: LESSON, task: "uts", hint: 0, used_at: 20 }).execute();
  await db
    .insertInto("quiz_answer")
    .values({ learner: "learner-ann", lesson: LESSON, quiz: "q", chosen: "[1]", correct: 1, answered_at: 95 })
    .execute();
  const report = await classReport(db, id);
  assert.deepEqual(
    report.learners.map(({ name, email, reference, seenAt }) => [name, email, reference, seenAt]),
    [
      ["Ann", "ann@example.org", "17", 95],
      ["Bob", null, null, null],
    ],
  );
  assert.deepEqual(report.missing, [{ name: "Zoe", reference: "18", email: null }]);
  const ann = report.learners[0];
  assert.deepEqual([...(ann?.lessons.keys() ?? [])], [LESSON]);
  assert.deepEqual(ann?.lessons.get(LESSON)?.tasks.get("uts"), {
    startedAt: 1,
    doneAt: 90,
    activeMs: 5 * MINUTE,
    failed: 3,
    reason: "no name",
    hints: 1,
    solution: false,
  });
  assert.deepEqual(await learnerRecord(db, id, "learner-ann"), ann);
  assert.equal(await learnerRecord(db, other, "learner-ann"), undefined);
  assert.equal(await learnerRecord(db, id, "learner-eve"), undefined);
});

testEachEngine("recordings are kept of who is in the class, few of a task, and thrown away in time", async (db) => {
  const id = await makeClass(db, [LESSON], 2);
  const lasting = await makeClass(db, [LESSON], 365);
  for (const each of [id, lasting]) await join(db, each, each === id ? "learner-ann" : "learner-bob");
  const now = 1000 * DAY;
  const cast = Buffer.from(`{"version":2,"width":80,"height":24}\n${'[1,"o","héllo"]\n'.repeat(1000)}`);
  const recording = {
    class: id,
    learner: "learner-ann",
    lesson: LESSON,
    task: "uts",
    terminal: 1,
    startedAt: now,
    endedAt: now,
    cast,
  };
  assert.equal(await keepRecording(db, recording), true);
  assert.equal(await keepRecording(db, { ...recording, learner: "learner-eve" }), false, "who is not in the class");
  assert.equal(await keepRecording(db, { ...recording, class: "none" }), false, "in no class");
  const [kept, ...more] = await recordingsOf(db, id, "learner-ann");
  assert(kept && more.length === 0);
  assert(kept.bytes < cast.length / 10);
  assert.deepEqual(Buffer.from((await readCast(db, id, kept.id)) ?? []), cast);
  assert.equal(await readCast(db, lasting, kept.id), undefined, "of another class");
  assert.equal(await findRecording(db, lasting, kept.id), undefined);

  for (let index = 1; index <= 25; index++) await keepRecording(db, { ...recording, startedAt: now + index });
  await keepRecording(db, { ...recording, task: "pid" });
  const all = await recordingsOf(db, id, "learner-ann");
  assert.equal(all.filter(({ task }) => task === "uts").length, 20);
  assert.equal(all.find(({ task }) => task === "uts")?.startedAt, now + 6, "the oldest are gone");

  await keepRecording(db, { ...recording, class: lasting, learner: "learner-bob" });
  await keepRecording(db, { ...recording, task: "later", endedAt: now + DAY });
  assert.equal(await sweepRecordings(db, now + 2 * DAY), 0);
  assert.equal(await sweepRecordings(db, now + 2 * DAY + 1), 21);
  assert.deepEqual(
    (await recordingsOf(db, id, "learner-ann")).map(({ task }) => task),
    ["later"],
  );
  assert.equal((await recordingsOf(db, lasting, "learner-bob")).length, 1);
  await db.deleteFrom("learner").where("id", "=", "learner-ann").execute();
  await db.deleteFrom("class").where("id", "=", lasting).execute();
  assert.deepEqual(await db.selectFrom("recording").select("id").execute(), []);
});

const TWO_TASKS: ReportedLesson = {
  slug: LESSON,
  title: "Namespaces, by hand",
  tasks: [
    { id: "uts", title: "A name" },
    { id: "pid", title: "A pid" },
  ],
  quizzes: [{ id: "q", question: "Why?" }],
  dueAt: null,
};

function record(tasks: Readonly<Record<string, Partial<TaskRecord>>>): LessonRecord {
  const nothing: TaskRecord = { startedAt: null, doneAt: null, activeMs: 0, failed: 0, reason: null, hints: 0, solution: false };
  const all = Object.entries(tasks).map(([id, task]): [string, TaskRecord] => [id, { ...nothing, ...task }]);
  return { tasks: new Map(all), quizzes: new Map(), seenAt: 1 };
}

test("a lesson is on time where its last task was done by then, and only tasks that it has now count", () => {
  const due = { ...TWO_TASKS, dueAt: 100 };
  const both = record({ uts: { doneAt: 50 }, pid: { doneAt: 100 }, gone: { doneAt: 900, activeMs: 7 } });
  assert.deepEqual([standingIn(due, both, 500).due, standingIn(due, both, 500).completedAt], ["on-time", 100]);
  assert.equal(standingIn(due, both, 500).activeMs, 0);
  assert.equal(standingIn(due, record({ uts: { doneAt: 50 }, pid: { doneAt: 101 } }), 500).due, "late");
  const half = record({ uts: { doneAt: 50 } });
  assert.equal(standingIn(due, half, 100).due, "pending");
  assert.equal(standingIn(due, half, 101).due, "overdue");
  assert.equal(standingIn(due, undefined, 101).due, "overdue");
  assert.equal(standingIn(TWO_TASKS, half, 101).due, null);
  assert.equal(standingIn({ ...due, tasks: [] }, half, 101).due, null);
});

test("an export is CSV that a spreadsheet reads as text, whatever learners call themselves", () => {
  const evil = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1", 'Ann "A", of\r\nX', "Zoë"];
  const learners = evil.map((name, index) => ({
    learner: `learner-${index}`,
    name,
    reference: index === 0 ? "=1+1" : null,
    email: null,
    joinedAt: 0,
    seenAt: null,
    lessons: new Map([[LESSON, record({ uts: { doneAt: 60_000, activeMs: 90_000, failed: 2 } })]]),
  }));
  const missing = [{ name: "Late", reference: "9", email: "late@example.org" }];
  const exported = { name: "C", report: { lessons: [], learners, missing }, lessons: [TWO_TASKS] };
  const text = toCsv(exported, { now: 0 });
  const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: "\r\n" });
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["'=cmd|' /C calc'!A0", "'+1+1", "'-2", "'@SUM(A1)", "'\t=1", "'＝1", 'Ann "A", of\r\nX', "Zoë", "Late"],
  );
  for (const row of rows) for (const cell of Object.values(row)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  assert.equal(rows[0]?.reference, "'=1+1");
  const { tasks_done, tasks, active_minutes, failed_checks, lesson_title, joined_at } = rows[7] ?? {};
  assert.deepEqual(
    [tasks_done, tasks, active_minutes, failed_checks, lesson_title, joined_at],
    ["1", "2", "1.5", "2", "Namespaces, by hand", "1970-01-01T00:00:00.000Z"],
  );
  const { email, joined_at: never, tasks_done: none } = rows[8] ?? {};
  assert.deepEqual([email, never, none], ["late@example.org", "", "0"]);
  assert.equal(text.charCodeAt(0), "n".charCodeAt(0));
  assert.equal(toCsv(exported, { bom: true, now: 0 }), `\ufeff${text}`);
  assert.equal(text.replaceAll("\r\n", "").includes("\n"), false, "lines end as RFC 4180 says");
});

test("an export as JSON has names as they are, and no ids of learners", () => {
  const learner = {
    learner: "learner-secret",
    name: "=Ann",
    reference: null,
    email: null,
    joinedAt: 0,
    seenAt: null,
    lessons: new Map([[LESSON, record({ uts: { doneAt: 60_000, reason: "no name" } })]]),
  };
  const text = toJson({ name: "C", report: { lessons: [], learners: [learner], missing: [] }, lessons: [TWO_TASKS] }, 0);
  assert.equal(text.includes("learner-secret"), false);
  const { learners } = JSON.parse(text);
  assert.equal(learners[0].name, "=Ann");
  assert.deepEqual(learners[0].lessons[0].work[0].doneAt, "1970-01-01T00:01:00.000Z");
});
