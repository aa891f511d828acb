/** Watches over the open tasks of one sandbox: runs their checks when a command has ended and on a slow beat. */
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Task } from "../../curriculum/lesson.ts";
import { checkTime } from "../metrics.ts";
import type { TaskState } from "../protocol.ts";
import { SandboxError } from "../sandbox/driver.ts";
import { type Examiner, runChecks } from "./check.ts";

/** Milliseconds after a command's end: a script's commands end in a burst. */
const DEBOUNCE = 50;
/** Milliseconds after a line for a program whose commands nobody tells of: as long as most of them take. */
const LINE_TAKES = 250;
/** Milliseconds between rounds while a page shows the sandbox: for what ends in the background. */
const BEAT = 3_000;
/** Milliseconds between rounds where no command has ended for a while: a page that was left open costs the others little. */
const SLOW_BEAT = 15_000;
/** Milliseconds after a command's end until the beat is slow. */
const SLOW_AFTER = 60_000;
/** Every so many beats, checks that got stuck are tried again. */
const STUCK_EVERY = 10;
/** Sandboxes that are checked at the same time. */
const AT_ONCE = 4;

const slots = pLimit(AT_ONCE);

export type CheckLoopOptions = {
  examiner: Examiner;
  sandboxId: string;
  tasks: readonly Task[];
  /** Ids of tasks that are done already: they are not checked again. */
  done: Iterable<string>;
  log: Logger;
  /** A task is done now, or its reason has changed. Also after each check that was asked for. */
  onState: (state: TaskState) => void;
};

export class CheckLoop {
  readonly #options: CheckLoopOptions;
  readonly #open: Map<string, Task>;
  /** Tasks whose check got stuck: they are tried seldom, so that they do not hold up the others. */
  readonly #stuck = new Set<string>();
  readonly #reasons = new Map<string, string>();
  #turn: Promise<unknown> = Promise.resolve();
  #soon: NodeJS.Timeout | undefined;
  #soonAt = 0;
  #beat: NodeJS.Timeout | undefined;
  #beats = 0;
  /** Of the clock that only goes forward: the last command's end, or a page's coming. */
  #activeAt = performance.now();
  /** A round waits for its turn: another would see the same. */
  #roundWaits = false;
  #watched = false;
  #closed = false;

  constructor(options: CheckLoopOptions) {
    const done = new Set(options.done);
    this.#options = options;
    this.#open = new Map(options.tasks.filter(({ id }) => !done.has(id)).map((task) => [task.id, task]));
  }

  /** A command has ended in one of the sandbox's terminals. */
  commandEnded(): void {
    this.#roundIn(DEBOUNCE);
  }

  /** A line was entered into a program that a command runs, a shell in a container, say. */
  lineEntered(): void {
    this.#roundIn(LINE_TAKES);
  }

  /** Whether a page shows the sandbox: without one there is no beat. */
  setWatched(watched: boolean): void {
    if (this.#watched === watched || this.#closed) return;
    this.#watched = watched;
    clearTimeout(this.#beat);
    this.#activeAt = performance.now();
    if (watched) this.#scheduleBeat();
  }

  /** Runs one task's check now. Does nothing if the task is done or unknown. Throws what the driver throws. */
  async check(id: string): Promise<void> {
    await this.#inTurn(async () => {
      const task = this.#open.get(id);
      if (task) await this.#run([task], true);
    });
  }

  /** No check begins after this, and nothing is told any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#soon);
    clearTimeout(this.#beat);
  }

  #roundIn(milliseconds: number): void {
    if (this.#closed) return;
    this.#activeAt = performance.now();
    // One that comes no later serves.
    const at = this.#activeAt + milliseconds;
    if (this.#soon && this.#soonAt <= at) return;
    clearTimeout(this.#soon);
    this.#soonAt = at;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.#round(false);
    }, milliseconds);
  }

  #scheduleBeat(): void {
    const isSlow = performance.now() - this.#activeAt > SLOW_AFTER;
    this.#beat = setTimeout(
      async () => {
        this.#beats += 1;
        await this.#round(this.#beats % STUCK_EVERY === 0);
        if (this.#watched && !this.#closed) this.#scheduleBeat();
      },
      isSlow ? SLOW_BEAT : BEAT,
    );
  }

  /** A round that nobody asked for: what goes wrong is logged. */
  async #round(withStuck: boolean): Promise<void> {
    if (this.#roundWaits) return;
    this.#roundWaits = true;
    const { log, sandboxId } = this.#options;
    try {
      await this.#inTurn(async () => {
        this.#roundWaits = false;
        const open = [...this.#open.values()];
        await this.#run(
          open.filter(({ id }) => !this.#stuck.has(id)),
          false,
        );
        if (withStuck)
          await this.#run(
            open.filter(({ id }) => this.#stuck.has(id)),
            false,
          );
      });
    } catch (error) {
      // The keeper sees for itself that a sandbox has ended.
      if (!(error instanceof SandboxError && error.code === "not-found"))
        log.warn({ error, sandbox: sandboxId }, "checks could not run");
    }
  }

  /** Never two at once in one sandbox. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(() => slots(async () => (this.#closed ? undefined : work())));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #run(tasks: readonly Task[], asked: boolean): Promise<void> {
    const { examiner, sandboxId, onState } = this.#options;
    if (tasks.length === 0 || this.#closed) return;
    const stop = checkTime.startTimer();
    const results = await runChecks(examiner, sandboxId, tasks);
    stop();
    for (const [id, result] of results) {
      if (this.#closed) return;
      if (result.stuck) this.#stuck.add(id);
      else this.#stuck.delete(id);
      if (result.done) {
        this.#open.delete(id);
        onState({ id, done: true });
      } else if (result.reason !== undefined && (asked || this.#reasons.get(id) !== result.reason)) {
        this.#reasons.set(id, result.reason);
        onState({ id, done: false, reason: result.reason });
      }
    }
  }
}
