/** Does again and again what must be looked at while pages are connected, one after the other: a slow database makes it slower, not more. */
import type { Logger } from "pino";

const PERIOD = 1_000;

type Work = () => Promise<void>;

export class Beat {
  readonly #log: Logger;
  readonly #work = new Set<Work>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Each second, until what is returned is called. What it throws is logged. */
  each(work: Work): () => void {
    this.#work.add(work);
    this.#schedule();
    return () => this.#work.delete(work);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#closed || this.#work.size === 0) return;
    this.#timer ??= setTimeout(async () => {
      for (const work of this.#work) {
        try {
          await work();
        } catch (error) {
          if (!this.#closed) this.#log.warn({ error }, "what classes do could not be looked at");
        }
      }
      this.#timer = undefined;
      this.#schedule();
    }, PERIOD);
    this.#timer.unref();
  }
}
