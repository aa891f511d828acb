/** How often something may be done by each of many: so many at once, and so many a second on average. */
export type Rate = { burst: number; perSecond: number };

/** Who is not counted any more, if more than these come: whoever came longest ago. */
const MOST_KEYS = 20_000;

/** The generic cell rate algorithm (ITU-T I.371): of each only the moment is kept until which what was taken lasts. */
export class RateLimit {
  readonly #interval: number;
  readonly #tolerance: number;
  readonly #until = new Map<string, number>();

  constructor({ burst, perSecond }: Rate) {
    this.#interval = 1000 / perSecond;
    this.#tolerance = (burst - 1) * this.#interval;
  }

  /** 0 where one more is allowed, which then counts; else the seconds to wait. `now`: milliseconds of a clock that only goes forward. */
  take(key: string, now = performance.now()): number {
    const until = Math.max(now, this.#until.get(key) ?? 0);
    const wait = this.wait(key, now);
    // The last one to come stands at the end.
    this.#until.delete(key);
    this.#until.set(key, wait > 0 ? until : until + this.#interval);
    for (const [oldest] of this.#until) {
      if (this.#until.size <= MOST_KEYS) break;
      this.#until.delete(oldest);
    }
    return wait;
  }

  /** The seconds until one more is allowed, 0 where it is; nothing counts. */
  wait(key: string, now = performance.now()): number {
    const until = Math.max(now, this.#until.get(key) ?? 0);
    return Math.max(0, (until - now - this.#tolerance) / 1000);
  }
}
