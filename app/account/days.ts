/** Times in words, as coarse as they need to be. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago it was, `at` in milliseconds since the epoch. */
export function daysAgo(at: number, now = Date.now()): string {
  const passed = Math.max(0, now - at);
  if (passed < HOUR) return "within the last hour";
  if (passed < DAY) return count(Math.floor(passed / HOUR), "hour", " ago");
  return count(Math.floor(passed / DAY), "day", " ago");
}

function count(number: number, what: string, after: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}${after}`;
}
