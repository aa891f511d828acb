/**
 * Seeds of property tests. A run that failed prints its seed, and UNBOXED_SEED has it again; UNBOXED_FUZZ_RUNS runs longer.
 */
import type { Parameters } from "fast-check";

const SEED = process.env.UNBOXED_SEED;
const RUNS = process.env.UNBOXED_FUZZ_RUNS;

/** What fc.assert is told: a seed of the clock's, unless one is given; `runs` is how often a quick run tries. */
export function quick<T>(runs: number): Parameters<T> {
  return { numRuns: RUNS === undefined ? runs : Number(RUNS), ...(SEED === undefined ? {} : { seed: Number(SEED) }) };
}

/** A seed for a run that draws its own samples. */
export function chooseSeed(): number {
  return SEED === undefined ? Date.now() % 2 ** 31 : Number(SEED);
}
