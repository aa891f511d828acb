/**
 * How long a sandbox lives. Two clocks run: its lifetime, which the learner can move up to a bound, and idleness,
 * which starts again with each sign of the learner (a key, a page opened, a button).
 */

/** All in milliseconds. */
export type LifetimeLimits = {
  /** Without a sign of the learner for this long it ends. */
  idle: number;
  /** Given at the start. */
  lifetime: number;
  /** Given by each extension, */
  extension: number;
  /** but no sandbox lives longer than this. */
  longest: number;
  /** The learner is warned this long before the end. */
  warning: number;
};

/** Times are milliseconds of one clock that goes on evenly (clock.ts). */
export type Life = {
  createdAt: number;
  /** When its lifetime is over. */
  endsAt: number;
  /** The last sign of the learner. */
  activeAt: number;
};

export type Verdict = {
  phase: "running" | "ending" | "ended";
  /** Which clock runs out first, and when. */
  reason: "idle" | "lifetime";
  endsAt: number;
  /** When to judge again. */
  next: number;
};

export function beginLife(limits: LifetimeLimits, now: number): Life {
  return { createdAt: now, endsAt: now + limits.lifetime, activeAt: now };
}

export function judge(life: Life, limits: LifetimeLimits, now: number): Verdict {
  const idleEnd = life.activeAt + limits.idle;
  const reason = idleEnd < life.endsAt ? "idle" : "lifetime";
  const endsAt = Math.min(idleEnd, life.endsAt);
  // A warning longer than the time itself would be a warning that never goes away.
  const warnsAt = endsAt - Math.min(limits.warning, (reason === "idle" ? limits.idle : limits.lifetime) / 2);
  if (now >= endsAt) return { phase: "ended", reason, endsAt, next: endsAt };
  if (now >= warnsAt) return { phase: "ending", reason, endsAt, next: endsAt };
  return { phase: "running", reason, endsAt, next: warnsAt };
}

/** The life after the learner asked for more time. */
export function extendLife(life: Life, limits: LifetimeLimits, now: number): Life {
  const bound = Math.max(life.endsAt, life.createdAt + limits.longest);
  return { ...life, activeAt: now, endsAt: Math.min(life.endsAt + limits.extension, bound) };
}

/** Whether asking for more time can still move the end of the lifetime. */
export function isExtendable(life: Life, limits: LifetimeLimits): boolean {
  return life.endsAt < life.createdAt + limits.longest;
}
