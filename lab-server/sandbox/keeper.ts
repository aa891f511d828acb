/** Who has which sandbox: gives each learner the one of their lesson, makes it where there is none, ends it when its time is over. */
import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Lesson } from "../../curriculum/lesson.ts";
import { Refusal } from "../refusal.ts";
import type { SandboxDriver, SandboxLimits } from "./driver.ts";
import { furnish } from "./furnish.ts";
import { beginLife, type LifetimeLimits } from "./lifetime.ts";
import { readOwner, removeOwner, writeOwner } from "./owner-file.ts";
import { Pool, type Ready } from "./pool.ts";
import { type EndReason, type Owner, Sandbox } from "./sandbox.ts";

/** Sandboxes that are made at the same time; more only make each other slow. */
const MADE_AT_ONCE = 4;
/** Milliseconds between looks at which sandboxes still run. */
const BEAT = 5_000;
const HOSTNAME = "sandbox";

export type KeeperOptions = {
  driver: SandboxDriver;
  /** Holds a folder for each sandbox, in which its owner is written. */
  runFolder: string;
  log: Logger;
  poolSize: number;
  /** The image of the sandboxes in the pool. */
  poolImage: string;
  maxSandboxes: number;
  maxPerLearner: number;
  sandbox: SandboxLimits;
  lifetime: LifetimeLimits;
};

/** One short phrase for the page, said only if there is a wait. */
export type Progress = (what: string) => void;

export type Obtained = { sandbox: Sandbox /** Whether it was made just now. */; fresh: boolean };

type Making = {
  owner: Owner;
  lessonTitle: string;
  sandbox: Promise<Sandbox>;
  listeners: Set<Progress>;
  what: string | undefined;
};

