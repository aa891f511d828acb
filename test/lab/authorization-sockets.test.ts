/** Every kind of ticket at every socket of the lab-server, and what a page may ask for there that is another class's. Needs root. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { openDatabase } from "../../classroom/database.ts";
import { joinClass } from "../../classroom/members.ts";
import { signTicket } from "../../classroom/ticket.ts";
import { changes, rowsOf } from "./authorization-world.ts";
import { ANN, BEN, EVE, LESSON, makeClass, person, School } from "./school.ts";
import type { StaffClient } from "./staff-client.ts";

const TEACHERS = "learner-teacher";

test("who may be at which socket, and what they may do there", async (t) => {
  await using school = await School.found({ env: { UNBOXED_POOL: "2" } });
  const { db, teacher, lab } = school;
  const other = await person(db, "other", "instructor");
  const former = await person(db, "former", "learner");
  const operator = await person(db, "operator", "operator");
  const theirs = await makeClass(db, other, "Another class");
  await joinClass(db, { class: theirs, learner: EVE, name: "Eve" });
  await db.insertInto("class_instructor").values({ class: school.class.id, account: former.id, owner: 0, added_at: 1 }).execute();

  const learner = (of: string, lesson = LESSON) => ({ kind: "learner", learner: of, lesson }) as const;
  const watch = (who: string, of: string, klass = school.class.id, lesson = LESSON) =>
    ({ kind: "watch", learner: of, lesson, class: klass, account: who, name: "W" }) as const;
  const board = (who: string, klass = school.class.id) =>
    ({ kind: "board", class: klass, account: who, name: "B", learner: TEACHERS }) as const;
  const operators = (who: string) => ({ kind: "operator", account: who, name: "O" }) as const;
  const secret = new TextEncoder().encode(lab.secret);

  const refusals: readonly [what: string, page: string, staff: string, ticket: Parameters<typeof signTicket>[0]][] = [
    ["no such lesson", "no-such-lesson", "bad-ticket", learner(ANN, "no-such-lesson")],
    ["to look on, by another instructor", "not-allowed", "bad-ticket", watch(other.id, ANN)],
    ["to look on, by one who taught the class once", "not-allowed", "bad-ticket", watch(former.id, ANN)],
    ["to look on, by nobody", "not-allowed", "bad-ticket", watch("account-nobody", ANN)],
    ["to look on, at nobody of the class", "not-allowed", "bad-ticket", watch(teacher.id, EVE)],
    ["to look on, in a lesson of no class", "not-allowed", "bad-ticket", watch(teacher.id, ANN, school.class.id, "none")],
    ["to look on, by way of one's own class", "not-allowed", "bad-ticket", watch(other.id, ANN, theirs.id)],
    ["to look on, in no class", "not-allowed", "bad-ticket", watch(teacher.id, ANN, "none")],
    ["another's board", "bad-ticket", "not-allowed", board(other.id)],
    ["the board of a class taught once", "bad-ticket", "not-allowed", board(former.id)],
    ["no board", "bad-ticket", "not-allowed", board(teacher.id, "none")],
    ["an instructor's of operators", "bad-ticket", "not-allowed", operators(teacher.id)],
    ["nobody's of operators", "bad-ticket", "not-allowed", operators("account-nobody")],
  ];
  const entrances: readonly [what: string, ticket: Parameters<typeof signTicket>[0]][] = [
    ["a learner's", learner(ANN)],
    ["an instructor's to look on", watch(teacher.id, ANN)],
    ["an instructor's board", board(teacher.id)],
    ["an operator's", operators(operator.id)],
  ];

  async function atPage(token: string): Promise<string> {
    const page = await lab.socket();
    page.hello(token, randomUUID());
    await page.until("the end", () => page.isClosed || page.messages.some((each) => each.type === "error" && each.fatal));
    assert.deepEqual(
      page.messages.filter(({ type }) => type !== "error" && type !== "preparing"),
      [],
      "nothing is told",
    );
    return page.messages.flatMap((each) => (each.type === "error" ? each.code : []))[0] ?? "none";
  }
  async function atStaff(token: string): Promise<string> {
    const page = await school.staffWith(token);
    const code = await page.refusal();
    assert.ok(
      page.messages.every(({ type }) => type === "error"),
      "nothing is told",
    );
    return code;
  }

  await t.test("what is no ticket, a forged one, one that is too old", async () => {
    const before = await rowsOf(db);
    for (const [, ticket] of entrances) {
      const good = await signTicket(ticket, secret);
      const [head = "", payload = "", signature = ""] = good.split(".");
      const none = Buffer.from('{"alg":"none"}').toString("base64url");
      for (const token of [
        "",
        "x",
        `${head}.${payload}.`,
        `${none}.${payload}.`,
        `${head}.${payload}.${signature.split("").reverse().join("")}`,
        await signTicket(ticket, new TextEncoder().encode("another secret of at least 32 bytes")),
        await signTicket(ticket, secret, -1),
      ]) {
        assert.equal(await atPage(token), "bad-ticket", token);
        assert.equal(await atStaff(token), "bad-ticket", token);
      }
    }
    assert.deepEqual(changes(before, await rowsOf(db)), []);
  });

  for (const [what, page, staff, ticket] of refusals)
    await t.test(`refused: ${what}`, async () => {
      const before = await rowsOf(db);
      const token = await signTicket(ticket, secret);
      assert.deepEqual([await atPage(token), await atStaff(token)], [page, staff]);
      assert.deepEqual(changes(before, await rowsOf(db)), [], "and nothing is kept of it");
    });

  await t.test("at the other socket", async () => {
    const before = await rowsOf(db);
    for (const [what, ticket] of entrances) {
      const token = await signTicket(ticket, secret);
      const isPage = ticket.kind === "learner" || ticket.kind === "watch";
      assert.equal(await (isPage ? atStaff(token) : atPage(token)), "bad-ticket", what);
    }
    assert.deepEqual(changes(before, await rowsOf(db)), []);
  });

  const ann = await school.page(ANN);
  await ann.open(1);

  await t.test("from one's own board nothing is done to another's class", async () => {
    const eve = await school.page(EVE);
    const page = await school.board(other, theirs.id);
    assert.deepEqual([...page.learners.keys()], [EVE]);
    ann.say({ type: "hand", raised: true });
    await ann.hear("class", (message) => message.class?.hand !== null);
    const before = await rowsOf(db);
    const wishes: [Parameters<StaffClient["ask"]>[0], string][] = [
      [{ type: "message", to: [ANN], text: "from elsewhere" }, "not-found"],
      [{ type: "message", to: [EVE, BEN], text: "from elsewhere" }, "not-found"],
      [{ type: "reset", learner: ANN, lesson: LESSON }, "not-found"],
      [{ type: "extend", learner: ANN, lesson: LESSON }, "not-found"],
      [{ type: "statistics", lesson: "no-such-lesson" }, "not-found"],
      [{ type: "sandbox.end-all" }, "not-allowed"],
      [{ type: "broadcast", text: "from elsewhere" }, "not-allowed"],
      [{ type: "drain" }, "not-allowed"],
    ];
    for (const [wish, code] of wishes) {
      const answer = await page.ask(wish);
      assert.ok(answer.type === "error" && answer.code === code, `${wish.type}: ${JSON.stringify(answer)}`);
    }
    assert.deepEqual(changes(before, await rowsOf(db)), []);
    // A hand of nobody in the class is down already; the other class's stays up.
    assert.equal((await page.ask({ type: "hand.lower", learner: ANN })).type, "done");
    assert.equal((await page.ask({ type: "message", to: "all", text: "for the lighthouse" })).type, "done");
    await eve.hear("message", ({ message }) => message.text === "for the lighthouse");
    const mine = await school.board();
    assert.notEqual(mine.row(ANN).hand, null, "her hand is still up");
    assert.ok(!mine.learners.has(EVE));
    assert.ok(!ann.messages.some(({ type }) => type === "message" || type === "ended"), "Ann has heard nothing");
    assert.ok(!page.frames.some((frame) => frame.includes(ANN)), "and the board has not heard of her");
  });

  await t.test("a learner's page does nothing that helpers do, and answers for nobody else", async () => {
    const watcher = await school.watch(BEN);
    await watcher.hear("watching");
    ann.say({ type: "typing", wanted: true });
    await ann.hear("error", ({ code }) => code === "not-allowed");
    // Who looks on at Ben is Ben's to answer.
    ann.say({ type: "helper", helper: watcher.client, mayType: true });
    ann.say({ type: "ping" });
    await ann.hear("pong");
    watcher.say({ type: "ping" });
    await watcher.hear("pong");
    assert.ok(!watcher.messages.some((each) => each.type === "typing" && each.state === "yes"));
  });
});

test("a learner who is taken out of the class is out of all that is its", async () => {
  await using school = await School.found({ env: { UNBOXED_POOL: "1" } });
  const { lab, teacher } = school;
  const db = await openDatabase(`${lab.stateFolder}/database/unboxed.sqlite`);
  try {
    const ann = await school.page(ANN);
    await ann.hear("class", (message) => message.class !== null);
    const watcher = await school.watch(ANN);
    await watcher.hear("welcome");
    const board = await school.board(teacher);
    await db.updateTable("membership").set({ removed_at: Date.now() }).where("learner", "=", ANN).execute();
    await ann.hear("class", (message) => message.class === null);
    await watcher.hear("error", ({ code, fatal }) => code === "not-allowed" && fatal);
    await board.until("Ann is gone", () => !board.learners.has(ANN));
    const answer = await board.ask({ type: "message", to: [ANN], text: "x" });
    assert.ok(answer.type === "error" && answer.code === "not-found");
    ann.say({ type: "hand", raised: true });
    await ann.hear("error", ({ code }) => code === "not-allowed");
  } finally {
    await db.destroy();
  }
});
