/** Writes what all learners' trackers have to tell into the database: together, and at most every few seconds. */
import type { Logger } from "pino";
import { beginAttempts, saveAttempts } from "../../classroom/attempts.ts";
import type { Database } from "../../classroom/database.ts";
import type { Owner } from "../sandbox/sandbox.ts";
import type { AttemptTracker } from "./attempts.ts";

/** Milliseconds until what a learner did is written: usually, and where it matters (a tick, a farewell). */
const SOON = 3_000;
const AT_ONCE = 100;

export class AttemptBook {
  readonly #database: Database;
  readonly #log: Logger;
  /** Trackers with news. */
  readonly #news = new Set<AttemptTracker>();
  /** Those whose earlier attempts are not read yet: what they know is not all. */
  readonly #unread = new Set<AttemptTracker>();
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  /** Reads what was kept of the learner, and writes nothing of them before that is done. */
  async open(tracker: AttemptTracker, { learner, lesson }: Owner): Promise<void> {
    this.#unread.add(tracker);
    try {
      tracker.restore(await beginAttempts(this.#database, learner, lesson));
      this.#unread.delete(tracker);
      if (this.#news.has(tracker)) this.#schedule(SOON);
    } catch (error) {
      // Nothing is written of the learner in this session, so that what was kept stays.
      this.#log.error({ error, learner, lesson }, "a learner's attempts could not be read");
    }
  }

  /** The tracker has something to tell. */
  note(tracker: AttemptTracker, urgent = false): void {
    this.#news.add(tracker);
    this.#schedule(urgent ? AT_ONCE : SOON);
  }

  /** Writes what there is. Never throws: what cannot be written now is tried again. */
  flush(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write());
    return this.#turn;
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }

  #schedule(delay: number): void {
    const due = performance.now() + delay;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.flush(), delay);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    const taken = [...this.#news]
      .filter((tracker) => !this.#unread.has(tracker))
      .map((tracker) => [tracker, tracker.take()] as const);
    for (const [tracker] of taken) this.#news.delete(tracker);
    try {
      await saveAttempts(
        this.#database,
        taken.flatMap(([, attempts]) => attempts),
      );
    } catch (error) {
      this.#log.warn({ error, learners: taken.length }, "attempts could not be written; they will be tried again");
      for (const [tracker, attempts] of taken) {
        tracker.giveBack(attempts);
        this.note(tracker);
      }
    }
  }
}
