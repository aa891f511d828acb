import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Allowance } from "../../lab-server/allowance.ts";
import { LEAST_GAP, Pace, PartPace } from "../../lab-server/xray/pace.ts";

/** Reads for a while as the loop does, each time at a sandbox's cost. Returns what each one took, how often, and the longest it waited. */
function run(costs: ReadonlyMap<string, number>, milliseconds: number) {
  const pace = new Pace();
  for (const id of costs.keys()) pace.add(id, 0);
  const spent = new Map([...costs.keys()].map((id) => [id, { time: 0, times: 0, last: 0, longest: 0 }]));
  let now = 0;
  for (;;) {
    const next = pace.next();
    assert(next);
    now = Math.max(now, next.at);
    if (now >= milliseconds) return spent;
    const cost = costs.get(next.id);
    const mine = spent.get(next.id);
    assert(cost !== undefined && mine);
    mine.longest = Math.max(mine.longest, now - mine.last);
    mine.last = now;
    now += cost;
    mine.time += cost;
    mine.times += 1;
    pace.spent(next.id, cost, now);
  }
}

test("a sandbox takes less than 5 % of a core, all together at most a quarter, and none is forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 40, noNaN: true }), { minLength: 1, maxLength: 40 }), (costs) => {
      const time = 60_000;
      const spent = run(new Map(costs.map((cost, index) => [`s${index}`, cost])), time);
      const all = [...spent.values()].reduce((sum, one) => sum + one.time, 0);
      const longest = Math.max(...costs);
      assert(all <= 0.25 * time + longest, `all took ${all}`);
      for (const [id, { time: mine, times }] of spent) {
        assert(mine <= 0.05 * time + longest, `${id} took ${mine}`);
        assert(times > 0);
      }
    }),
  );
});

test("a sandbox that costs little is read after the least gap, and those of the same cost equally often", () => {
  const one = run(new Map([["a", 1]]), 10_000).get("a");
  assert(one && one.times === Math.ceil(10_000 / (LEAST_GAP + 1)), `${one?.times}`);
  const many = [...run(new Map(Array.from({ length: 100 }, (_, index) => [`s${index}`, 3])), 60_000).values()];
  const times = many.map((each) => each.times);
  assert(Math.max(...times) - Math.min(...times) <= 1);
});

test("something that happened is read at once, except where the share is used up", () => {
  const pace = new Pace();
  pace.add("a", 0);
  pace.spent("a", 1, 1);
  assert.deepEqual(pace.next(), { id: "a", at: 61 });
  pace.wake("a", 25);
  assert.deepEqual(pace.next(), { id: "a", at: 33 });
  pace.wake("a", 30);
  assert.deepEqual(pace.next(), { id: "a", at: 33 });
  pace.spent("a", 10, 43);
  pace.wake("a", 50);
  assert.deepEqual(pace.next(), { id: "a", at: 73 }, "one dear reading is within what it may be ahead");
  pace.spent("a", 100, 173);
  pace.wake("a", 180);
  assert.deepEqual(pace.next(), { id: "a", at: 323 + 2800 - 1680 });
  pace.wake("b", 50);
  pace.remove("a");
  assert.equal(pace.next(), undefined);
});

test("a part has a gap and a share of its own", () => {
  const part = new PartPace(100, 0.02);
  assert(part.isDue(0));
  part.spent(1, 1);
  assert(!part.isDue(100) && part.isDue(101));
  part.spent(5, 200);
  assert(!part.isDue(449) && part.isDue(450));
});

test("an allowance is used up and grows again, never over its most", () => {
  const allowance = new Allowance(2, 4, 0);
  assert.deepEqual([allowance.take(0), allowance.take(0), allowance.take(0)], [true, true, false]);
  assert.deepEqual([allowance.take(249), allowance.take(251)], [false, true]);
  assert.deepEqual([allowance.take(10_000), allowance.take(10_000), allowance.take(10_000)], [true, true, false]);
});
