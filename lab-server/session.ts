/**
 * One learner at one lesson: the pages that show it, those who watch, the sandbox with its terminals, and the tasks with their checks.
 * Pages come and go; the session lives as long as there is a page or a sandbox.
 */
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Database } from "../classroom/database.ts";
import type { Lesson } from "../curriculum/lesson.ts";
import { Allowance } from "./allowance.ts";
import { Audience, welcome } from "./audience.ts";
import { LessonTasks } from "./checks/lesson-tasks.ts";
import type { Listener } from "./listener.ts";
import type { RawFile, Reference, ServerMessage, TaskState } from "./protocol.ts";
import { Refusal, refusalOf, tooFast } from "./refusal.ts";
import type { SandboxDriver } from "./sandbox/driver.ts";
import type { Keeper } from "./sandbox/keeper.ts";
import type { EndReason, Owner, Sandbox } from "./sandbox/sandbox.ts";
import type { SessionEvents } from "./session-events.ts";
import { Step } from "./step.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { Watcher, Watchers } from "./watchers.ts";
import type { Collector } from "./xray/collector.ts";
import { Looks } from "./xray/looks.ts";

/** Milliseconds between looks whether the next reset is due. */
const BEAT = 100;

export type SessionOptions = {
  owner: Owner;
  keeper: Keeper;
  driver: SandboxDriver;
  collector: Collector;
  database: Database;
  log: Logger;
  /** Called when neither a page nor a sandbox is left, and nobody watches. */
  onOver: () => void;
};

export class Session extends EventEmitter<SessionEvents> {
  readonly owner: Owner;
  readonly #audience = new Audience(() => this.emit("watchers"));
  #options: SessionOptions;
  #lesson: Lesson;
  /** Pages that wait for the sandbox. */
  #coming = 0;
  #tasks: LessonTasks;
  #step: Step;
  #activeAt = Date.now();
  #sandbox: Sandbox | undefined;
  #resetting = false;
  #looks: Looks<Listener>;
  /** The page loads that have been here: a new one is a sign of the learner, a reconnect is not. */
  #seen = new Set<string>();

