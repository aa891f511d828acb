/**
 * When which sandbox is read next. A reading costs CPU time; each sandbox has the share of one core that its own readings may take,
 * and all of them together have one more, so that they share fairly and stay bounded however many are looked at. Moments are
 * milliseconds of one clock that only goes forward, costs are milliseconds of CPU time.
 */

/** Between the end of a reading and the beginning of the next, at least. */
export const LEAST_GAP = 60;
/** A sandbox rests so many times as long as its readings took: a bit more than 3 % of a core, which leaves room for what is not counted. */
const REST = 28;
/** Cost that a sandbox may be ahead of its share: one dear reading, such as the first, leaves nobody blind for a second. */
const AHEAD = 60;
/** All of them together rest so many times as long as the last reading took: at most a quarter of a core. */
const REST_OF_ALL = 3;
/** Where something is known to have happened: time for the rest of it to happen, so that one reading sees it all. */
const SETTLE = 8;

/** `paid`: until when what its readings cost is paid for by rest. */
type Turn = { paid: number; earliest: number; due: number };

export class Pace {
  /** When each may be read again, and whether something is known to have happened in it. */
  readonly #turns = new Map<string, Turn>();
  #freeAt = 0;

  /** It is read from now on, at once. */
  add(id: string, now: number): void {
    this.#turns.set(id, { paid: now, earliest: now, due: now });
  }

  remove(id: string): void {
    this.#turns.delete(id);
  }

  /** It was read, which ended at `end`. */
  spent(id: string, cost: number, end: number): void {
    this.#freeAt = end + REST_OF_ALL * cost;
    const turn = this.#turns.get(id);
    if (!turn) return;
    turn.paid = Math.max(turn.paid, end) + REST * cost;
    turn.earliest = Math.max(end, turn.paid - REST * AHEAD);
    turn.due = Math.max(end + LEAST_GAP, turn.earliest);
  }

  /** Something happened in it: it is read as soon as its share lets it. */
  wake(id: string, now: number): void {
    const turn = this.#turns.get(id);
    if (turn) turn.due = Math.min(turn.due, Math.max(now + SETTLE, turn.earliest));
  }

  /** The one that has waited longest, and when it may be read; undefined: there is none. */
  next(): { id: string; at: number } | undefined {
    let first: { id: string; at: number } | undefined;
    for (const [id, { due }] of this.#turns) if (!first || due < first.at) first = { id, at: due };
    return first && { id: first.id, at: Math.max(first.at, this.#freeAt) };
  }
}

/** The pace of a part that costs more than the rest: it is read again after so many times its own cost, and at the earliest after `gap`. */
export class PartPace {
  readonly #gap: number;
  readonly #share: number;
  #due = 0;

  /** `share` of a core, as in 0.02. */
  constructor(gap: number, share: number) {
    this.#gap = gap;
    this.#share = share;
  }

  isDue(now: number): boolean {
    return now >= this.#due;
  }

  spent(cost: number, end: number): void {
    this.#due = end + Math.max(this.#gap, cost / this.#share);
  }
}
