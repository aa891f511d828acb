/**
 * The clock that sandboxes live by. It goes on evenly whatever time the machine is told that it is, and all processes since the
 * machine's start share it: CLOCK_MONOTONIC, clock_gettime(2).
 */

/** Milliseconds. The two clocks may drift apart by so much before a time that was told is told otherwise. */
const DRIFT = 1_000;

let difference = Number.NaN;

/** Milliseconds since the machine's start. */
export function uptime(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** That moment as milliseconds since the epoch, by what the machine believes now. */
export function wallClock(moment: number): number {
  const now = Date.now() - uptime();
  if (!(Math.abs(now - difference) < DRIFT)) difference = now;
  return moment + difference;
}
