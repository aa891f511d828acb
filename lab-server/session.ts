/**
 * One learner at one lesson: the pages that show it, the sandbox with its terminals, and the tasks with their checks.
 * Pages come and go; the session lives as long as there is a page or a sandbox.
 */
import type { Logger } from "pino";
import type { Database } from "../classroom/database.ts";
import { doneTasks, markDone } from "../classroom/progress.ts";
import type { Lesson } from "../curriculum/lesson.ts";
import { CheckLoop } from "./checks/loop.ts";
import type { ServerMessage, TaskState } from "./protocol.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { type SandboxDriver, SandboxError } from "./sandbox/driver.ts";
import type { Keeper } from "./sandbox/keeper.ts";
import type { EndReason, Owner, Sandbox } from "./sandbox/sandbox.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** A page, as the session sees it. */
export interface Listener {
  /** Random id of the page load; the same after a reconnect. */
  readonly client: string;
  /** Whether its socket has closed. */
  readonly gone: boolean;
  tell(message: ServerMessage): void;
  /** The terminal is no more. */
  forget(terminal: number): void;
}

export type SessionOptions = {
  owner: Owner;
  keeper: Keeper;
  driver: SandboxDriver;
  database: Database;
  log: Logger;
  /** Called when neither a page nor a sandbox is left. */
  onOver: () => void;
};

export class Session {
  #options: SessionOptions;
  #lesson: Lesson;
  #pages = new Set<Listener>();
  /** Pages that wait for the sandbox. */
  #coming = 0;
  #tasks = new Map<string, TaskState>();
  #sandbox: Sandbox | undefined;
  #checks: CheckLoop | undefined;
  #resetting = false;
  /** The page loads that have been here: a new one is a sign of the learner, a reconnect is not. */
  #seen = new Set<string>();

  constructor(options: SessionOptions, lesson: Lesson) {
    this.#options = options;
    this.#lesson = lesson;
  }

  get sandboxId(): string | undefined {
    return this.#sandbox?.id;
  }

