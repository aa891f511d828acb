/** Who may be at a staff page, and who may not. Needs root. */
import assert from "node:assert/strict";
import test from "node:test";
import { STAFF_PROTOCOL_VERSION, STAFF_SOCKET_PATH } from "../../lab-server/staff/wire.ts";
import { chooseSeed } from "../fuzz/seed.ts";
import { sendAll } from "../fuzz/send.ts";
import { lay } from "../fuzz/siege.ts";
import { staffFrame } from "../fuzz/staff-frames.ts";
import { ANN, LESSON, makeClass, person, School } from "./school.ts";
import { StaffClient } from "./staff-client.ts";

test("who may be at a staff page", async (t) => {
  await using school = await School.found();
  const { db, teacher, lab } = school;
  const other = await person(db, "other", "instructor");
  const theirs = await makeClass(db, other, "Another class");
  const board = { kind: "board", account: teacher.id, name: teacher.name, learner: "learner-teacher" } as const;

  await t.test("neither without a ticket, nor with one of another kind, class or time", async () => {
    const page = { kind: "learner", learner: ANN, lesson: LESSON } as const;
    const watch = {
      kind: "watch",
      learner: ANN,
      lesson: LESSON,
      class: school.class.id,
      account: teacher.id,
      name: "T",
    } as const;
    for (const [what, code, ticket] of [
      ["a learner's", "bad-ticket", page],
      ["one to look on", "bad-ticket", watch],
      ["another's class", "not-allowed", { ...board, class: theirs.id }],
      ["no class", "not-allowed", { ...board, class: "none" }],
      ["no account", "not-allowed", { ...board, class: school.class.id, account: "account-nobody" }],
      ["no operator", "not-allowed", { kind: "operator", account: teacher.id, name: "T" }],
    ] as const) {
      const refused = await school.staff(ticket);
      assert.equal(await refused.refusal(), code, what);
      assert.ok(!refused.messages.some(({ type }) => type === "board" || type === "operations"), what);
    }
    const stray = await school.lab.socket();
    stray.hello(await school.ticket({ ...board, class: school.class.id }), crypto.randomUUID());
    await stray.hear("error", ({ code, fatal }) => code === "bad-ticket" && fatal);
  });

  await t.test("a page of another site is refused", async () => {
    for (const foreign of [
      new StaffClient(lab.port, "https://elsewhere.example"),
      new StaffClient(lab.port, lab.origin, { "sec-fetch-site": "cross-site" }),
    ])
      assert.equal(await foreign.refusal(), "bad-origin");
  });

  await t.test("an instructor does nothing of an operator's, and the other way round", async () => {
    const [instructors, operators] = [await school.board(), await school.operator()];
    for (const wish of [
      { type: "sandbox.end", sandbox: "0123456789abcdef" },
      { type: "sandbox.end-all" },
      { type: "broadcast", text: "x" },
      { type: "drain" },
    ] as const) {
      const answer = await instructors.ask(wish);
      assert.ok(answer.type === "error" && answer.code === "not-allowed", wish.type);
    }
    for (const wish of [
      { type: "message", to: "all", text: "x" },
      { type: "reset", learner: ANN, lesson: LESSON },
      { type: "hand.lower", learner: ANN },
      { type: "demonstration.stop" },
      { type: "statistics", lesson: LESSON },
    ] as const) {
      const answer = await operators.ask(wish);
      assert.ok(answer.type === "error" && answer.code === "not-allowed", wish.type);
    }
  });

  await t.test("a flood of messages is refused, and of anything", async () => {
    const page = await school.board();
    const answers = await Promise.all(Array.from({ length: 60 }, () => page.ask({ type: "message", to: "all", text: "x" })));
    const refused = answers.filter((answer) => answer.type === "error" && answer.code === "too-fast").length;
    assert.ok(refused >= 45, `${refused} were refused`);
    page.raw(new Uint8Array(8));
    for (let frame = 0; frame < 25; frame++) page.raw("{");
    assert.equal(await page.refusal(), "bad-message");
  });

  await t.test("one whose rights are taken is sent away, and does not come back", async () => {
    const [instructors, operators] = [await school.board(), await school.operator()];
    await db.deleteFrom("class_instructor").where("account", "=", teacher.id).execute();
    assert.equal(await instructors.refusal(), "not-allowed");
    const again = await school.staff({ ...board, class: school.class.id });
    assert.equal(await again.refusal(), "not-allowed");
    await db.updateTable("account").set({ role: "instructor" }).where("role", "=", "operator").execute();
    assert.equal(await operators.refusal(), "not-allowed");
  });
});

test("frames of any kind, on boards and on operators' pages", async (t) => {
  const seed = chooseSeed();
  t.diagnostic(`seed ${seed}`);
  await using school = await School.found({ env: { UNBOXED_LOG_LEVEL: "info" } });
  const { lab, teacher } = school;
  const operator = await person(school.db, "operator", "operator");
  const tickets = [
    { kind: "board", class: school.class.id, account: teacher.id, name: teacher.name, learner: "learner-teacher" },
    { kind: "operator", account: operator.id, name: operator.name },
  ] as const;
  const ann = await school.page(ANN);
  await lay({
    arbitrary: staffFrame,
    count: 4_000,
    seed,
    width: tickets.length,
    send: async (frames, sender) => {
      const ticket = tickets[sender] ?? tickets[0];
      const hello = async () => ({ type: "hello", protocol: STAFF_PROTOCOL_VERSION, ticket: await school.ticket(ticket) });
      const welcome = `{"type":"${ticket.kind === "board" ? "board" : "operations"}"`;
      await sendAll(lab, { path: STAFF_SOCKET_PATH, hello, welcome }, frames);
    },
  });
  assert.deepEqual(
    lab.log.filter(({ level }) => level >= 50),
    [],
  );
  ann.cut();
  const page = await school.page(ANN);
  await page.open(1);
  await page.run(1, "echo here-$((1+1))-", "here-2-");
});
