/** Which pages look at the X-ray of a session's sandbox: they go on with the next one. */
import type { Collector, Viewer } from "./collector.ts";

export class Looks<Page extends Viewer> {
  readonly #collector: Collector;
  /** What ends each look. */
  readonly #ends = new Map<Page, () => void>();
  #sandbox: string | undefined;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  /** Shows the X-ray to a page, or no longer. */
  set(page: Page, looks: boolean): void {
    if (looks === this.#ends.has(page)) return;
    this.#ends.get(page)?.();
    if (looks) this.#ends.set(page, this.#show(page));
    else this.#ends.delete(page);
  }

  /** The sandbox is another one now. */
  attach(sandbox: string): void {
    this.#sandbox = sandbox;
    for (const page of this.#ends.keys()) this.#ends.set(page, this.#show(page));
  }

  /** There is none any more. */
  detach(sandbox: string): void {
    this.#sandbox = undefined;
    this.#collector.forget(sandbox);
  }

  #show(page: Page): () => void {
    return this.#sandbox === undefined ? () => undefined : this.#collector.look(this.#sandbox, page);
  }
}