  /** Welcomes the page, when its sandbox is ready. Throws what the keeper throws. */
  async enter(page: Listener, lesson: Lesson): Promise<void> {
    this.#coming += 1;
    try {
      const { sandbox, fresh } = await this.#options.keeper.obtain(this.#options.owner.learner, lesson, (what) =>
        page.tell({ type: "preparing", what }),
      );
      await this.#load(lesson);
      this.#attach(sandbox);
      if (page.gone) return;
      this.#pages.add(page);
      if (!this.#seen.has(page.client)) sandbox.touch();
      this.#seen.add(page.client);
      page.tell(this.#welcome(sandbox, fresh));
      if (sandbox.ending) page.tell({ type: "ending", ...sandbox.ending });
    } finally {
      this.#coming -= 1;
      this.#pagesChanged();
    }
  }

  leave(page: Listener): void {
    this.#pages.delete(page);
    this.#pagesChanged();
  }

  /** Throws Refusal or SandboxError. */
  openTerminal(number: number, cols: number, rows: number): Promise<Terminal> {
    return this.#demandSandbox().openTerminal(number, cols, rows);
  }

  closeTerminal(number: number): void {
    this.#demandSandbox().closeTerminal(number);
  }

  /** The learner typed. */
  touch(): void {
    this.#sandbox?.touch();
  }

  extend(): void {
    this.#demandSandbox().extend();
  }

  /** A fresh sandbox. A second wish while one is being made is the same wish. */
  async reset(): Promise<void> {
    if (this.#resetting) return;
    this.#resetting = true;
    const { keeper, owner } = this.#options;
    const onProgress = (what: string) => this.#tell({ type: "preparing", what });
    const old = this.#sandbox;
    try {
      onProgress("Making a fresh sandbox");
      const sandbox = old
        ? await keeper.replace(old, this.#lesson, onProgress)
        : (await keeper.obtain(owner.learner, this.#lesson, onProgress)).sandbox;
      this.#attach(sandbox);
      this.#pagesChanged();
      this.#tell(this.#welcome(sandbox, true));
    } catch (error) {
      const { code, message } = refusalOf(error);
      this.#options.log.warn({ error, lesson: owner.lesson }, "a sandbox could not be reset");
      this.#tell({ type: "error", code, message, fatal: false });
      if (this.#sandbox) this.#tell(this.#welcome(this.#sandbox, false));
      else this.#tell({ type: "ended", reason: "crashed" });
    } finally {
      this.#resetting = false;
      this.#pagesChanged();
    }
  }

  /** Runs a task's check now, because the learner asked. Throws Refusal or SandboxError. */
  async check(id: string): Promise<void> {
    this.#demandSandbox().touch();
    const task = this.#tasks.get(id);
    if (!task) throw new Refusal("no-such-task", `The lesson has no task “${id}”. Reload the page: the lesson may have changed.`);
    if (task.done) {
      this.#tell({ type: "task", task });
      return;
    }
    this.#tell({ type: "checking", task: id, running: true });
    try {
      await this.#checks?.check(id);
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      // It ended while the check ran, which all pages hear of.
      this.#demandSandbox();
      this.#options.log.error({ error, sandbox: this.sandboxId, task: id }, "a check could not run");
      throw new Refusal("check-failed", "The check could not run. Try again; your operator finds the reason in the log.", {
        cause: error,
      });
    } finally {
      this.#tell({ type: "checking", task: id, running: false });
    }
  }

  #demandSandbox(): Sandbox {
    if (!this.#sandbox) throw new Refusal("no-such-terminal", "The sandbox has ended. Start a new one.");
    return this.#sandbox;
  }

  #tell(message: ServerMessage): void {
    for (const page of this.#pages) page.tell(message);
  }

  #welcome(sandbox: Sandbox, fresh: boolean): ServerMessage {
    const tasks = this.#lesson.tasks.map(({ id }) => this.#tasks.get(id) ?? { id, done: false });
    return { type: "welcome", sandbox: sandbox.info, terminals: [...sandbox.terminals.keys()].sort(), tasks, fresh };
  }

  /** The lesson as it is now: its author may have changed it since the last page came. */
  async #load(lesson: Lesson): Promise<void> {
    const { database, owner } = this.#options;
    const done = new Set(await doneTasks(database, owner.learner, owner.lesson));
    const before = this.#tasks;
    this.#tasks = new Map(
      lesson.tasks.map(({ id }) => [id, done.has(id) ? { id, done: true } : (before.get(id) ?? { id, done: false })]),
    );
    if (this.#lesson === lesson) return;
    this.#lesson = lesson;
    if (this.#sandbox) this.#startChecks(this.#sandbox);
  }

  #startChecks(sandbox: Sandbox): void {
    this.#checks?.close();
    this.#checks = new CheckLoop({
      driver: this.#options.driver,
      sandboxId: sandbox.id,
      tasks: this.#lesson.tasks,
      done: [...this.#tasks.values()].filter(({ done }) => done).map(({ id }) => id),
      log: this.#options.log,
      onState: (state) => void this.#checked(sandbox, state),
    });
    this.#checks.setWatched(this.#pages.size > 0);
  }

  async #checked(sandbox: Sandbox, state: TaskState): Promise<void> {
    const { database, owner, log } = this.#options;
    try {
      if (state.done) {
        await markDone(database, { ...owner, task: state.id });
        log.info({ ...owner, task: state.id, sandbox: sandbox.id }, "a task is done");
      }
      this.#tasks.set(state.id, state);
      this.#tell({ type: "task", task: state });
    } catch (error) {
      log.error({ error, ...owner, task: state.id }, "a tick could not be saved");
      this.#tell({
        type: "error",
        code: "internal",
        message: "The task is done, but that could not be saved. It will be tried again.",
        fatal: false,
      });
      // The loop thinks that the task is done; another begins with what is saved.
      if (this.#sandbox === sandbox) this.#startChecks(sandbox);
    }
  }

  #attach(sandbox: Sandbox): void {
    if (this.#sandbox === sandbox) return;
    if (sandbox.hasEnded) throw new Refusal("create-failed", "The sandbox ended before it could be shown. Try again.");
    this.#sandbox = sandbox;
    this.#startChecks(sandbox);
    for (const terminal of sandbox.terminals.values()) this.#watch(terminal);
    sandbox.on("terminal", (_, terminal) => this.#watch(terminal));
    sandbox.on("exited", (number, code) => {
      for (const page of this.#pages) {
        page.forget(number);
        page.tell({ type: "exited", terminal: number, code });
      }
    });
    sandbox.on("ending", (ending) => this.#tell({ type: "ending", ...ending }));
    sandbox.on("prolonged", () => this.#tell(this.#welcome(sandbox, false)));
    sandbox.on("ended", (reason) => this.#detach(sandbox, reason));
  }

  #detach(sandbox: Sandbox, reason: EndReason): void {
    if (this.#sandbox !== sandbox) return;
    this.#sandbox = undefined;
    this.#checks?.close();
    this.#checks = undefined;
    for (const page of this.#pages) {
      for (const number of sandbox.terminals.keys()) page.forget(number);
      page.tell({ type: "ended", reason });
    }
    this.#pagesChanged();
  }

  #watch(terminal: Terminal): void {
    terminal.onCommandEnd(() => this.#checks?.commandEnded());
  }

  #pagesChanged(): void {
    if (this.#sandbox) this.#sandbox.pages = this.#pages.size;
    this.#checks?.setWatched(this.#pages.size > 0);
    if (this.#pages.size + this.#coming === 0 && !this.#sandbox && !this.#resetting) this.#options.onOver();
  }
}
