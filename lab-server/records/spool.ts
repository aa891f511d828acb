/**
 * Recordings on their way into the database. While one goes on it is a file in a folder of the lab-server's, so that it costs no memory and
 * outlives a crash; at its end it is put into the database and the file goes.
 */
import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database } from "../../classroom/database.ts";
import { keepRecording, sweepRecordings } from "../../classroom/recordings.ts";
import { castEvent, castHeader, type EventKind, inspectCast, type Size } from "./cast.ts";

/** Milliseconds between writes to the file, and between looks for what is too old to be kept. */
const WRITE_EVERY = 1_000;
const SWEEP_EVERY = 60 * 60_000;
/** Recordings that are put into the database at the same time: each is in memory then. */
const AT_ONCE = 2;

const Subject = z.object({
  class: z.string(),
  learner: z.string(),
  lesson: z.string(),
  task: z.string(),
  terminal: z.int(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
});
/** What a recording is of. It is the first line of the file. */
export type CastSubject = z.infer<typeof Subject>;

export class Spool {
  readonly #folder: string;
  readonly #database: Database;
  readonly #log: Logger;
  readonly #slots = pLimit(AT_ONCE);
  readonly #open = new Set<SpooledCast>();
  /** Those that are on their way into the database. */
  readonly #ending = new Set<Promise<void>>();
  #sweeps: NodeJS.Timeout | undefined;

  constructor({ folder, database, log }: { folder: string; database: Database; log: Logger }) {
    this.#folder = folder;
    this.#database = database;
    this.#log = log;
  }

  /** Puts away what an earlier process left, and throws away what is too old, now and each hour. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) if (name.endsWith(".cast")) await this.#put(join(this.#folder, name));
    await this.#sweep();
    this.#sweeps = setInterval(() => void this.#sweep(), SWEEP_EVERY);
    this.#sweeps.unref();
  }

  begin(subject: CastSubject, size: Size): SpooledCast {
    const cast = new SpooledCast(join(this.#folder, `${randomUUID()}.cast`), subject, size, this.#log);
    this.#open.add(cast);
    return cast;
  }

  /** The recording is over. `task`: the one that it turned out to be of. */
  end(cast: SpooledCast, task?: string): void {
    this.#open.delete(cast);
    const ending = cast
      .close()
      .then((path) => (path === undefined ? undefined : this.#put(path, task)))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Ends them all. Resolves when all are kept. */
  async close(): Promise<void> {
    clearInterval(this.#sweeps);
    for (const cast of this.#open) this.end(cast);
    await Promise.all(this.#ending);
  }

  /** A file into the database. Where that fails it stays for the next start. Never throws. */
  #put(path: string, task?: string): Promise<void> {
    return this.#slots(async () => {
      try {
        const text = await readFile(path, "utf8");
        const first = text.indexOf("\n");
        const subject = Subject.parse(JSON.parse(text.slice(0, first)));
        const { length, lasted, shows } = inspectCast(text.slice(first + 1));
        if (shows)
          await keepRecording(this.#database, {
            ...subject,
            task: task ?? subject.task,
            endedAt: subject.startedAt + Math.round(lasted),
            cast: Buffer.from(text.slice(first + 1, first + 1 + length)),
          });
        await unlink(path);
      } catch (error) {
        this.#log.error({ error, path }, "a recording could not be kept; the next start tries again");
      }
    });
  }

  async #sweep(): Promise<void> {
    try {
      const swept = await sweepRecordings(this.#database);
      if (swept > 0) this.#log.info({ recordings: swept }, "recordings that were old enough are thrown away");
    } catch (error) {
      this.#log.error({ error }, "old recordings could not be thrown away; the next hour tries again");
    }
  }
}

/** A recording that goes on. */
export class SpooledCast {
  readonly #path: string;
  readonly #log: Logger;
  readonly #begun = performance.now();
  #pending: string;
  #isWritten = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(path: string, subject: CastSubject, size: Size, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#pending = `${JSON.stringify(subject)}\n${castHeader(size, subject.startedAt)}`;
  }

  /** Adds what happened now, or at the beginning. Returns the bytes that it takes. */
  add(kind: EventKind, data: string, atBeginning = false): number {
    // What happens in the first moment comes after the beginning all the same.
    const line = castEvent(atBeginning ? 0 : Math.max(performance.now() - this.#begun, 1), kind, data);
    this.#pending += line;
    if (!atBeginning) this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY);
    return Buffer.byteLength(line);
  }

  /** Nothing is added any more. Resolves to the file, or undefined where there is nothing in it. */
  async close(): Promise<string | undefined> {
    if (this.#timer !== undefined) this.#write();
    await this.#turn;
    return this.#isWritten ? this.#path : undefined;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (this.#failed) return;
    this.#isWritten = true;
    this.#turn = this.#turn
      .then(() => appendFile(this.#path, text, { mode: 0o600 }))
      .catch((error: unknown) => {
        // Half a recording is one as well.
        this.#failed = true;
        this.#log.error({ error, path: this.#path }, "a recording cannot go on");
      });
  }
}
