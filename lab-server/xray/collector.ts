/**
 * Who looks at which sandbox. A sandbox is read only while somebody looks, in a thread of its own (worker.ts), so that no reading ever
 * holds up a terminal. That thread hands over finished frames; here they only go to those who look.
 *
 * A viewer that takes in slowly is skipped and later given everything anew: nothing piles up for it.
 */
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import { type SandboxDriver, SandboxError } from "../sandbox/driver.ts";
import type { Facts, RawFile, Reference } from "./facts.ts";
import type { FromReader, ToReader } from "./messages.ts";
import { subjectOf } from "./subject.ts";

/** Where the frames for the pages go. */
export interface Viewer {
  /** A text message of the wire, as UTF-8. */
  show(frame: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly queued: number;
}

/** A viewer with more than this waiting, bytes, is behind. */
const MOST_QUEUED = 256 * 1024;
/** Milliseconds between looks at whether one that is behind has room again. */
const CATCH_UP = 200;
/** Milliseconds before a thread that died is started again; twice as many each time, up to the longest. */
const RESTART = 1_000;
const LONGEST_RESTART = 300_000;
/** Old space of the thread's heap, MiB. */
const HEAP = 256;

/** `waiting`: for everything anew. `behind`: too much waits to be sent. */
type State = "waiting" | "live" | "behind";
/** Kept while the sandbox lives, so that the numbers of its events go on. */
type Watched = { viewers: Map<Viewer, State>; nextEvent: number };
type Request = { answer: (message: FromReader) => void; reject: (error: Error) => void };

export class Collector {
  readonly #driver: SandboxDriver;
  readonly #log: Logger;
  readonly #watched = new Map<string, Watched>();
  readonly #requests = new Map<number, Request>();
  #nextRequest = 1;
  #worker: Worker | undefined;
  #catchUp: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartIn = RESTART;
  #closed = false;

  constructor(driver: SandboxDriver, log: Logger) {
    this.#driver = driver;
    this.#log = log;
  }

  /** Shows a sandbox to a viewer until what is returned is called: everything once, then what changes. */
  look(id: string, viewer: Viewer): () => void {
    const watched = this.#watched.get(id) ?? { viewers: new Map(), nextEvent: 0 };
    this.#watched.set(id, watched);
    const isFirst = watched.viewers.size === 0;
    watched.viewers.set(viewer, "waiting");
    if (isFirst) this.#begin(id);
    else this.#say({ type: "tell", id });
    return () => {
      if (watched.viewers.delete(viewer) && watched.viewers.size === 0) this.#say({ type: "rest", id });
    };
  }

  /** The files that a row was read from; none where it is gone, or nobody looks at the sandbox. */
  raw(id: string, of: Reference): Promise<RawFile[]> {
    return this.#ask(
      (request) => ({ type: "raw", request, id, of }),
      (message) => (message.type === "raw" ? message.files : undefined),
    );
  }

  /** A sandbox as it is now. Throws SandboxError "not-found" where it has ended. */
  async read(id: string): Promise<Facts> {
    const sandbox = await this.#driver.describe(id);
    if (!sandbox?.running) throw new SandboxError("not-found", "There is no such running sandbox: start a new one.");
    const subject = subjectOf(sandbox, this.#driver.host);
    return this.#ask(
      (request) => ({ type: "read", request, subject }),
      (message) => (message.type === "read" ? message.facts : undefined),
    );
  }

  /** The sandbox has ended. */
  forget(id: string): void {
    this.#watched.delete(id);
    this.#say({ type: "forget", id });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#catchUp);
    this.#watched.clear();
    await this.#worker?.terminate();
  }

  /** Only where the thread runs: it has nothing to hear otherwise. */
  #say(message: ToReader): void {
    this.#worker?.postMessage(message);
  }

  #begin(id: string): void {
    const begin = async () => {
      const sandbox = await this.#driver.describe(id);
      const watched = this.#watched.get(id);
      if (!watched?.viewers.size || !sandbox?.running || this.#closed) return;
      this.#worker ??= this.#start();
      this.#say({ type: "look", subject: subjectOf(sandbox, this.#driver.host), nextEvent: watched.nextEvent });
    };
    begin().catch((error: unknown) => this.#log.warn({ error, sandbox: id }, "a sandbox cannot be looked at"));
  }

  #ask<T>(question: (request: number) => ToReader, answerOf: (message: FromReader) => T | undefined): Promise<T> {
    if (this.#closed) return Promise.reject(new Error("The collector is closed."));
    this.#worker ??= this.#start();
    const request = this.#nextRequest++;
    return new Promise<T>((resolve, reject) => {
      const answer = (message: FromReader) => {
        const value = answerOf(message);
        if (value !== undefined) resolve(value);
        else reject(new Error(message.type === "failed" ? message.message : "The answer is another question's."));
      };
      this.#requests.set(request, { answer, reject });
      this.#say(question(request));
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
      // Node knows only those that it opened itself, and warns when others are closed.
      trackUnmanagedFds: false,
    });
    worker.unref();
    worker.on("message", (message: FromReader) => this.#hear(message));
    worker.on("error", (error) => this.#log.error({ error }, "the thread that reads sandboxes has failed"));
    worker.on("exit", () => this.#died(worker));
    return worker;
  }

  #died(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#requests.values()) reject(new Error("The thread that reads sandboxes has ended."));
    this.#requests.clear();
    if (this.#closed) return;
    this.#restart = setTimeout(() => {
      for (const [id, { viewers }] of this.#watched) {
        for (const viewer of viewers.keys()) viewers.set(viewer, "waiting");
        if (viewers.size > 0) this.#begin(id);
      }
    }, this.#restartIn);
    this.#restart.unref();
    this.#restartIn = Math.min(2 * this.#restartIn, LONGEST_RESTART);
  }

  #hear(message: FromReader): void {
    if (message.type === "frame") this.#pass(message);
    else if (message.type === "trouble") this.#log.warn({ sandbox: message.id, why: message.message }, "the X-ray has trouble");
    else {
      const request = this.#requests.get(message.request);
      this.#requests.delete(message.request);
      request?.answer(message);
    }
  }

  #pass({ id, frame, to, nextEvent }: Extract<FromReader, { type: "frame" }>): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    watched.nextEvent = nextEvent;
    for (const [viewer, state] of watched.viewers) {
      if (state === "behind" || (to !== "all" && to !== state)) continue;
      if (viewer.queued > MOST_QUEUED) {
        watched.viewers.set(viewer, "behind");
        this.#catchUpSoon();
        continue;
      }
      viewer.show(frame);
      watched.viewers.set(viewer, "live");
    }
  }

  #catchUpSoon(): void {
    this.#catchUp ??= setTimeout(() => {
      this.#catchUp = undefined;
      for (const [id, { viewers }] of this.#watched) {
        const behind = [...viewers].filter(([, state]) => state === "behind").map(([viewer]) => viewer);
        const ready = behind.filter(({ queued }) => queued <= MOST_QUEUED / 4);
        for (const viewer of ready) viewers.set(viewer, "waiting");
        if (ready.length > 0) this.#say({ type: "tell", id });
        if (ready.length < behind.length) this.#catchUpSoon();
      }
    }, CATCH_UP);
  }
}