  /** What costs the machine something. */
  #allowed = {
    shells: new Allowance(32, 2),
    checks: new Allowance(20, 2),
    resets: new Allowance(3, 1),
    extensions: new Allowance(10, 1),
  };

  constructor(options: SessionOptions, lesson: Lesson) {
    super();
    this.setMaxListeners(0);
    const { owner, driver, collector, database, log } = options;
    this.owner = owner;
    this.#options = options;
    this.#lesson = lesson;
    this.#looks = new Looks(collector);
    const examiner = { driver, readFacts: (id: string) => collector.read(id) };
    this.#tasks = new LessonTasks(
      { owner, examiner, database, log, onState: (state) => this.#checked(state), onUnsaved: () => this.#unsaved() },
      lesson,
    );
    this.#step = new Step((task) => this.emit("step", task));
  }

  get sandbox(): Sandbox | undefined {
    return this.#sandbox;
  }

  /** Of the learner. */
  get pages(): ReadonlySet<Listener> {
    return this.#audience.pages;
  }

  /** Those who look on. */
  get watchers(): Watchers {
    return this.#audience.watchers;
  }

  /** The task before the learner, and since when (milliseconds since the epoch); null: all are done. */
  get step(): { task: string | null; since: number } {
    return this.#step;
  }

  /** Why the task before the learner is not done, as its check says. */
  get reason(): string | undefined {
    return this.#step.task === null ? undefined : this.#tasks.get(this.#step.task)?.reason;
  }

  /** The last sign of the learner, milliseconds since the epoch. */
  get activeAt(): number {
    return this.#activeAt;
  }

  /** Welcomes the page, when its sandbox is ready. Throws what the keeper throws. */
  async enter(page: Listener, lesson: Lesson): Promise<void> {
    this.#coming += 1;
    try {
      const { sandbox, fresh } = await this.#options.keeper.obtain(this.owner.learner, lesson, (what) =>
        page.tell({ type: "preparing", what }),
      );
      await this.#load(lesson);
      if (this.#attach(sandbox)) this.#audience.welcomeWatchers(sandbox, this.#tasks.states);
      if (page.gone) return;
      this.#audience.pages.add(page);
      if (!this.#seen.has(page.client)) this.touch();
      this.#seen.add(page.client);
      page.tell(welcome(sandbox, this.#tasks.states, fresh));
      if (sandbox.ending) page.tell({ type: "ending", ...sandbox.ending });
      if (this.watchers.size > 0) page.tell({ type: "helpers", helpers: this.watchers.helpers });
      this.emit("entered", page);
    } finally {
      this.#coming -= 1;
      this.#pagesChanged();
    }
  }

  leave(page: Listener): void {
    this.look(page, false);
    if (this.#audience.pages.delete(page)) this.emit("left", page);
    if (this.pages.size === 0) this.watchers.forbid();
    this.#pagesChanged();
  }

  /** Somebody looks on, and is welcomed once there is a sandbox. The learner's pages are told of them. */
  async watch(watcher: Watcher, lesson: Lesson): Promise<void> {
    this.#coming += 1;
    try {
      await this.#load(lesson);
      const sandbox = this.#sandbox ?? this.#options.keeper.find(this.owner);
      if (watcher.page.gone) return;
      if (sandbox && this.#attach(sandbox)) this.#audience.welcomeWatchers(sandbox, this.#tasks.states);
      this.watchers.add(watcher);
      watcher.arrived();
      if (sandbox) this.#audience.welcomeWatchers(sandbox, this.#tasks.states, [watcher.page]);
    } finally {
      this.#coming -= 1;
      this.#pagesChanged();
    }
  }

  unwatch(watcher: Watcher): void {
    this.look(watcher.page, false);
    this.watchers.remove(watcher);
    this.#pagesChanged();
  }

  /** Tells the learner's pages. */
  tell(message: ServerMessage): void {
    this.#audience.tell(message);
  }

  /** Sends the learner's pages away. The sandbox stays. */
  dismiss(refusal: Refusal): void {
    for (const page of this.pages) page.dismiss(refusal);
  }

  /** Throws Refusal or SandboxError. */
  openTerminal(number: number, cols: number, rows: number): Promise<Terminal> {
    const sandbox = this.#demandSandbox();
    if (!sandbox.terminals.has(number) && !this.#allowed.shells.take()) throw tooFast();
    return sandbox.openTerminal(number, cols, rows);
  }

  closeTerminal(number: number): void {
    this.#demandSandbox().closeTerminal(number);
  }

  /** Shows the X-ray to a page, or no longer. It goes on with the next sandbox after a reset. */
  look(page: Listener, looks: boolean): void {
    this.#looks.set(page, looks);
  }

  /** The files that a fact was read from. Throws Refusal where there is no sandbox. */
  raw(of: Reference): Promise<RawFile[]> {
    return this.#options.collector.raw(this.#demandSandbox().id, of);
  }

  /** The learner typed into this terminal, or did something else. */
  touch(terminal?: number): void {
    this.#sandbox?.touch();
    this.#activeAt = Date.now();
    this.emit("active", terminal);
  }

  /** The page shows this task. */
  showStep(task: string): void {
    if (this.#step.show(task, this.#tasks.states)) this.touch();
  }

  extend(): void {
    const sandbox = this.#demandSandbox();
    if (!this.#allowed.extensions.take()) throw tooFast();
    sandbox.extend();
  }

  /** A fresh sandbox. A second wish while one is being made is the same wish. Returns why there is none; the pages were told. */
  async reset(): Promise<Refusal | undefined> {
    if (this.#resetting) return undefined;
    this.#resetting = true;
    const { keeper, owner } = this.#options;
    const onProgress = (what: string) => this.tell({ type: "preparing", what });
    try {
      onProgress("Making a fresh sandbox");
      // None is refused, for a page waits for what it asked for, but they come no faster than this.
      while (!this.#allowed.resets.take()) await sleep(BEAT);
      const old = this.#sandbox;
      const sandbox = old
        ? await keeper.replace(old, this.#lesson, onProgress)
        : (await keeper.obtain(owner.learner, this.#lesson, onProgress)).sandbox;
      this.#attach(sandbox);
      this.#pagesChanged();
      this.tell(welcome(sandbox, this.#tasks.states, true));
      this.#audience.welcomeWatchers(sandbox, this.#tasks.states);
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      const { code, message } = refusal;
      this.#options.log.warn({ error, lesson: owner.lesson }, "a sandbox could not be reset");
      this.tell({ type: "error", code, message, fatal: false });
      if (this.#sandbox) this.tell(welcome(this.#sandbox, this.#tasks.states, false));
      else this.tell({ type: "ended", reason: "crashed" });
      return refusal;
    } finally {
      this.#resetting = false;
      this.#pagesChanged();
    }
  }

  /** Runs a task's check now, because the learner asked. Throws Refusal or SandboxError. */
  async check(id: string): Promise<void> {
    this.#demandSandbox();
    this.touch();
    if (!this.#allowed.checks.take()) throw tooFast();
    const task = this.#tasks.get(id);
    if (!task) throw new Refusal("no-such-task", `The lesson has no task “${id}”. Reload the page: the lesson may have changed.`);
    if (task.done) {
      this.tell({ type: "task", task });
      return;
    }
    this.tell({ type: "checking", task: id, running: true });
    try {
      await this.#tasks.check(id);
    } finally {
      this.tell({ type: "checking", task: id, running: false });
    }
  }

  #demandSandbox(): Sandbox {
    if (!this.#sandbox) throw new Refusal("no-such-terminal", "The sandbox has ended. Start a new one.");
    return this.#sandbox;
  }

  async #load(lesson: Lesson): Promise<void> {
    await this.#tasks.load(lesson);
    this.#lesson = lesson;
    this.#step.follow(this.#tasks.states);
  }

  #checked(task: TaskState): void {
    this.#audience.tellAll({ type: "task", task });
    this.emit("task", task);
    this.#step.follow(this.#tasks.states);
  }

  #unsaved(): void {
    const message = "The task is done, but that could not be saved. It will be tried again.";
    this.tell({ type: "error", code: "internal", message, fatal: false });
  }

  /** Returns whether it was not there before. */
  #attach(sandbox: Sandbox): boolean {
    if (this.#sandbox === sandbox) return false;
    if (sandbox.hasEnded) throw new Refusal("create-failed", "The sandbox ended before it could be shown. Try again.");
    this.#sandbox = sandbox;
    this.#tasks.attach(sandbox.id);
    this.#looks.attach(sandbox.id);
    this.emit("sandbox", sandbox);
    for (const [number, terminal] of sandbox.terminals) this.#follow(sandbox, number, terminal);
    sandbox.on("terminal", (number, terminal) => {
      this.#follow(sandbox, number, terminal);
      this.#audience.tellSize(number, terminal.size);
    });
    sandbox.on("exited", (number, code) => this.#audience.exited(number, code));
    sandbox.on("ending", (ending) => this.#audience.tellAll({ type: "ending", ...ending }));
    sandbox.on("prolonged", () => {
      this.#audience.tellAll(welcome(sandbox, this.#tasks.states, false));
      this.emit("prolonged");
    });
    sandbox.on("ended", (reason) => this.#detach(sandbox, reason));
    return true;
  }

  #detach(sandbox: Sandbox, reason: EndReason): void {
    if (this.#sandbox !== sandbox) return;
    this.#sandbox = undefined;
    this.#looks.detach(sandbox.id);
    this.#tasks.attach(undefined);
    this.#audience.ended(sandbox, reason);
    this.emit("sandbox", undefined);
    this.#pagesChanged();
  }

  #follow(sandbox: Sandbox, number: number, terminal: Terminal): void {
    terminal.onCommandEnd(() => this.#tasks.commandEnded());
    terminal.onLine(() => this.#tasks.lineEntered());
    terminal.onSize((size) => {
      if (this.#sandbox === sandbox) this.#audience.tellSize(number, size);
    });
    this.emit("terminal", number, terminal);
  }

  #pagesChanged(): void {
    if (this.#sandbox) this.#sandbox.pages = this.pages.size;
    this.#tasks.setWatched(this.pages.size > 0);
    if (this.#audience.size + this.#coming > 0 || this.#sandbox || this.#resetting) return;
    this.emit("over");
    this.#options.onOver();
  }
}
