/** Who has which sandbox: gives each learner the one of their lesson, makes it where there is none, ends it when its time is over. */
import type { Lesson } from "../../curriculum/lesson.ts";
import { sandboxesEnded } from "../metrics.ts";
import { Refusal } from "../refusal.ts";
import { Terminal } from "../terminal/terminal.ts";
import { uptime } from "./clock.ts";
import { Maker, type MakerOptions, type Progress } from "./maker.ts";
import { type OwnerRecord, readOwner, removeOwner, writeOwner } from "./owner-file.ts";
import { type EndReason, type Owner, Sandbox } from "./sandbox.ts";
import { TurnedAway } from "./turned-away.ts";

/** Milliseconds between looks at which sandboxes still run. */
const BEAT = 5_000;
/** Milliseconds. When a sandbox dies its first process is the last to go (pid_namespaces(7)): its shells end a moment before. */
const SETTLE = 200;

export type KeeperOptions = Omit<MakerOptions, "spare" | "isTooLate" | "remove"> & {
  maxSandboxes: number;
  maxPerLearner: number;
};

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
  #maker: Maker;
  #sandboxes = new Map<string, Sandbox>();
  #making = new Map<string, Making>();
  /** What must come to its end before this process may. */
  #busy = new Set<Promise<unknown>>();
  /** Sandboxes whose removal failed: it is tried again on the beat. */
  #unremoved = new Set<string>();
  #beat: NodeJS.Timeout | undefined;
  #closed = false;
  #onDrained: (() => void) | undefined;
  #turnedAway = new TurnedAway();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#maker = new Maker({
      ...options,
      spare: () => options.maxSandboxes - this.#count() - this.#maker.pool.size,
      isTooLate: () => this.#closed,
      remove: (id) => this.#remove(id),
    });
  }

  /** How many sandboxes learners have. */
  get size(): number {
    return this.#sandboxes.size;
  }

  get capacity(): number {
    return this.#options.maxSandboxes;
  }

  /** How many sandboxes learners wait for. */
  get making(): number {
    return this.#making.size;
  }

  /** How many sandboxes are ready for learners to come. */
  get pooled(): number {
    return this.#maker.pool.size;
  }

  /** How many learners were turned away in the last ten minutes because the server was full. */
  get turnedAway(): number {
    return this.#turnedAway.recent();
  }

  get isDraining(): boolean {
    return this.#onDrained !== undefined;
  }

  /** The learner's sandbox for a lesson, if there is one. */
  find(owner: Owner): Sandbox | undefined {
    return this.#sandboxes.get(key(owner));
  }

  /** Those that learners have. */
  get sandboxes(): readonly Sandbox[] {
    return [...this.#sandboxes.values()];
  }

  /** The terminals of learners' sandboxes. */
  terminals(): Terminal[] {
    return this.sandboxes.flatMap(({ terminals }) => [...terminals.values()]);
  }

  /** Finds the sandboxes of an earlier process again, removes what no one owns, and begins to fill the pool. */
  async start(): Promise<void> {
    const { driver, log } = this.#options;
    await this.#adoptAll(await driver.list());
    for (const line of await driver.sweep()) log.info({ removed: line }, "removed what an earlier run left behind");
    if (this.size > 0) log.info({ sandboxes: this.size }, "sandboxes of an earlier run found again");
    this.#maker.pool.fill(0);
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
    const sandbox = await this.#track(() => this.#maker.make(old.owner, lesson, onProgress));
    const current = this.#sandboxes.get(key(old.owner));
    this.#register(sandbox);
    if (current) this.#end(current, "reset");
    return sandbox;
  }

  /** Ends a sandbox, as an operator wants. */
  end(sandbox: Sandbox): void {
    this.#end(sandbox, "operator");
  }

  /**
   * Makes no more sandboxes: those that learners have go on, and may be reset. `onDrained` is called once the last one has
   * ended. Cannot be taken back.
   */
  drain(onDrained: () => void): void {
    if (this.#onDrained) return;
    this.#onDrained = onDrained;
    void this.#track(() => this.#maker.pool.close());
    this.#lookWhetherDrained();
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
    await this.#maker.pool.close();
    // What is being made finds that it is too late, and is removed: that makes new entries.
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy);
    return [...this.#unremoved];
  }

  #demandOpen(): void {
    if (this.#closed) throw new Refusal("shutting-down", "The lab-server is stopping. Try again in a moment.");
  }

  #lookWhetherDrained(): void {
    if (this.#count() === 0 && !this.#closed) this.#onDrained?.();
  }

  #count(): number {
    return this.#sandboxes.size + this.#making.size;
  }

  async #adoptAll(ids: readonly string[]): Promise<void> {
    const { runFolder, log } = this.#options;
    const found = await Promise.all(ids.map(async (id) => ({ id, record: await readOwner(runFolder, id) })));
    // The newest first: where a reset was cut short the learner has been shown the new one, and the old one is its twin.
    found.sort((a, b) => (b.record?.life.createdAt ?? 0) - (a.record?.life.createdAt ?? 0));
    for (const { id, record } of found) {
      if (record && !this.#sandboxes.has(key(record)) && record.life.endsAt > uptime()) await this.#adopt(id, record);
      else {
        log.info({ sandbox: id }, "a sandbox that is no one's is removed");
        void this.#remove(id);
      }
    }
    // What is being removed is not swept as well.
    await Promise.all(this.#busy);
  }

  async #adopt(id: string, { learner, lesson, lessonTitle, life }: OwnerRecord): Promise<void> {
    const { driver, lifetime } = this.#options;
    const sandbox = new Sandbox(driver, lifetime, id, { learner, lesson }, lessonTitle, { ...life, activeAt: uptime() });
    for (const [number, held] of await driver.heldTerminals(id)) sandbox.adoptTerminal(number, new Terminal(held));
    this.#register(sandbox);
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
      const sandbox = await this.#track(() => this.#maker.make(owner, lesson, onProgress));
      this.#register(sandbox);
      return sandbox;
    } finally {
      this.#making.delete(key(owner));
      this.#lookWhetherDrained();
    }
  }

  /** Throws Refusal where neither this learner nor the server may have one more. */
  #makeRoom(owner: Owner): void {
    const { maxPerLearner, maxSandboxes, log } = this.#options;
    if (this.isDraining)
      throw new Refusal("server-full", "This server is about to be serviced and starts no new sandboxes. Try again later.");
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
      this.#turnedAway.note(owner.learner);
      throw new Refusal("server-full", `All ${maxSandboxes} sandboxes of this server are in use. Try again in a few minutes.`);
    }
  }

  #register(sandbox: Sandbox): void {
    this.#sandboxes.set(key(sandbox.owner), sandbox);
    sandbox.on("expired", (reason) => this.#end(sandbox, reason));
    // One after the other, for they share a draft.
    let written = Promise.resolve();
    sandbox.on("prolonged", () => {
      written = written.then(() => this.#writeLife(sandbox));
    });
    sandbox.on("suspect", () => {
      setTimeout(() => void this.#lookAt(sandbox), SETTLE).unref();
    });
  }

  async #writeLife(sandbox: Sandbox): Promise<void> {
    // What has ended is nobody's.
    if (sandbox.hasEnded) return;
    const { runFolder, log } = this.#options;
    const { createdAt, endsAt } = sandbox.life;
    try {
      await writeOwner(runFolder, sandbox.id, {
        ...sandbox.owner,
        lessonTitle: sandbox.lessonTitle,
        life: { createdAt, endsAt },
      });
    } catch (error) {
      log.error({ error, sandbox: sandbox.id }, "the longer life of a sandbox could not be written down");
    }
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
    sandboxesEnded.inc({ reason });
    sandbox.end(reason);
    this.#lookWhetherDrained();
    void this.#remove(sandbox.id);
  }

  #remove(id: string): Promise<void> {
    return this.#track(async () => {
      const { driver, runFolder, log } = this.#options;
      try {
        await removeOwner(runFolder, id);
        await driver.destroy(id);
        this.#unremoved.delete(id);
        this.#maker.pool.fill();
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
    await Promise.all(this.#maker.pool.ids.filter((id) => !running.has(id)).map((id) => this.#maker.pool.drop(id)));
    await Promise.all([...this.#unremoved].map((id) => this.#remove(id)));
    this.#maker.pool.fill();
  }
}

function key({ learner, lesson }: Owner): string {
  return `${learner}/${lesson}`;
}
