/** Milliseconds after signing in in which what cannot be taken back needs no password. */
const FRESH = 10 * 60 * 1000;

/** Whether somebody has just signed in: a session that was left open somewhere is not enough for everything. */
export function isFresh(found: { session: { createdAt: Date } } | null): boolean {
  return found !== null && Date.now() - found.session.createdAt.getTime() < FRESH;
}
