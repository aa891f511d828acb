const FIRST = 500;
const LONGEST = 10_000;

/** Milliseconds to wait before try `attempt` (from 1): doubles up to 10 s, and half of it is chance, so that a class does not come back all at once. */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return Math.round(Math.max(FIRST, ceiling * (0.5 + random() / 2)));
}
