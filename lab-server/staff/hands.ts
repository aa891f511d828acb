/** The raised hands of a class, in the order in which they were raised. */

/** Milliseconds that a hand stays up while its learner is away: they may be loading the page again. */
const AWAY = 3 * 60_000;

type Hand = { since: number; awaySince: number | undefined };

export class Hands {
  readonly #hands = new Map<string, Hand>();

  get size(): number {
    return this.#hands.size;
  }

  get learners(): string[] {
    return [...this.#hands.keys()];
  }

  /** When the learner raised their hand, milliseconds since the epoch; undefined while it is down. */
  since(learner: string): number | undefined {
    return this.#hands.get(learner)?.since;
  }

  /** Where they stand, the first being 1, and since when. */
  place(learner: string): { place: number; since: number } | null {
    const since = this.since(learner);
    return since === undefined ? null : { place: this.learners.indexOf(learner) + 1, since };
  }

  /** Returns whether it was not so before. */
  raise(learner: string, now = Date.now()): boolean {
    if (this.#hands.has(learner)) return false;
    this.#hands.set(learner, { since: now, awaySince: undefined });
    return true;
  }

  lower(learner: string): boolean {
    return this.#hands.delete(learner);
  }

  /** Takes down the hands of those who have been away for long. Returns whose. */
  lowerAway(isHere: (learner: string) => boolean, now = Date.now()): string[] {
    const lowered: string[] = [];
    for (const [learner, hand] of this.#hands) {
      hand.awaySince = isHere(learner) ? undefined : (hand.awaySince ?? now);
      if (hand.awaySince === undefined || now - hand.awaySince < AWAY) continue;
      this.#hands.delete(learner);
      lowered.push(learner);
    }
    return lowered;
  }
}
