/** Makes a learner's sandbox: from the pool or new, with the lesson in place and its owner written beside it. */
import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Lesson } from "../../curriculum/lesson.ts";
import { sandboxesFailed, sandboxReady } from "../metrics.ts";
import { Refusal } from "../refusal.ts";
import { uptime } from "./clock.ts";
import type { SandboxDriver, SandboxLimits } from "./driver.ts";
import { furnish } from "./furnish.ts";
import { beginLife, type LifetimeLimits } from "./lifetime.ts";
import { writeOwner } from "./owner-file.ts";
import { Pool } from "./pool.ts";
import { type Owner, Sandbox } from "./sandbox.ts";

/** Sandboxes that are made at the same time; more only make each other slow. */
const MADE_AT_ONCE = 4;
const HOSTNAME = "sandbox";

export type MakerOptions = {
  driver: SandboxDriver;
  /** Holds the driver's folder of each sandbox, in which its owner is written. */
  runFolder: string;
  log: Logger;
  poolSize: number;
  /** The image of the sandboxes in the pool. */
  poolImage: string;
  sandbox: SandboxLimits;
  lifetime: LifetimeLimits;
  /** Places that neither learners, those who wait included, nor the pool have. Negative where the pool is in the way. */
  spare: () => number;
  /** Whether a sandbox that gets ready now is not wanted any more. */
  isTooLate: () => boolean;
  remove: (id: string) => Promise<void>;
};

/** Takes one short phrase for the page, if there is a wait. */
export type Progress = (what: string) => void;

export class Maker {
  readonly pool: Pool;
  #options: MakerOptions;
  #turns = pLimit(MADE_AT_ONCE);

  constructor(options: MakerOptions) {
    this.#options = options;
    this.pool = new Pool({
      driver: options.driver,
      size: options.poolSize,
      log: options.log,
      create: () => this.#create(options.poolImage),
      mayFill: () => this.#turns.activeCount + this.#turns.pendingCount === 0 && options.spare() > 0,
    });
  }

  /** Nothing is left of it when it throws: SandboxError where it cannot be made, Refusal where it is too late. */
  async make(owner: Owner, lesson: Lesson, onProgress: Progress): Promise<Sandbox> {
    const { driver, runFolder, lifetime, poolImage, log, isTooLate, remove } = this.#options;
    const started = performance.now();
    const ready = lesson.image === poolImage ? this.pool.take() : undefined;
    const id = ready?.id ?? (await this.#createInTurn(lesson.image, onProgress));
    try {
      await furnish(driver, id, lesson, onProgress);
      if (isTooLate()) throw new Refusal("shutting-down", "The lab-server is stopping. Try again in a moment.");
      const life = beginLife(lifetime, uptime());
      await writeOwner(runFolder, id, { ...owner, lessonTitle: lesson.title, life });
      const sandbox = new Sandbox(driver, lifetime, id, owner, lesson.title, life);
      if (ready) sandbox.adoptTerminal(1, ready.terminal);
      const milliseconds = Math.round(performance.now() - started);
      sandboxReady.observe({ source: ready ? "pool" : "cold" }, milliseconds / 1000);
      log.info({ sandbox: id, ...owner, warm: ready !== undefined, milliseconds }, "a sandbox is ready");
      return sandbox;
    } catch (error) {
      ready?.terminal.close();
      await remove(id);
      throw error;
    }
  }

  #createInTurn(image: string, onProgress: Progress): Promise<string> {
    const before = this.#turns.pendingCount;
    onProgress(before === 0 ? "Making your sandbox" : `Waiting for your turn, ${before} before you`);
    return this.#turns(async () => {
      if (before > 0) onProgress("Making your sandbox");
      if (this.#options.spare() < 0) await this.pool.shrink();
      return this.#create(image);
    }).finally(() => this.pool.fill());
  }

  async #create(image: string): Promise<string> {
    const id = randomBytes(8).toString("hex");
    try {
      await this.#options.driver.create({ id, image, hostname: HOSTNAME, limits: this.#options.sandbox });
    } catch (error) {
      sandboxesFailed.inc();
      throw error;
    }
    return id;
  }
}
