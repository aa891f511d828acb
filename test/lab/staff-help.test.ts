/** What instructors do from their boards: messages, resets, more time, demonstrations. Needs root. */
import assert from "node:assert/strict";
import test from "node:test";
import { DEMONSTRATION } from "../../lab-server/protocol.ts";
import { ANN, BEN, EVE, LESSON, School } from "./school.ts";

test("help from a board", async (t) => {
  await using school = await School.found({ env: { UNBOXED_POOL: "2" } });
  const board = await school.board();
  const [ann, ben, eve] = [await school.page(ANN), await school.page(BEN), await school.page(EVE)];

  await t.test("a message reaches all who are in the class, and nobody else", async () => {
    const answer = await board.ask({ type: "message", to: "all", text: "Five minutes left.", command: "ls -l" });
    assert.ok(answer.type === "done" && answer.reached === 2);
    for (const page of [ann, ben]) {
      const { message } = await page.hear("message");
      assert.deepEqual(
        { from: message.from, text: message.text, command: message.command },
        { from: school.teacher.name, text: "Five minutes left.", command: "ls -l" },
      );
    }
    assert.ok(!eve.messages.some(({ type }) => type === "message"));
  });

  await t.test("a message to one reaches that one; to somebody outside it is refused", async () => {
    const answer = await board.ask({ type: "message", to: [BEN], text: "Well done." });
    assert.ok(answer.type === "done" && answer.reached === 1);
    await ben.hear("message", ({ message }) => message.text === "Well done.");
    assert.ok(!ann.messages.some((said) => said.type === "message" && said.message.text === "Well done."));
    const stranger = await board.ask({ type: "message", to: [BEN, EVE], text: "Hello." });
    assert.ok(stranger.type === "error" && stranger.code === "not-found" && !stranger.fatal);
  });

  await t.test("a sandbox is reset, and given more time", async () => {
    const first = ann.messages.find((message) => message.type === "welcome");
    assert.equal((await board.ask({ type: "reset", learner: ANN, lesson: LESSON })).type, "done");
    const second = await ann.hear("welcome", ({ fresh, sandbox }) => fresh && sandbox.id !== first?.sandbox.id);
    await board.see(ANN, "the fresh sandbox", (row) => row.now?.sandbox === second.sandbox.id);
    assert.equal((await board.ask({ type: "extend", learner: ANN, lesson: LESSON })).type, "done");
    await ann.hear("welcome", ({ sandbox }) => sandbox.endsAt > second.sandbox.endsAt);
    await board.see(ANN, "the later end", (row) => (row.now?.endsAt ?? 0) > second.sandbox.endsAt);
  });

  await t.test("nobody outside the class can be reset, extended or helped", async () => {
    const sandboxes = () => eve.messages.filter(({ type }) => type === "welcome").length;
    for (const type of ["reset", "extend"] as const) {
      const answer = await board.ask({ type, learner: EVE, lesson: LESSON });
      assert.ok(answer.type === "error" && answer.code === "not-found");
      const other = await board.ask({ type, learner: ANN, lesson: "other" });
      assert.ok(other.type === "error" && other.code === "not-found");
    }
    assert.equal(sandboxes(), 1);
  });

  await t.test("a demonstration reaches the class's pages that look, late ones too, and nobody else", async () => {
    const missing = await board.ask({ type: "demonstration.start", lesson: LESSON, terminal: 1 });
    assert.ok(missing.type === "error" && missing.code === "not-found");
    const teacher = await school.teachersPage();
    await teacher.open(1, { cols: 70, rows: 20 });
    await teacher.run(1, "echo before-$((1+1))", "before-2");
    ann.say({ type: "demonstration", look: true });
    assert.equal((await board.ask({ type: "demonstration.start", lesson: LESSON, terminal: 1 })).type, "done");
    await teacher.hear("shown", ({ shown }) => shown?.terminal === 1 && shown.to === school.class.name);
    await ann.hear("demonstration", ({ cols, rows }) => cols === 70 && rows === 20);
    await ben.hear("class", (message) => message.class?.demonstration?.from === school.teacher.name);
    await board.until("who shows", () => board.last("board.change")?.demonstration?.from === school.teacher.name);
    await ann.see(DEMONSTRATION, "before-2");
    await teacher.run(1, "echo during-$((1+1))", "during-2");
    await ann.see(DEMONSTRATION, "during-2");
    assert.equal(ben.bytes(DEMONSTRATION).length, 0, "Ben does not look");
    ben.say({ type: "demonstration", look: true });
    await ben.see(DEMONSTRATION, "before-2");
    await ben.see(DEMONSTRATION, "during-2");
    eve.say({ type: "demonstration", look: true });
    await eve.hear("error", ({ code, fatal }) => code === "not-allowed" && !fatal);
    assert.equal(eve.bytes(DEMONSTRATION).length, 0);
    teacher.say({ type: "resize", terminal: 1, cols: 60, rows: 15 });
    await ann.hear("demonstration", ({ cols, rows }) => cols === 60 && rows === 15);
    await ben.hear("class", (message) => message.class?.demonstration?.cols === 60);
    ann.say({ type: "demonstration", look: false });
    await teacher.run(1, "echo after-$((1+1))", "after-2");
    await ben.see(DEMONSTRATION, "after-2");
    assert.doesNotMatch(ann.output(DEMONSTRATION), /after-2/);
    // What is not taken in does not hold up whoever shows it. (More than twice HIGH_WATERMARK; a page that is silent for long is cut off.)
    ben.pause();
    teacher.type(1, "seq 60000; echo pou''red\n");
    await teacher.see(1, "poured");
    ben.resume();
    await ben.see(DEMONSTRATION, "poured");
    assert.equal((await board.ask({ type: "demonstration.stop" })).type, "done");
    await ben.hear("class", (message) => message.class?.demonstration === null);
    await teacher.hear("shown", ({ shown }) => shown === null);
  });

  await t.test("a demonstration ends with its terminal, and a while after its board has left", async () => {
    const teacher = await school.teachersPage();
    await teacher.open(2);
    await board.ask({ type: "demonstration.start", lesson: LESSON, terminal: 2 });
    await ben.hear("class", (message) => message.class?.demonstration != null);
    teacher.say({ type: "close", terminal: 2 });
    await ben.hear("class", (message) => message.class?.demonstration === null);
    await teacher.open(3);
    await board.ask({ type: "demonstration.start", lesson: LESSON, terminal: 3 });
    await ben.hear("class", (message) => message.class?.demonstration != null);
    const leaves = Date.now();
    board.cut();
    await ben.hear("class", (message) => message.class?.demonstration === null);
    assert.ok(Date.now() - leaves > 5_000);
  });

  await t.test("it is kept what was done", async () => {
    const audited = await school.audited();
    for (const [action, times] of [
      ["message.send", 2],
      ["sandbox.reset", 1],
      ["sandbox.extend", 1],
      ["demonstration.start", 3],
      ["demonstration.stop", 1],
    ] as const)
      assert.equal(audited.filter((one) => one === action).length, times, action);
  });
});