export class Keeper {
  #options: KeeperOptions;
  #pool: Pool;
  #sandboxes = new Map<string, Sandbox>();
  #making = new Map<string, Making>();
  /** What must come to its end before this process may. */
  #busy = new Set<Promise<unknown>>();
  /** Sandboxes whose removal failed: it is tried again on the beat. */
  #unremoved = new Set<string>();
  #turns = pLimit(MADE_AT_ONCE);
  #beat: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#pool = new Pool({
      driver: options.driver,
      size: options.poolSize,
      log: options.log,
      create: () => this.#create(options.poolImage),
      mayFill: () =>
        this.#turns.activeCount + this.#turns.pendingCount === 0 && this.#count() + this.#pool.size < options.maxSandboxes,
    });
  }

  /** How many sandboxes learners have. */
  get size(): number {
    return this.#sandboxes.size;
  }

  get capacity(): number {
    return this.#options.maxSandboxes;
  }

  /** Finds the sandboxes of an earlier process again, removes what no one owns, and begins to fill the pool. */
  async start(): Promise<void> {
    const { driver, log } = this.#options;
    await Promise.all((await driver.list()).map((id) => this.#adopt(id)));
    for (const line of await driver.sweep()) log.info({ removed: line }, "removed what an earlier run left behind");
    log.info({ sandboxes: this.#sandboxes.size }, "sandboxes of an earlier run found again");
    this.#pool.fill(0);
    this.#scheduleBeat();
  }

  /**
   * The learner's sandbox for this lesson; a new one if there is none. Several callers for the same pair get the same.
   * Throws Refusal where a limit is reached, SandboxError where it cannot be made.
   */
  async obtain(learner: string, lesson: Lesson, onProgress: Progress): Promise<Obtained> {
    this.#demandOpen();
    const owner = { learner, lesson: lesson.slug };
    const there = this.#sandboxes.get(key(owner));
    if (there) return { sandbox: there, fresh: false };
    const making = this.#making.get(key(owner)) ?? this.#beginMaking(owner, lesson);
    making.listeners.add(onProgress);
    if (making.what !== undefined) onProgress(making.what);
    return { sandbox: await making.sandbox, fresh: true };
  }

  /** A fresh sandbox in the place of this one, which ends once the new one is ready: when that fails the learner still has the old. */
  async replace(old: Sandbox, lesson: Lesson, onProgress: Progress): Promise<Sandbox> {
    this.#demandOpen();
    const sandbox = await this.#make(old.owner, lesson, onProgress);
    const current = this.#sandboxes.get(key(old.owner));
    this.#register(sandbox);
    if (current) this.#end(current, "reset");
    return sandbox;
  }

  /**
   * Takes no more learners. With `keep` the learners' sandboxes stay for the next process, otherwise nothing is left.
   * Returns the ids of sandboxes that could not be removed.
   */
  async close(keep: boolean): Promise<string[]> {
    this.#closed = true;
    clearTimeout(this.#beat);
    for (const sandbox of this.#sandboxes.values()) {
      if (keep) sandbox.release();
      else this.#end(sandbox, "shutdown");
    }
    await this.#pool.close();
    // What is being made finds that it is too late, and is removed: that makes new entries.
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy);
    return [...this.#unremoved];
  }

  #demandOpen(): void {
    if (this.#closed) throw new Refusal("shutting-down", "The lab-server is stopping. Try again in a moment.");
  }

  #count(): number {
    return this.#sandboxes.size + this.#making.size;
  }

  async #adopt(id: string): Promise<void> {
    const { driver, runFolder, lifetime, log } = this.#options;
    const record = await readOwner(runFolder, id);
    const twin = record && this.#sandboxes.has(key(record));
    if (!record || twin || record.endsAt <= Date.now()) {
      log.info({ sandbox: id }, "a sandbox that is no one's is removed");
      await this.#remove(id);
      return;
    }
    const { learner, lesson, lessonTitle, createdAt, endsAt } = record;
    const life = { createdAt, endsAt, activeAt: Date.now() };
    this.#register(new Sandbox(driver, lifetime, id, { learner, lesson }, lessonTitle, life));
  }

  #beginMaking(owner: Owner, lesson: Lesson): Making {
    this.#makeRoom(owner);
    const listeners = new Set<Progress>();
    const making: Making = {
      owner,
      lessonTitle: lesson.title,
      listeners,
      what: undefined,
      sandbox: this.#makeAndRegister(owner, lesson, tell),
    };
    function tell(what: string): void {
      making.what = what;
      for (const listener of listeners) listener(what);
    }
    this.#making.set(key(owner), making);
    return making;
  }

  async #makeAndRegister(owner: Owner, lesson: Lesson, onProgress: Progress): Promise<Sandbox> {
    // The caller puts the making into its map first.
    await Promise.resolve();
    try {
      const sandbox = await this.#make(owner, lesson, onProgress);
      this.#register(sandbox);
      return sandbox;
    } finally {
      this.#making.delete(key(owner));
    }
  }

  /** Throws Refusal where neither this learner nor the server may have one more. */
  #makeRoom(owner: Owner): void {
    const { maxPerLearner, maxSandboxes, log } = this.#options;
    const others = [...this.#sandboxes.values()].filter((sandbox) => sandbox.owner.learner === owner.learner);
    const making = [...this.#making.values()].filter((one) => one.owner.learner === owner.learner);
    if (others.length + making.length >= maxPerLearner) {
      const left = others.filter((sandbox) => sandbox.pages === 0).sort((a, b) => a.life.activeAt - b.life.activeAt)[0];
      if (!left) {
        const titles = [...others, ...making].map(({ lessonTitle }) => `“${lessonTitle}”`).join(" and ");
        throw new Refusal(
          "learner-full",
          `You have ${titles} open, and no more than ${maxPerLearner} at a time. Close one of those pages, then try again.`,
        );
      }
      log.info({ sandbox: left.id, lesson: left.owner.lesson }, "a sandbox that no page shows makes room for the learner's next");
      this.#end(left, "replaced");
    }
    if (this.#count() >= maxSandboxes) {
      throw new Refusal("server-full", `All ${maxSandboxes} sandboxes of this server are in use. Try again in a few minutes.`);
    }
  }

  /** From the pool or new, with the lesson in place and the owner written. Nothing is left of it when it throws. */
  #make(owner: Owner, lesson: Lesson, onProgress: Progress): Promise<Sandbox> {
    return this.#track(() => this.#makeNow(owner, lesson, onProgress));
  }

  async #makeNow(owner: Owner, lesson: Lesson, onProgress: Progress): Promise<Sandbox> {
    const { driver, runFolder, lifetime, poolImage, log } = this.#options;
    const started = performance.now();
    const ready: Ready | undefined = lesson.image === poolImage ? this.#pool.take() : undefined;
    const id = ready?.id ?? (await this.#createInTurn(lesson.image, onProgress));
    try {
      await furnish(driver, id, lesson, onProgress);
      this.#demandOpen();
      const life = beginLife(lifetime, Date.now());
      await writeOwner(runFolder, id, { ...owner, lessonTitle: lesson.title, createdAt: life.createdAt, endsAt: life.endsAt });
      const sandbox = new Sandbox(driver, lifetime, id, owner, lesson.title, life);
      if (ready) sandbox.adoptTerminal(1, ready.terminal);
      const milliseconds = Math.round(performance.now() - started);
      log.info(
        { sandbox: id, learner: owner.learner, lesson: owner.lesson, warm: ready !== undefined, milliseconds },
        "a sandbox is ready",
      );
      return sandbox;
    } catch (error) {
      ready?.terminal.close();
      await this.#remove(id);
      throw error;
    }
  }

  #createInTurn(image: string, onProgress: Progress): Promise<string> {
    const before = this.#turns.pendingCount;
    onProgress(before === 0 ? "Making your sandbox" : `Waiting for your turn, ${before} before you`);
    return this.#turns(async () => {
      if (before > 0) onProgress("Making your sandbox");
      if (this.#count() + this.#pool.size > this.#options.maxSandboxes) await this.#pool.shrink();
      return this.#create(image);
    }).finally(() => this.#pool.fill());
  }

  async #create(image: string): Promise<string> {
    const id = randomBytes(8).toString("hex");
    await this.#options.driver.create({ id, image, hostname: HOSTNAME, limits: this.#options.sandbox });
    return id;
  }

  #register(sandbox: Sandbox): void {
    const { runFolder, log } = this.#options;
    this.#sandboxes.set(key(sandbox.owner), sandbox);
    sandbox.on("expired", (reason) => this.#end(sandbox, reason));
    sandbox.on("prolonged", () => {
      const { createdAt, endsAt } = sandbox.life;
      writeOwner(runFolder, sandbox.id, { ...sandbox.owner, lessonTitle: sandbox.lessonTitle, createdAt, endsAt }).catch(
        (error: unknown) => log.error({ error, sandbox: sandbox.id }, "the longer life of a sandbox could not be written down"),
      );
    });
    sandbox.on("suspect", () => void this.#lookAt(sandbox));
  }

  async #lookAt(sandbox: Sandbox): Promise<void> {
    try {
      if (!(await this.#options.driver.describe(sandbox.id))?.running) this.#end(sandbox, "crashed");
    } catch (error) {
      this.#options.log.warn({ error, sandbox: sandbox.id }, "a sandbox could not be looked at");
    }
  }

  #end(sandbox: Sandbox, reason: EndReason): void {
    if (sandbox.hasEnded) return;
    if (this.#sandboxes.get(key(sandbox.owner)) === sandbox) this.#sandboxes.delete(key(sandbox.owner));
    this.#options.log.info({ sandbox: sandbox.id, reason }, "a sandbox ends");
    sandbox.end(reason);
    void this.#remove(sandbox.id);
  }

  #remove(id: string): Promise<void> {
    return this.#track(async () => {
      const { driver, runFolder, log } = this.#options;
      try {
        await removeOwner(runFolder, id);
        await driver.destroy(id);
        this.#unremoved.delete(id);
        this.#pool.fill();
      } catch (error) {
        this.#unremoved.add(id);
        log.error({ error, sandbox: id }, "a sandbox could not be removed");
      }
    });
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#busy.add(running);
    const done = () => this.#busy.delete(running);
    running.then(done, done);
    return running;
  }

  #scheduleBeat(): void {
    this.#beat = setTimeout(async () => {
      try {
        await this.#look();
      } catch (error) {
        this.#options.log.warn({ error }, "the sandboxes could not be looked at");
      }
      if (!this.#closed) this.#scheduleBeat();
    }, BEAT);
    this.#beat.unref();
  }

  async #look(): Promise<void> {
    const running = new Set(await this.#options.driver.list());
    const missing = [...this.#sandboxes.values()].filter(({ id }) => !running.has(id));
    // Those that began while the list was made are asked for one by one.
    await Promise.all(missing.map((sandbox) => this.#lookAt(sandbox)));
    await Promise.all(this.#pool.ids.filter((id) => !running.has(id)).map((id) => this.#pool.drop(id)));
    await Promise.all([...this.#unremoved].map((id) => this.#remove(id)));
    this.#pool.fill();
  }
}

function key({ learner, lesson }: Owner): string {
  return `${learner}/${lesson}`;
}
