/** What the board makes of what the lab-server says: who is stuck, in which order, how many; and what the operator reads. */
import assert from "node:assert/strict";
import test from "node:test";
import { AuditAction } from "../../classroom/audit.ts";
import { BoardStore } from "../../components/classroom/board/board-store.ts";
import { inOrder, isShown } from "../../components/classroom/board/order.ts";
import { type RowView, rowView } from "../../components/classroom/board/row.ts";
import { IDLE_AFTER, LONG, MANY_REASONS, stuck } from "../../components/classroom/board/stuck.ts";
import { medians, shareDone, taskTallies } from "../../components/classroom/board/tally.ts";
import { lengthOfTime, minutesInWords } from "../../components/classroom/minutes.ts";
import { auditSentence } from "../../components/operator/audit-sentence.ts";
import { ordered } from "../../components/operator/sandbox-order.ts";
import type { BoardCell, BoardLearner, BoardLesson, OperatedSandbox } from "../../lab-server/staff/wire.ts";

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const LESSON: BoardLesson = {
  slug: "cgroups",
  title: "Control groups",
  tasks: ["make", "move", "cap"].map((id) => ({ id, title: `Do: ${id}` })),
  open: true,
  step: null,
  dueAt: null,
};

function cell(change: Partial<BoardCell> = {}): BoardCell {
  return { activeMs: MINUTE, failed: 0, hints: 0, solution: false, ...change };
}

type Change = Partial<Omit<BoardLearner, "cells" | "now">> & {
  cells?: Record<string, BoardCell>;
  now?: Partial<NonNullable<BoardLearner["now"]>> | null;
};

/** Somebody who works at the second task, well. */
function learner(
  name: string,
  { cells = { make: cell({ doneAt: NOW }), move: cell() }, now = {}, ...change }: Change = {},
): BoardLearner {
  return {
    learner: `learner-${name}`,
    name,
    cells: { cgroups: cells },
    now:
      now === null
        ? null
        : {
            lesson: "cgroups",
            step: "move",
            stepSince: NOW,
            activeAt: NOW,
            sandbox: "0123456789abcdef",
            endsAt: null,
            helpers: [],
            ...now,
          },
    hand: null,
    seenAt: NOW,
    ...change,
  };
}

function row(of: BoardLearner, place?: number): RowView {
  const context = { lesson: LESSON, titles: new Map([["cgroups", LESSON.title]]), place, now: NOW };
  return rowView(of, { ...context, stuck: stuck(of, undefined, NOW) });
}

test("who goes on is not stuck", () => {
  assert.equal(stuck(learner("Bea"), undefined, NOW), undefined);
});

test("stuck: longer than five minutes in a task, and than twice the class's median", () => {
  const at = (activeMs: number, median?: number) =>
    stuck(learner("Bea", { cells: { move: cell({ activeMs }) } }), median, NOW)?.why;
  assert.equal(at(LONG), undefined);
  assert.equal(at(LONG + 1), "slow");
  assert.equal(at(LONG + 1, 2 * MINUTE), "slow");
  assert.equal(at(LONG + 1, 3 * MINUTE), undefined, "the class takes its time");
  assert.equal(at(6 * MINUTE + 1, 3 * MINUTE), "slow");
});

test("stuck: many different reasons of the check", () => {
  const with_ = (failed: number) => stuck(learner("Bea", { cells: { move: cell({ failed }) } }), undefined, NOW)?.why;
  assert.equal(with_(MANY_REASONS - 1), undefined);
  assert.equal(with_(MANY_REASONS), "failing");
});

test("stuck: no sign while the sandbox runs, and not where none runs", () => {
  const quiet = { activeAt: NOW - IDLE_AFTER - 1 };
  assert.equal(stuck(learner("Bea", { now: quiet }), undefined, NOW)?.why, "idle");
  assert.equal(stuck(learner("Bea", { now: { ...quiet, sandbox: null } }), undefined, NOW), undefined);
  assert.equal(stuck(learner("Bea", { now: { activeAt: NOW - IDLE_AFTER } }), undefined, NOW), undefined);
});

