/** The tasks of a lesson as one learner has them: which are done, and why the others are not. While there is a sandbox, their checks run. */
import type { Logger } from "pino";
import type { Database } from "../../classroom/database.ts";
import { doneTasks, markDone } from "../../classroom/progress.ts";
import type { Lesson } from "../../curriculum/lesson.ts";
import { tasksDone } from "../metrics.ts";
import type { TaskState } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import { SandboxError } from "../sandbox/driver.ts";
import type { Owner } from "../sandbox/sandbox.ts";
import type { Examiner } from "./check.ts";
import { CheckLoop } from "./loop.ts";

export type LessonTasksOptions = {
  owner: Owner;
  examiner: Examiner;
  database: Database;
  log: Logger;
  /** A task is done now, and that is saved; or its reason has changed. */
  onState: (state: TaskState) => void;
  /** A task is done, and that could not be saved. It will be tried again. */
  onUnsaved: () => void;
};

export class LessonTasks {
  readonly #options: LessonTasksOptions;
  #lesson: Lesson;
  #states = new Map<string, TaskState>();
  #sandbox: string | undefined;
  #loop: CheckLoop | undefined;
  #watched = false;

  constructor(options: LessonTasksOptions, lesson: Lesson) {
    this.#options = options;
    this.#lesson = lesson;
  }

  /** In the lesson's order. */
  get states(): TaskState[] {
    return this.#lesson.tasks.map(({ id }) => this.#states.get(id) ?? { id, done: false });
  }

  get(id: string): TaskState | undefined {
    return this.#states.get(id);
  }

  /** The lesson as it is now: its author may have changed it since the last page came. */
  async load(lesson: Lesson): Promise<void> {
    const { database, owner } = this.#options;
    const done = new Set(await doneTasks(database, owner.learner, owner.lesson));
    const before = this.#states;
    this.#states = new Map(
      lesson.tasks.map(({ id }) => [id, done.has(id) ? { id, done: true } : (before.get(id) ?? { id, done: false })]),
    );
    if (this.#lesson === lesson) return;
    this.#lesson = lesson;
    this.attach(this.#sandbox);
  }

  /** Checks this sandbox from now on, or none. */
  attach(sandbox: string | undefined): void {
    this.#loop?.close();
    this.#loop = undefined;
    this.#sandbox = sandbox;
    if (sandbox === undefined) return;
    const { examiner, log } = this.#options;
    this.#loop = new CheckLoop({
      examiner,
      sandboxId: sandbox,
      tasks: this.#lesson.tasks,
      done: [...this.#states.values()].filter(({ done }) => done).map(({ id }) => id),
      log,
      onState: (state) => void this.#checked(sandbox, state),
    });
    this.#loop.setWatched(this.#watched);
  }

  /** Whether a page of the learner shows them: without one there is no beat. */
  setWatched(watched: boolean): void {
    this.#watched = watched;
    this.#loop?.setWatched(watched);
  }

  commandEnded(): void {
    this.#loop?.commandEnded();
  }

  lineEntered(): void {
    this.#loop?.lineEntered();
  }

  /** Runs a task's check now. Throws Refusal or SandboxError. */
  async check(id: string): Promise<void> {
    const sandbox = this.#sandbox;
    try {
      await this.#loop?.check(id);
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      // It ended while the check ran, which all pages hear of.
      if (this.#sandbox === undefined)
        throw new Refusal("no-such-terminal", "The sandbox has ended. Start a new one.", { cause: error });
      this.#options.log.error({ error, sandbox, task: id }, "a check could not run");
      throw new Refusal("check-failed", "The check could not run. Try again; your operator finds the reason in the log.", {
        cause: error,
      });
    }
  }

  async #checked(sandbox: string, state: TaskState): Promise<void> {
    const { database, owner, log, onState, onUnsaved } = this.#options;
    try {
      if (state.done) {
        await markDone(database, { ...owner, task: state.id });
        tasksDone.inc();
        log.info({ ...owner, task: state.id, sandbox }, "a task is done");
      }
      this.#states.set(state.id, state);
      onState(state);
    } catch (error) {
      log.error({ error, ...owner, task: state.id }, "a tick could not be saved");
      onUnsaved();
      // The loop thinks that the task is done; another begins with what is saved.
      if (this.#sandbox === sandbox) this.attach(sandbox);
    }
  }
}
