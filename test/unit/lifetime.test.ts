import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { beginLife, extendLife, isExtendable, judge, type LifetimeLimits } from "../../lab-server/sandbox/lifetime.ts";

const MINUTE = 60_000;
const LIMITS: LifetimeLimits = {
  idle: 30 * MINUTE,
  lifetime: 120 * MINUTE,
  extension: 30 * MINUTE,
  longest: 240 * MINUTE,
  warning: 5 * MINUTE,
};

test("without a sign of the learner it warns, then ends", () => {
  const life = beginLife(LIMITS, 0);
  assert.deepEqual(judge(life, LIMITS, 0), { phase: "running", reason: "idle", endsAt: 30 * MINUTE, next: 25 * MINUTE });
  assert.equal(judge(life, LIMITS, 25 * MINUTE).phase, "ending");
  assert.equal(judge(life, LIMITS, 30 * MINUTE).phase, "ended");
});

test("a sign of the learner starts the idle clock again, and not the other", () => {
  const life = { ...beginLife(LIMITS, 0), activeAt: 100 * MINUTE };
  assert.deepEqual(judge(life, LIMITS, 100 * MINUTE), {
    phase: "running",
    reason: "lifetime",
    endsAt: 120 * MINUTE,
    next: 115 * MINUTE,
  });
  assert.equal(judge(life, LIMITS, 116 * MINUTE).phase, "ending");
});

test("extensions add up to the bound and no further", () => {
  let life = beginLife(LIMITS, 0);
  life = extendLife(life, LIMITS, MINUTE);
  assert.equal(life.endsAt, 150 * MINUTE);
  assert.equal(life.activeAt, MINUTE);
  for (let i = 0; i < 10; i++) life = extendLife(life, LIMITS, MINUTE);
  assert.equal(life.endsAt, 240 * MINUTE);
  assert.equal(isExtendable(life, LIMITS), false);
});

test("a life that was promised more, under other limits, is not cut by an extension", () => {
  const life = { createdAt: 0, endsAt: 500 * MINUTE, activeAt: 0 };
  assert.equal(extendLife(life, LIMITS, MINUTE).endsAt, 500 * MINUTE);
});

test("a warning longer than the time itself does not warn from the start", () => {
  const limits = { ...LIMITS, idle: 4_000, warning: 5 * MINUTE };
  assert.equal(judge(beginLife(limits, 0), limits, 0).phase, "running");
  assert.equal(judge(beginLife(limits, 0), limits, 2_000).phase, "ending");
});

test("the next look is never in the past while it lives, and at the next look something has changed", () => {
  const limits = fc.record({
    idle: fc.integer({ min: 600, max: 1e8 }),
    lifetime: fc.integer({ min: 600, max: 1e8 }),
    warning: fc.integer({ min: 600, max: 1e8 }),
  });
  fc.assert(
    fc.property(limits, fc.nat(2e8), fc.nat(1e8), (some, now, active) => {
      const all = { ...some, extension: some.lifetime / 4, longest: 2 * some.lifetime };
      const life = { ...beginLife(all, 0), activeAt: Math.min(active, now) };
      const verdict = judge(life, all, now);
      if (verdict.phase === "ended") return;
      assert(verdict.next > now);
      assert.notEqual(judge(life, all, verdict.next).phase, verdict.phase);
    }),
  );
});