test("nobody is stuck who is away, is through, or has done the task", () => {
  const cells = { move: cell({ failed: 9, activeMs: 60 * MINUTE }) };
  assert.equal(stuck(learner("Bea", { cells, now: null }), undefined, NOW), undefined);
  assert.equal(stuck(learner("Bea", { cells, now: { step: null } }), undefined, NOW), undefined);
  assert.equal(stuck(learner("Bea", { cells: { move: cell({ failed: 9, doneAt: NOW }) } }), undefined, NOW), undefined);
});

test("a row tells what was done alone from what was done with hints or the solution", () => {
  const cells = {
    make: cell({ doneAt: NOW, hints: 2 }),
    move: cell({ doneAt: NOW, hints: 1, solution: true }),
    cap: cell({ failed: 1, activeMs: 3.9 * MINUTE }),
  };
  const { cells: views, done, step, minutes } = row(learner("Bea", { cells, now: { step: "cap" } }));
  assert.deepEqual(
    views.map(({ state }) => state),
    ["hints", "solution", "now"],
  );
  assert.equal(done, 2);
  assert.equal(step, 2);
  assert.equal(minutes, 3);
});

test("a task that was tried and left is not one that was only begun, nor one that was not", () => {
  const cells = { make: cell({ failed: 2 }), move: cell() };
  const { cells: views, presence } = row(learner("Bea", { cells, now: null, seenAt: NOW - 5 * MINUTE }));
  assert.deepEqual(
    views.map(({ state }) => state),
    ["failing", "begun", "untouched"],
  );
  assert.equal(presence, "away");
  assert.equal(row(learner("Bea", { cells: {}, now: null, seenAt: null })).presence, "never");
});

test("who needs help stands first: hands by their place, then who is stuck, then all by name", () => {
  const rows = [
    row(learner("Zoe")),
    row(learner("Émile")),
    row(learner("Bea", { cells: { move: cell({ failed: 5 }) } })),
    row(learner("Carl", { hand: NOW - 1 }), 2),
    row(learner("Dora", { hand: NOW - 2 }), 1),
    row(learner("Frank")),
  ];
  const names = (order: string[]) => order.map((id) => id.slice("learner-".length));
  assert.deepEqual(names(inOrder(rows, "help")), ["Dora", "Carl", "Bea", "Émile", "Frank", "Zoe"]);
  assert.deepEqual(names(inOrder(rows, "name")), ["Bea", "Carl", "Dora", "Émile", "Frank", "Zoe"]);
  assert.equal(names(inOrder(rows, "progress"))[0], "Bea", "who did least");
});

test("a filter shows those it names", () => {
  const hand = row(learner("Dora", { hand: NOW }), 1);
  const through = row(
    learner("Eve", {
      cells: Object.fromEntries(["make", "move", "cap"].map((id) => [id, cell({ doneAt: NOW })])),
      now: { step: null },
    }),
  );
  const away = row(learner("Fay", { now: null }));
  const shown = (show: Parameters<typeof isShown>[1], find = "") =>
    [hand, through, away].filter((each) => isShown(each, show, find)).map(({ name }) => name);
  assert.deepEqual(shown("hands"), ["Dora"]);
  assert.deepEqual(shown("finished"), ["Eve"]);
  assert.deepEqual(shown("here"), ["Dora", "Eve"]);
  assert.deepEqual(shown("all", " DO"), ["Dora"]);
});

test("the class in numbers: shares, tasks, and medians only where enough did the task", () => {
  const three = [1, 2, 9].map((minutes, index) =>
    learner(`L${index}`, { cells: { make: cell({ doneAt: NOW, activeMs: minutes * MINUTE }), move: cell() } }),
  );
  assert.equal(shareDone(three, LESSON), 1 / 3);
  assert.equal(shareDone([], LESSON), 0);
  assert.deepEqual([...medians(three, LESSON)], [["make", 2 * MINUTE]]);
  assert.deepEqual([...medians(three.slice(1), LESSON)], []);
  assert.deepEqual(
    taskTallies(
      three.map((each) => row(each)),
      3,
    ),
    [
      { done: 3, now: 0 },
      { done: 0, now: 3 },
      { done: 0, now: 0 },
    ],
  );
});

