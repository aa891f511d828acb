import assert from "node:assert/strict";
import test from "node:test";
import type { Attempt } from "../../classroom/attempts.ts";
import { AttemptTracker } from "../../lab-server/records/attempts.ts";

const OWNER = { learner: "learner-ann", lesson: "plain" };

/** A tracker by a clock that goes only as told. */
function tracked(): { tracker: AttemptTracker; pass: (ms: number) => void; of: (task: string) => Attempt | undefined } {
  let now = 1_000_000;
  const tracker = new AttemptTracker(OWNER, { now: () => now, uptime: () => now / 2 + 7 });
  const seen = new Map<string, Attempt>();
  return {
    tracker,
    // The even clock goes at half the speed, so that a mix-up of the two would show.
    pass: (ms) => {
      now += 2 * ms;
    },
    of: (task) => {
      for (const attempt of tracker.take()) seen.set(attempt.task, attempt);
      return seen.get(task);
    },
  };
}

test("time counts while there are signs of the learner, and no longer than a minute after one", () => {
  const { tracker, pass, of } = tracked();
  tracker.stepIs("one");
  assert.equal(of("one"), undefined, "nobody is there yet");
  tracker.sign();
  assert.equal(of("one")?.startedAt, 1_000_000);
  for (let i = 0; i < 3; i++) {
    pass(20_000);
    tracker.sign();
  }
  assert.equal(of("one")?.activeMs, 60_000);
  pass(60_001);
  tracker.sign();
  assert.equal(of("one")?.activeMs, 60_000, "a longer pause is none of it");
  pass(60_000);
  tracker.sign();
  assert.equal(of("one")?.activeMs, 120_000);
});

test("time before a tick counts for the task that ticked, time after it for the next", () => {
  const { tracker, pass, of } = tracked();
  tracker.stepIs("one");
  tracker.sign();
  pass(10_000);
  tracker.checked({ id: "one", done: true });
  tracker.stepIs("two");
  pass(5_000);
  tracker.sign();
  assert.equal(of("one")?.activeMs, 10_000);
  assert.deepEqual([of("two")?.startedAt, of("two")?.activeMs], [1_020_000, 5_000]);
});

test("while no page is open nothing counts, and coming back begins anew", () => {
  const { tracker, pass, of } = tracked();
  tracker.stepIs("one");
  tracker.sign();
  pass(10_000);
  tracker.left();
  pass(30_000);
  tracker.sign();
  pass(1_000);
  tracker.sign();
  assert.equal(of("one")?.activeMs, 11_000);
});

test("another reason is a failed check; the first, the same again, and one of another task is none", () => {
  const { tracker, of } = tracked();
  tracker.stepIs("one");
  tracker.checked({ id: "two", done: false, reason: "nothing yet" });
  tracker.sign();
  tracker.checked({ id: "one", done: false, reason: "nothing yet" });
  tracker.checked({ id: "one", done: false, reason: "nothing yet" });
  tracker.checked({ id: "two", done: false, reason: "too early" });
  assert.deepEqual([of("one")?.failed, of("one")?.reason], [0, "nothing yet"]);
  tracker.checked({ id: "one", done: false, reason: "too small" });
  tracker.checked({ id: "one", done: false, reason: "too large" });
  assert.deepEqual([of("one")?.failed, of("one")?.reason], [2, "too large"]);
  tracker.checked({ id: "one", done: true });
  tracker.stepIs("two");
  tracker.sign();
  assert.deepEqual([of("two")?.failed, of("two")?.reason], [0, "too early"], "it begins with what its check says now");
});

test("a fresh sandbox makes the checks say what they said first, which is no failure", () => {
  const { tracker, of } = tracked();
  tracker.stepIs("one");
  tracker.sign();
  tracker.checked({ id: "one", done: false, reason: "nothing yet" });
  tracker.checked({ id: "one", done: false, reason: "too small" });
  tracker.startedOver();
  tracker.checked({ id: "one", done: false, reason: "nothing yet" });
  assert.deepEqual([of("one")?.failed, of("one")?.reason], [1, "nothing yet"]);
});

test("what was kept earlier is added, whenever it is read", () => {
  const { tracker, pass, of } = tracked();
  tracker.stepIs("one");
  tracker.sign();
  tracker.checked({ id: "one", done: false, reason: "too small" });
  pass(10_000);
  tracker.sign();
  tracker.restore([{ ...OWNER, task: "one", startedAt: 500, activeMs: 40_000, failed: 3, reason: "old", updatedAt: 900 }]);
  pass(1_000);
  tracker.sign();
  const { startedAt, activeMs, failed, reason } = of("one") ?? {};
  assert.deepEqual([startedAt, activeMs, failed, reason], [500, 51_000, 3, "too small"]);
});

test("what could not be kept is taken again, as it is then", () => {
  const { tracker, pass } = tracked();
  tracker.stepIs("one");
  tracker.sign();
  const taken = tracker.take();
  assert.equal(taken.length, 1);
  assert.deepEqual(tracker.take(), []);
  tracker.giveBack(taken);
  pass(2_000);
  tracker.sign();
  assert.deepEqual(
    tracker.take().map(({ activeMs }) => activeMs),
    [2_000],
  );
});
