/** The board of a class, and what learners hear of their class. Needs root. */
import assert from "node:assert/strict";
import test from "node:test";
import { changeLesson } from "../../classroom/class-lessons.ts";
import { joinClass, removeMember } from "../../classroom/members.ts";
import { recordReveal } from "../../classroom/progress.ts";
import { ANN, BEN, EVE, LESSON, School } from "./school.ts";

/** Milliseconds. */
const A_SECOND = 1_000;

test("a board", async (t) => {
  await using school = await School.found({ env: { UNBOXED_POOL: "2" } });
  const { db, teacher } = school;
  const actor = { account: teacher.id, name: teacher.name };
  const board = await school.board();

  await t.test("shows the class, its lesson and its learners", () => {
    const shown = board.last("board");
    assert.equal(shown?.name, school.class.name);
    assert.deepEqual(shown?.lessons, [
      {
        slug: LESSON,
        title: "A lesson for a class",
        tasks: [
          { id: "directory", title: "Make a directory" },
          { id: "file", title: "Make a file in it" },
        ],
        open: true,
        step: null,
        dueAt: null,
      },
    ]);
    assert.deepEqual(
      shown?.learners.map(({ name, cells, now, hand }) => ({ name, cells, now, hand })),
      [
        { name: "Ann", cells: {}, now: null, hand: null },
        { name: "Ben", cells: {}, now: null, hand: null },
      ],
    );
  });

  const ann = await school.page(ANN);
  await ann.open(1);

  await t.test("shows who is there, with their step and why it is not done", async () => {
    ann.say({ type: "check", task: "directory" });
    const { now } = await board.see(ANN, "the reason", (row) => row.now?.reason !== undefined);
    assert.equal(now?.reason, "There is no directory /root/box yet.");
    assert.equal(now?.lesson, LESSON);
    assert.equal(now?.step, "directory");
    assert.equal(now?.sandbox, ann.messages.find((message) => message.type === "welcome")?.sandbox.id);
    assert.equal(board.row(BEN).now, null);
  });

  await t.test("shows a tick within a second of the learner's own page", async () => {
    let told = 0;
    const seen = board.see(ANN, "the tick", (row) => row.cells[LESSON]?.directory?.doneAt !== undefined).then(() => Date.now());
    ann.type(1, "mkdir /root/box\n");
    await ann.hear("task", ({ task }) => {
      if (task.id === "directory" && task.done) told = Date.now();
      return told > 0;
    });
    const late = (await seen) - told;
    assert.ok(late < A_SECOND, `${late} ms`);
    assert.equal(board.row(ANN).now?.step, "file");
    const change = board.last("board.change");
    assert.deepEqual(
      change?.learners.map(({ learner }) => learner),
      [ANN],
    );
  });

  await t.test("the step is what the page shows, as long as that is not done", async () => {
    ann.say({ type: "step", task: "directory" });
    ann.say({ type: "step", task: "file" });
    ann.type(1, "rmdir /root/box\n");
    await board.see(ANN, "the step", (row) => row.now?.step === "file");
    const ben = await school.page(BEN);
    ben.say({ type: "step", task: "file" });
    await board.see(BEN, "the step that is shown", (row) => row.now?.step === "file");
    ben.cut();
    const { seenAt } = await board.see(BEN, "that he left", (row) => row.now === null);
    assert.ok(seenAt && Date.now() - seenAt < 60 * A_SECOND);
  });

  await t.test("shows what the site writes down", async () => {
    await recordReveal(db, { learner: ANN, lesson: LESSON, task: "file" });
    await board.see(ANN, "the solution", (row) => row.cells[LESSON]?.file?.solution === true);
  });

  await t.test("two hands have places, which learners and the board see", async () => {
    const ben = await school.page(BEN);
    ann.say({ type: "hand", raised: true });
    assert.equal((await ann.hear("class", (message) => message.class?.hand != null)).class?.hand?.place, 1);
    ben.say({ type: "hand", raised: true });
    await ben.hear("class", (message) => message.class?.hand?.place === 2);
    await board.see(BEN, "the hand", (row) => row.hand !== null);
    assert.ok((board.row(ANN).hand ?? 0) <= (board.row(BEN).hand ?? 0));
    // The page is loaded again: the hand stays up.
    ann.cut();
    const again = await school.page(ANN);
    await again.hear("class", (message) => message.class?.hand?.place === 1);
    assert.deepEqual(await board.ask({ type: "hand.lower", learner: ANN }), { type: "done", id: 1 });
    await again.hear("class", (message) => message.class?.hand === null);
    await ben.hear("class", (message) => message.class?.hand?.place === 1);
    await board.see(ANN, "no hand", (row) => row.hand === null);
    ben.say({ type: "hand", raised: false });
    await board.see(BEN, "no hand", (row) => row.hand === null);
    again.cut();
    ben.cut();
  });

  await t.test("somebody who joins appears, learns of the class, and is gone when removed", async () => {
    const eve = await school.page(EVE);
    await eve.hear("class", (message) => message.class === null);
    eve.say({ type: "hand", raised: true });
    await eve.hear("error", ({ code, fatal }) => code === "not-allowed" && !fatal);
    await joinClass(db, { class: school.class, learner: EVE, name: "Eve" });
    await eve.hear("class", (message) => message.class?.id === school.class.id);
    await board.see(EVE, "where she is", (row) => row.now?.lesson === LESSON);
    await removeMember(db, actor, school.class.id, EVE);
    await eve.hear("class", (message) => message.class === null);
    await board.until("that Eve is gone", () => !board.learners.has(EVE));
    eve.cut();
  });

  await t.test("a lesson's pace is told, and one that is closed sends its pages away and keeps the sandbox", async () => {
    const ben = await school.page(BEN);
    await ben.hear("class", (message) => message.class?.step === null);
    await changeLesson(db, actor, school.class.id, LESSON, { step: 1 });
    await ben.hear("class", (message) => message.class?.step === 1);
    await board.until("the pace", () => board.last("board.change")?.lessons?.[0]?.step === 1 || steps(board).includes(1));
    await changeLesson(db, actor, school.class.id, LESSON, { open: false });
    await ben.hear("error", ({ code, fatal }) => code === "lesson-closed" && fatal);
    await ben.closed;
    const late = await school.lab.socket();
    late.hello(await school.lab.ticket(BEN, LESSON), crypto.randomUUID());
    await late.hear("error", ({ code, fatal }) => code === "lesson-closed" && fatal);
    await changeLesson(db, actor, school.class.id, LESSON, { open: true });
    const back = await school.page(BEN);
    assert.ok(back.messages.some((message) => message.type === "welcome" && !message.fresh));
  });

  await t.test("tells how the class fares", async () => {
    const answer = await board.ask({ type: "statistics", lesson: LESSON });
    assert.equal(answer.type, "statistics");
    assert.ok(answer.type === "statistics");
    assert.deepEqual(
      answer.tasks.map(({ task, done, solutions }) => ({ task, done, solutions })),
      [
        { task: "directory", done: 1, solutions: 0 },
        { task: "file", done: 0, solutions: 1 },
      ],
    );
    const none = await board.ask({ type: "statistics", lesson: "other" });
    assert.ok(none.type === "error" && none.code === "not-found");
  });
});

