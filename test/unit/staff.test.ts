/** The pure parts of a live class: hands, steps, cells, who was turned away. */
import assert from "node:assert/strict";
import test from "node:test";
import { TurnedAway } from "../../lab-server/sandbox/turned-away.ts";
import { Cells } from "../../lab-server/staff/cells.ts";
import { Hands } from "../../lab-server/staff/hands.ts";
import { Step } from "../../lab-server/step.ts";

const MINUTE = 60_000;

test("hands keep their order; one of somebody who stays away comes down, one of somebody who comes back does not", () => {
  const hands = new Hands();
  assert.equal(hands.raise("ann", 10), true);
  assert.equal(hands.raise("ben", 20), true);
  assert.equal(hands.raise("ann", 30), false);
  assert.deepEqual(hands.place("ann"), { place: 1, since: 10 });
  assert.deepEqual(hands.place("ben"), { place: 2, since: 20 });
  assert.equal(hands.place("eve"), null);
  const here = new Set<string>();
  const look = (now: number) => hands.lowerAway((learner) => here.has(learner), now);
  assert.deepEqual(look(0), []);
  here.add("ben");
  assert.deepEqual(look(2 * MINUTE), []);
  here.delete("ben");
  assert.deepEqual(look(4 * MINUTE), ["ann"]);
  assert.deepEqual(hands.place("ben"), { place: 1, since: 20 });
  assert.deepEqual(look(6 * MINUTE), []);
  assert.deepEqual(look(8 * MINUTE), ["ben"]);
  assert.equal(hands.size, 0);
});

test("the step is what the page shows while that is open, else the first that is", () => {
  const told: (string | null)[] = [];
  const step = new Step((task) => told.push(task));
  const states = (...done: string[]) => ["a", "b", "c"].map((id) => ({ id, done: done.includes(id) }));
  step.follow(states());
  assert.equal(step.show("no-such", states()), false);
  assert.equal(step.show("b", states()), true);
  assert.equal(step.show("b", states()), false);
  step.follow(states("b"));
  step.follow(states("a", "b"));
  step.follow(states("a", "b", "c"));
  assert.deepEqual(told, ["a", "b", "a", "c", null]);
});

test("a cell keeps its tick until the database has it, and says whether something is new", () => {
  const cells = new Cells();
  const lessons = [{ slug: "one", title: "One", tasks: [], open: true, step: null, dueAt: null }];
  const traces = {
    learner: "ann",
    lesson: "one",
    task: "a",
    doneAt: undefined,
    activeMs: 5,
    failed: 1,
    hints: 0,
    solution: false,
  };
  assert.equal(cells.fill({ ...traces, at: 1 }), true);
  assert.equal(cells.fill({ ...traces, at: 2 }), false);
  cells.tick("one", "a", 10);
  assert.equal(cells.fill({ ...traces, at: 3 }), false, "what is read before the tick is written does not take it back");
  assert.equal(cells.fill({ ...traces, doneAt: 9, hints: 1, at: 9 }), true);
  cells.tick("one", "a", 20);
  assert.deepEqual(cells.of(lessons), { one: { a: { doneAt: 9, activeMs: 5, failed: 1, hints: 1, solution: false } } });
  assert.deepEqual(cells.of([]), {});
});

test("somebody who is turned away again and again is one, for ten minutes", () => {
  const away = new TurnedAway();
  for (const now of [0, 1, 2]) away.note("ann", now);
  away.note("ben", 5 * MINUTE);
  assert.equal(away.recent(5 * MINUTE), 2);
  assert.equal(away.recent(11 * MINUTE), 1);
  assert.equal(away.recent(16 * MINUTE), 0);
});
