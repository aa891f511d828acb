/** Learners who were turned away because the server was full. Who tries again and again is one. */

/** Milliseconds that one is remembered. */
const WHILE = 10 * 60_000;
const MOST = 10_000;

export class TurnedAway {
  /** In order of the last time. */
  readonly #at = new Map<string, number>();

  note(learner: string, now = performance.now()): void {
    this.#at.delete(learner);
    this.#at.set(learner, now);
    const [oldest] = this.#at.keys();
    if (this.#at.size > MOST && oldest !== undefined) this.#at.delete(oldest);
  }

  /** How many there were in the last ten minutes. */
  recent(now = performance.now()): number {
    for (const [learner, at] of this.#at) {
      if (now - at <= WHILE) break;
      this.#at.delete(learner);
    }
    return this.#at.size;
  }
}
