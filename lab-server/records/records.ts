/** Follows the sessions for what is kept of them: how learners fared with their tasks, and in classes that record what their terminals showed. */
import { join } from "node:path";
import type { Logger } from "pino";
import type { Database } from "../../classroom/database.ts";
import { uptime } from "../sandbox/clock.ts";
import type { Session } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import type { Beat } from "../staff/beat.ts";
import { AttemptBook } from "./attempt-book.ts";
import { AttemptTracker, type Clock } from "./attempts.ts";
import { Recorder } from "./recorder.ts";
import { Spool } from "./spool.ts";

export type RecordsOptions = {
  stateFolder: string;
  database: Database;
  log: Logger;
  sessions: Sessions;
  /** The class in which the learner takes the lesson; null where there is none. Known while a page is open. */
  classOf: (session: Session) => { id: string; records: boolean } | null;
  /** What is called again and again, for classes begin and end to record. */
  beat: Beat;
};

const CLOCK: Clock = { now: () => Date.now(), uptime };

export class Records {
  readonly #book: AttemptBook;
  readonly #spool: Spool;
  readonly #classOf: RecordsOptions["classOf"];
  /** Of sessions that are not over. */
  readonly #recorders = new Map<Session, Recorder>();

  constructor({ stateFolder, database, log, sessions, classOf, beat }: RecordsOptions) {
    this.#book = new AttemptBook(database, log);
    this.#spool = new Spool({ folder: join(stateFolder, "recordings"), database, log });
    this.#classOf = classOf;
    sessions.on("session", (session) => {
      this.#followAttempts(session);
      this.#followTerminals(session);
    });
    beat.each(async () => {
      for (const [session, recorder] of this.#recorders) this.#askClass(session, recorder);
    });
  }

  /** Puts away what an earlier process was recording, and throws away what is too old, now and each hour. */
  start(): Promise<void> {
    return this.#spool.start();
  }

  /** Writes what is not written yet. Sessions have ended, or are followed no more. */
  async close(): Promise<void> {
    await Promise.all([this.#book.close(), this.#spool.close()]);
  }

  /** While nobody is there the class is not known, and what it was goes on. */
  #askClass(session: Session, recorder: Recorder): void {
    if (session.pages.size === 0) return;
    const found = this.#classOf(session);
    recorder.classIs(found?.records ? found.id : undefined);
  }

  #followAttempts(session: Session): void {
    const tracker = new AttemptTracker(session.owner, CLOCK);
    void this.#book.open(tracker, session.owner);
    const note = (urgent = false) => this.#book.note(tracker, urgent);
    session.on("step", (task) => {
      tracker.stepIs(task);
      note();
    });
    session.on("active", () => {
      tracker.sign();
      note();
    });
    session.on("task", (state) => {
      tracker.checked(state);
      note(state.done);
    });
    session.on("left", () => {
      if (session.pages.size > 0) return;
      tracker.left();
      note(true);
    });
    let before: string | undefined;
    session.on("sandbox", (sandbox) => {
      if (sandbox === undefined) return;
      if (before !== undefined && sandbox.id !== before) tracker.startedOver();
      before = sandbox.id;
      note();
    });
  }

  #followTerminals(session: Session): void {
    const recorder = new Recorder(this.#spool, session.owner);
    this.#recorders.set(session, recorder);
    session.on("entered", () => this.#askClass(session, recorder));
    // Terminals that a sandbox has already are told at once after it; one that comes later has just begun.
    let isArriving = false;
    session.on("sandbox", (sandbox) => {
      if (sandbox === undefined) {
        recorder.leave();
        return;
      }
      isArriving = true;
      queueMicrotask(() => {
        isArriving = false;
      });
    });
    session.on("terminal", (number, terminal) => recorder.watch(number, terminal, !isArriving));
    session.on("step", (task) => recorder.stepIs(task));
    session.on("task", ({ id, done, reason }) => {
      if (done) {
        recorder.mark("Done");
        recorder.cut(id);
      } else if (id === session.step.task && reason !== undefined) recorder.mark(reason);
    });
    session.on("over", () => {
      recorder.leave();
      this.#recorders.delete(session);
    });
  }
}