function steps(board: Awaited<ReturnType<School["board"]>>): (number | null | undefined)[] {
  return board.messages.flatMap((message) =>
    message.type === "board.change" ? (message.lessons ?? []).map(({ step }) => step) : [],
  );
}

test("hands that are up stay up, in their order, when the lab-server is killed", async () => {
  await using school = await School.found();
  const { lab } = school;
  const raise = async (learner: string, place: number) => {
    const page = await school.page(learner);
    page.say({ type: "hand", raised: true });
    await page.hear("class", (message) => message.class?.hand?.place === place);
  };
  await raise(BEN, 1);
  await raise(ANN, 2);
  await lab.stop("SIGKILL");
  await lab.start();
  const board = await school.board();
  assert.ok((board.row(BEN).hand ?? Number.POSITIVE_INFINITY) <= (board.row(ANN).hand ?? 0));
  const ann = await school.page(ANN);
  await ann.hear("class", (message) => message.class?.hand?.place === 2);
  await board.ask({ type: "hand.lower", learner: BEN });
  await ann.hear("class", (message) => message.class?.hand?.place === 1);
  await lab.stop("SIGKILL");
  await lab.start();
  const after = await school.board();
  assert.equal(after.row(BEN).hand, null);
  assert.equal(typeof after.row(ANN).hand, "number");
});
