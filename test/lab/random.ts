/** Random numbers that come again with their seed (mulberry32), so that a run that failed can be had again: UNBOXED_SEED=… npm test. */
import type { TestContext } from "node:test";

export type Random = {
  /** From 0 to 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
};

/** A new one for a test, which prints its seed. */
export function seededRandom(test: TestContext): Random {
  const seed = Number(process.env.UNBOXED_SEED ?? Math.floor(Math.random() * 2 ** 32));
  test.diagnostic(`seed ${seed}`);
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, between, pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0] };
}
