/**
 * Sandboxes kept ready before anyone asks: running, with a shell at its prompt on terminal 1, so that a learner
 * who comes waits for nothing. Filled one at a time, and never while a learner waits for one to be made.
 */
import type { Logger } from "pino";
import { Terminal } from "../terminal/terminal.ts";
import type { SandboxDriver } from "./driver.ts";
import { shell } from "./shell.ts";

/** Milliseconds. A learner who just came has the machine first. */
const REFILL_DELAY = 300;
/** Milliseconds between tries after a failure: doubles from the first to the last. */
const FIRST_BACKOFF = 1_000;
const LAST_BACKOFF = 60_000;

export type Ready = { id: string; terminal: Terminal };

export type PoolOptions = {
  driver: SandboxDriver;
  /** How many are kept ready. */
  size: number;
  /** Makes a sandbox of the pool's image, and leaves nothing behind when it throws. */
  create: () => Promise<string>;
  /** False while a learner waits, or the server is full. */
  mayFill: () => boolean;
  log: Logger;
};

export class Pool {
  #options: PoolOptions;
  #ready: Ready[] = [];
  #timer: NodeJS.Timeout | undefined;
  #filling: Promise<void> | undefined;
  #backoff = FIRST_BACKOFF;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#ready.length;
  }

  get ids(): readonly string[] {
    return this.#ready.map(({ id }) => id);
  }

  /** One that is ready, or undefined. It is the caller's now. */
  take(): Ready | undefined {
    const ready = this.#ready.shift();
    this.fill();
    return ready;
  }

  /** Destroys one that is ready, so that something else has its place. */
  async shrink(): Promise<void> {
    const ready = this.#ready.pop();
    if (ready) await this.#discard(ready);
  }

  /** Sees to it that the pool gets full, soon. Call it again when `mayFill` may have changed. */
  fill(delay = REFILL_DELAY): void {
    if (this.#closed || this.#timer !== undefined || this.#filling || this.#ready.length >= this.#options.size) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#closed || !this.#options.mayFill()) return;
      this.#filling = this.#add().finally(() => {
        this.#filling = undefined;
      });
      void this.#filling.then(
        () => {
          this.#backoff = FIRST_BACKOFF;
          this.fill(0);
        },
        (error: unknown) => {
          this.#options.log.warn({ error, nextTry: this.#backoff }, "a sandbox for the pool could not be made");
          this.fill(this.#backoff);
          this.#backoff = Math.min(2 * this.#backoff, LAST_BACKOFF);
        },
      );
    }, delay);
    this.#timer.unref();
  }

  /** A sandbox of the pool died by itself. */
  async drop(id: string): Promise<void> {
    const dead = this.#ready.find((ready) => ready.id === id);
    if (!dead) return;
    this.#ready = this.#ready.filter((ready) => ready !== dead);
    this.fill();
    await this.#discard(dead);
  }

  /** Stops filling and destroys what is ready. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#filling?.catch(() => undefined);
    await Promise.all(this.#ready.splice(0).map((ready) => this.#discard(ready)));
  }

  async #add(): Promise<void> {
    const { driver, log, create } = this.#options;
    const id = await create();
    try {
      const terminal = new Terminal(await driver.openTerminal(id, 1, shell(driver.host, 80, 24)));
      this.#ready.push({ id, terminal });
      terminal.onExit(() => {
        void this.drop(id).catch((error: unknown) =>
          log.error({ error, sandbox: id }, "a dead sandbox of the pool could not be removed"),
        );
      });
      log.info({ sandbox: id, ready: this.#ready.length }, "a sandbox is ready in the pool");
    } catch (error) {
      await driver.destroy(id);
      throw error;
    }
  }

  async #discard({ id, terminal }: Ready): Promise<void> {
    terminal.close();
    await this.#options.driver.destroy(id);
  }
}
