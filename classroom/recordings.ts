/** Recordings of terminals: what a learner of a class that records saw while they did a task. */
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Database } from "./database.ts";

/** What of a recording is in lists. Times are milliseconds since the epoch. */
export type Recording = {
  id: string;
  class: string;
  learner: string;
  lesson: string;
  task: string;
  terminal: number;
  startedAt: number;
  endedAt: number;
  /** Bytes that are kept. */
  bytes: number;
};

export type NewRecording = Omit<Recording, "id" | "bytes"> & {
  /** In the form of asciicast v2: https://docs.asciinema.org/manual/asciicast/v2/ */
  cast: Uint8Array;
};

/** Recordings of one learner at one task in a class; beyond, the oldest go. */
const MOST_OF_A_TASK = 20;
const MOST_LISTED = 2_000;
/** Bytes of one recording, not compressed. */
const LARGEST = 8 * 1024 * 1024;
const DAY = 24 * 60 * 60_000;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const FIELDS = ["id", "class", "learner", "lesson", "task", "terminal", "started_at", "ended_at", "bytes"] as const;

/** Keeps a recording. Returns false, and keeps nothing, where the learner is not in the class any more. */
export async function keepRecording(db: Database, recording: NewRecording): Promise<boolean> {
  const { class: classId, learner, lesson, task, terminal, startedAt, endedAt, cast } = recording;
  const compressed = await compress(cast);
  return db.transaction().execute(async (within) => {
    const member = await within
      .selectFrom("membership")
      .select("learner")
      .where("class", "=", classId)
      .where("learner", "=", learner)
      .where("removed_at", "is", null)
      .executeTakeFirst();
    if (member === undefined) return false;
    await within
      .insertInto("recording")
      .values({
        id: randomUUID(),
        class: classId,
        learner,
        lesson,
        task,
        terminal,
        started_at: startedAt,
        ended_at: endedAt,
        bytes: compressed.length,
        cast: compressed,
      })
      .execute();
    const ofTask = within
      .selectFrom("recording")
      .select("id")
      .where("class", "=", classId)
      .where("learner", "=", learner)
      .where("lesson", "=", lesson)
      .where("task", "=", task);
    const kept = await ofTask.orderBy("started_at", "desc").orderBy("id").limit(MOST_OF_A_TASK).execute();
    await within
      .deleteFrom("recording")
      .where("id", "in", ofTask)
      .where(
        "id",
        "not in",
        kept.map(({ id }) => id),
      )
      .execute();
    return true;
  });
}

/** The recordings of a learner in a class, oldest first. */
export async function recordingsOf(db: Database, classId: string, learner: string): Promise<Recording[]> {
  const rows = await db
    .selectFrom("recording")
    .select(FIELDS)
    .where("class", "=", classId)
    .where("learner", "=", learner)
    .orderBy("started_at")
    .orderBy("terminal")
    .limit(MOST_LISTED)
    .execute();
  return rows.map(recordingOfRow);
}

/** A recording of the class, by its id. Whether who asks may see it is the caller's question: an instructor of the class, or its learner. */
export async function findRecording(db: Database, classId: string, id: string): Promise<Recording | undefined> {
  const row = await db
    .selectFrom("recording")
    .select(FIELDS)
    .where("id", "=", id)
    .where("class", "=", classId)
    .executeTakeFirst();
  return row && recordingOfRow(row);
}

/** What it holds, in the form of asciicast v2. */
export async function readCast(db: Database, classId: string, id: string): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom("recording")
    .select("cast")
    .where("id", "=", id)
    .where("class", "=", classId)
    .executeTakeFirst();
  return row && decompress(row.cast, { maxOutputLength: LARGEST });
}

/** Throws away recordings that are older than their classes keep them. Returns how many. */
export async function sweepRecordings(db: Database, now = Date.now()): Promise<number> {
  const periods = await db
    .selectFrom("class")
    .select("retention_days")
    .distinct()
    .where(({ exists, selectFrom }) =>
      exists(selectFrom("recording").select("recording.id").whereRef("recording.class", "=", "class.id")),
    )
    .execute();
  let swept = 0n;
  for (const { retention_days } of periods) {
    const { numDeletedRows } = await db
      .deleteFrom("recording")
      .where("class", "in", db.selectFrom("class").select("id").where("retention_days", "=", retention_days))
      .where("ended_at", "<", now - retention_days * DAY)
      .executeTakeFirst();
    swept += numDeletedRows;
  }
  return Number(swept);
}

type Row = Omit<Recording, "startedAt" | "endedAt"> & { started_at: number; ended_at: number };

function recordingOfRow({ started_at, ended_at, ...row }: Row): Recording {
  return { ...row, startedAt: started_at, endedAt: ended_at };
}
