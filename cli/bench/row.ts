/** One number of a measurement, and what it is held against. */
import { z } from "zod";

export const Row = z.object({
  name: z.string(),
  /** null where it could not be measured, which `note` explains. */
  value: z.number().nullable(),
  unit: z.string(),
  /** What it is measured against, in the same run and unit. */
  against: z.number().optional(),
  /** value / against. */
  ratio: z.number().optional(),
  /** For example "at most 2 ×". */
  goal: z.string().optional(),
  /** Whether the goal is reached. */
  ok: z.boolean().optional(),
  /** For example "not installed". */
  note: z.string().optional(),
});
export type Row = z.infer<typeof Row>;

type Comparison = { name: string; unit: string; value: number; against: number };

/** A row whose ratio must not be over `most`. */
export function atMost(most: number, { value, against, ...row }: Comparison): Row {
  const ratio = value / against;
  return { ...row, value, against, ratio, goal: `at most ${most} ×`, ok: ratio <= most };
}

/** A row whose ratio must not be under `least`. */
export function atLeast(least: number, { value, against, ...row }: Comparison): Row {
  const ratio = value / against;
  return { ...row, value, against, ratio, goal: `at least ${least} ×`, ok: ratio >= least };
}

/** A row that tells a ratio, and has no goal. */
export function compared({ value, against, ...row }: Comparison): Row {
  return { ...row, value, against, ratio: value / against };
}

/** A row of which there is no number, and why. */
export function notMeasured(name: string, note: string): Row {
  return { name, value: null, unit: "", note };
}

/** A row with a bound of its own. */
export function under(bound: number, row: { name: string; unit: string; value: number }): Row {
  return { ...row, goal: `under ${bound} ${row.unit}`, ok: row.value < bound };
}

/** A quantile of some numbers: `share` 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