test("the store keeps what looks the same, and forgets who is gone", async () => {
  const store = new BoardStore();
  const board = { type: "board" as const, at: Date.now(), name: "Class", lessons: [LESSON], demonstration: null };
  const [bea, carl] = [learner("Bea", { now: null }), learner("Carl", { now: null })];
  store.apply({ ...board, learners: [bea, carl] });
  const [head, order, before] = [store.head(), store.order(), store.row(bea.learner)];
  assert.equal(head?.tally.learners, 2);

  store.apply({ type: "board.change", at: Date.now(), learners: [{ ...bea }], gone: [] });
  await drawn(store);
  assert.equal(store.row(bea.learner), before);
  assert.equal(store.order(), order);
  assert.equal(store.head(), head);

  store.apply({ type: "board.change", at: Date.now(), learners: [{ ...bea, hand: Date.now() }], gone: [carl.learner] });
  await drawn(store);
  assert.equal(store.row(bea.learner)?.hand?.place, 1);
  assert.equal(store.row(carl.learner), undefined);
  assert.deepEqual(store.order(), [bea.learner]);
  assert.deepEqual(store.queue(), [bea.learner]);
  assert.equal(store.head()?.tally.hands, 1);
});

test("under a pointer rows keep their places for a moment, and newcomers come after them", async () => {
  const store = new BoardStore();
  const [bea, carl, adam] = [learner("Bea"), learner("Carl"), learner("Adam")];
  store.apply({ type: "board", at: Date.now(), name: "Class", lessons: [LESSON], learners: [bea, carl], demonstration: null });
  const stop = store.start();
  try {
    store.hold();
    store.apply({ type: "board.change", at: Date.now(), learners: [{ ...carl, hand: Date.now() }, adam], gone: [] });
    await drawn(store);
    assert.deepEqual(store.order(), [bea.learner, carl.learner, adam.learner]);
    store.look({ lesson: undefined, sort: "help", show: "all", find: "" });
    assert.deepEqual(store.order(), [carl.learner, adam.learner, bea.learner]);
  } finally {
    stop();
  }
});

test("lengths of time in words", () => {
  assert.equal(lengthOfTime(59_999), "59 s");
  assert.equal(lengthOfTime(60_000), "1 min");
  assert.equal(minutesInWords(60), "1 h");
  assert.equal(minutesInWords(65), "1 h 5 min");
  assert.equal(minutesInWords(60 * 72), "3 days");
});

/** The store gathers news before it draws. */
function drawn(store: BoardStore): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      stop();
      resolve();
    });
  });
}

test("what was done is a sentence after the name of who did it", () => {
  const said = (action: string, details: Record<string, unknown> = {}, target?: string) =>
    auditSentence({ id: "1", at: NOW, actor: "Ada", action, class: undefined, target, details });
  assert.equal(said("account.role", { name: "Bea", from: "learner", to: "operator" }), "made Bea an operator");
  assert.equal(said("terminal.watch", { lesson: "cgroups" }, "Carl"), "looked at the terminal of Carl in cgroups");
  assert.equal(said("message.send", { to: "all", text: "Hello" }), "wrote to all: “Hello”");
  assert.equal(said("message.send", { to: 1, text: "x".repeat(500) }), `wrote to 1 learner: “${"x".repeat(160)}…”`);
  assert.equal(said("class.lessons", { step: 3 }, "cgroups"), "opened 3 tasks of cgroups");
  assert.equal(said("class.lessons", { open: false }, "cgroups"), "closed cgroups");
  assert.equal(said("sandbox.end-all", { count: 12 }), "ended 12 sandboxes, all that ran");
  for (const action of AuditAction.options) assert.doesNotMatch(said(action), /\.|undefined|null/, action);
});

test("sandboxes in order: the most memory first, those without a number last, and only those sought", () => {
  const sandbox = (id: string, name: string | null, memory: number | null): OperatedSandbox => ({
    ...{ id, name, memory, learner: `learner-${id}`, lesson: "cgroups", lessonTitle: "Control groups" },
    ...{ createdAt: NOW, activeAt: NOW, endsAt: NOW, pages: 1, cpu: null },
  });
  const all = [sandbox("a", "Bea", 10), sandbox("b", null, null), sandbox("c", "Carl", 30)];
  const ids = (find: string) => ordered(all, { column: "memory", descending: true }, find).map(({ id }) => id);
  assert.deepEqual(ids(""), ["c", "a", "b"]);
  assert.deepEqual(ids("CARL"), ["c"]);
  assert.deepEqual(ids("learner l"), ["b"], "somebody without a name has the beginning of their id");
});
