/**
 * What one learner does in one lesson, task by task: when a task became the one to do, how long they were at it, what its check said. Knows
 * neither a database nor a sandbox.
 */
import type { Attempt } from "../../classroom/attempts.ts";
import type { TaskState } from "../protocol.ts";
import type { Owner } from "../sandbox/sandbox.ts";

/** Milliseconds. Between two signs that are further apart the learner was elsewhere. */
const LONGEST_PAUSE = 60_000;

/** Milliseconds: since the epoch, and of a clock that goes evenly. */
export type Clock = { now(): number; uptime(): number };

export class AttemptTracker {
  readonly #owner: Owner;
  readonly #clock: Clock;
  /** The task before the learner. */
  #step: string | null = null;
  readonly #attempts = new Map<string, Attempt>();
  /** Tasks whose attempts are not taken yet as they are now. */
  readonly #changed = new Set<string>();
  /** What each check says now. */
  readonly #reasons = new Map<string, string>();
  /** When the last sign of the learner was, by the even clock; undefined while they are away. */
  #lastSign: number | undefined;

  constructor(owner: Owner, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  /** What was kept of an earlier time. It is added to what came since. */
  restore(kept: readonly Attempt[]): void {
    for (const { task, startedAt, activeMs, failed, reason, updatedAt } of kept) {
      const since = this.#attempts.get(task);
      this.#attempts.set(task, {
        ...this.#owner,
        task,
        startedAt: Math.min(startedAt, since?.startedAt ?? startedAt),
        activeMs: activeMs + (since?.activeMs ?? 0),
        failed: failed + (since?.failed ?? 0),
        reason: since?.reason ?? reason,
        updatedAt: Math.max(updatedAt, since?.updatedAt ?? updatedAt),
      });
    }
  }

  /** The learner did something: they came, a key, a button. The time since the last sign counts for the task before them. */
  sign(): void {
    this.#spend();
    this.#begin();
  }

  /** Another task is before the learner; null: all are done. */
  stepIs(task: string | null): void {
    if (task === this.#step) return;
    // It may move while nobody is there, such as when a lesson has changed.
    if (this.#lastSign !== undefined) this.#spend();
    this.#step = task;
    if (this.#lastSign !== undefined) this.#begin();
  }

  /** What a check says now. */
  checked({ id, done, reason }: TaskState): void {
    if (done) {
      this.#spend();
      return;
    }
    if (reason === undefined) return;
    this.#reasons.set(id, reason);
    const attempt = this.#attempts.get(id);
    if (attempt === undefined || id !== this.#step || attempt.reason === reason) return;
    // The first reason only says that there is something to do.
    this.#change({ ...attempt, reason, failed: attempt.failed + (attempt.reason === null ? 0 : 1) });
  }

  /** The learner has no page open. */
  left(): void {
    if (this.#lastSign !== undefined) this.#spend();
    this.#lastSign = undefined;
  }

  /** The sandbox is another: what its checks say first is no news of the learner. */
  startedOver(): void {
    this.#reasons.clear();
    const attempt = this.#step === null ? undefined : this.#attempts.get(this.#step);
    if (attempt !== undefined && attempt.reason !== null) this.#change({ ...attempt, reason: null });
  }

  /** What changed since the last time, as it is now. */
  take(): Attempt[] {
    const changed = [...this.#changed].flatMap((task) => this.#attempts.get(task) ?? []);
    this.#changed.clear();
    return changed;
  }

  /** What was taken could not be kept: it is taken again. */
  giveBack(attempts: readonly Attempt[]): void {
    for (const { task } of attempts) this.#changed.add(task);
  }

  #spend(): void {
    const now = this.#clock.uptime();
    const spent = this.#lastSign === undefined ? 0 : now - this.#lastSign;
    this.#lastSign = now;
    const attempt = this.#step === null ? undefined : this.#attempts.get(this.#step);
    if (attempt !== undefined && spent > 0 && spent <= LONGEST_PAUSE)
      this.#change({ ...attempt, activeMs: attempt.activeMs + spent });
  }

  /** The task before the learner has begun, if it has not before. */
  #begin(): void {
    if (this.#step === null || this.#attempts.has(this.#step)) return;
    const now = this.#clock.now();
    const reason = this.#reasons.get(this.#step) ?? null;
    this.#change({ ...this.#owner, task: this.#step, startedAt: now, activeMs: 0, failed: 0, reason, updatedAt: now });
  }

  #change(attempt: Attempt): void {
    this.#attempts.set(attempt.task, { ...attempt, updatedAt: this.#clock.now() });
    this.#changed.add(attempt.task);
  }
}
