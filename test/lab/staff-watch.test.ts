/** An instructor who looks on at a learner's terminals, and types where the learner lets it. Needs root. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { removeMember } from "../../classroom/members.ts";
import { HIGH_WATERMARK } from "../../lab-server/protocol.ts";
import { ANN, BEN, EVE, makeClass, person, School } from "./school.ts";

test("looking on", async (t) => {
  await using school = await School.found({ env: { UNBOXED_POOL: "2" } });
  const { db, teacher } = school;
  const actor = { account: teacher.id, name: teacher.name };
  const early = await school.watch(ANN);

  await t.test("before there is a sandbox it is said that there is none, and the welcome comes with it", async () => {
    const first = await early.hear("watching");
    assert.deepEqual({ name: first.name, present: first.present }, { name: "Ann", present: false });
    early.say({ type: "open", terminal: 1, cols: 80, rows: 24 });
    await early.hear("error", ({ code, terminal }) => code === "no-such-terminal" && terminal === 1);
  });

  const ann = await school.page(ANN);

  await t.test("the learner is told who looks on, at once", async () => {
    const { helpers } = await ann.hear("helpers");
    assert.deepEqual(helpers, [{ id: early.client, name: teacher.name, typing: "no" }]);
    await early.hear("watching", ({ present, step }) => present && step === "directory");
    await early.hear("welcome");
    early.cut();
    await ann.hear("helpers", (message) => message.helpers.length === 0);
  });

  const watcher = await school.watch(ANN);
  await watcher.hear("welcome");

  await t.test("no shell is started for a watcher; the learner's appears with its size", async () => {
    watcher.say({ type: "open", terminal: 2, cols: 80, rows: 24 });
    await watcher.hear("error", ({ code, terminal }) => code === "no-such-terminal" && terminal === 2);
    await ann.open(1, { cols: 101, rows: 33 });
    await watcher.hear("size", ({ terminal, cols, rows }) => terminal === 1 && cols === 101 && rows === 33);
    await watcher.open(1, { cols: 40, rows: 10 });
    await ann.run(1, "stty size", "33 101");
    await watcher.see(1, "33 101");
    watcher.say({ type: "resize", terminal: 1, cols: 44, rows: 11 });
    ann.say({ type: "resize", terminal: 1, cols: 90, rows: 30 });
    await watcher.hear("size", ({ cols, rows }) => cols === 90 && rows === 30);
    await ann.run(1, "stty size", "30 90");
  });

  await t.test("what a watcher types or asks for is refused", async () => {
    watcher.raw(Uint8Array.of(1, ...Buffer.from("touch /root/typed\n")));
    await watcher.hear("error", ({ code, fatal }) => code === "not-allowed" && !fatal);
    for (const wish of [
      { type: "reset" },
      { type: "extend" },
      { type: "close", terminal: 1 },
      { type: "check", task: "directory" },
      { type: "hand", raised: true },
      { type: "step", task: "file" },
      { type: "helper", helper: watcher.client, mayType: true },
      { type: "demonstration", look: true },
    ] as const) {
      watcher.say(wish);
      await watcher.hear("error", ({ code, fatal }) => code === "not-allowed" && !fatal);
    }
    await ann.run(1, "ls /root/typed; echo listed-$((1+1))", "listed-2");
    assert.match(ann.output(1), /No such file/);
    assert.ok(!ann.messages.some(({ type }) => type === "checking" || type === "ended"));
  });

  await t.test("a watcher sees the X-ray", async () => {
    watcher.say({ type: "xray", look: true });
    await watcher.hear("xray.facts");
    watcher.say({ type: "xray", look: false });
  });

  await t.test("asked, the learner says yes: it is typed until they say no", async () => {
    watcher.say({ type: "typing", wanted: true });
    await ann.hear("helpers", ({ helpers }) => helpers[0]?.typing === "asks");
    ann.say({ type: "helper", helper: watcher.client, mayType: true });
    await watcher.hear("typing", ({ state }) => state === "yes");
    await ann.hear("helpers", ({ helpers }) => helpers[0]?.typing === "yes");
    await watcher.run(1, "echo from-the-teacher-$((1+1))", "from-the-teacher-2");
    await ann.see(1, "from-the-teacher-2");
    ann.say({ type: "helper", helper: watcher.client, mayType: false });
    await watcher.hear("typing", ({ state }) => state === "no");
    watcher.raw(Uint8Array.of(1, ...Buffer.from("x")));
    await watcher.hear("error", ({ code }) => code === "not-allowed");
  });

  await t.test("asked, the learner says no; and nobody types who has not asked", async () => {
    ann.say({ type: "helper", helper: watcher.client, mayType: true });
    await ann.hear("error", ({ code, fatal }) => code === "not-allowed" && !fatal);
    watcher.say({ type: "typing", wanted: true });
    await watcher.hear("typing", ({ state }) => state === "asks");
    ann.say({ type: "helper", helper: watcher.client, mayType: false });
    await watcher.hear("typing", ({ state }) => state === "declined");
    watcher.raw(Uint8Array.of(1, ...Buffer.from("x")));
    await watcher.hear("error", ({ code }) => code === "not-allowed");
  });

  await t.test("the leave to type ends with the sandbox, and the next one is shown", async () => {
    watcher.say({ type: "typing", wanted: true });
    await ann.hear("helpers", ({ helpers }) => helpers[0]?.typing === "asks");
    ann.say({ type: "helper", helper: watcher.client, mayType: true });
    await watcher.hear("typing", ({ state }) => state === "yes");
    ann.say({ type: "reset" });
    await watcher.hear("ended", ({ reason }) => reason === "reset");
    await watcher.hear("typing", ({ state }) => state === "no");
    await watcher.hear("welcome");
    await ann.hear("welcome", ({ fresh }) => fresh);
    await ann.open(1);
    await watcher.hear("size", ({ terminal }) => terminal === 1);
    await watcher.open(1);
    await ann.run(1, "echo again-$((1+1))", "again-2");
    await watcher.see(1, "again-2");
  });

  await t.test("a flood is not read further because a watcher takes it in, nor less because one does not", async () => {
    ann.acknowledges = false;
    ann.type(1, "seq 1 100000000\n");
    await ann.until("the window is full", () => ann.bytes(1).length > HIGH_WATERMARK);
    await sleep(500);
    const read = watcher.received(1);
    await sleep(1_000);
    assert.equal(watcher.received(1), read, "the watcher is not shown more than the learner takes");
    const idle = await school.watch(ANN);
    await idle.hear("welcome");
    idle.acknowledges = false;
    await idle.open(1);
    ann.acknowledges = true;
    const before = ann.received(1);
    ann.say({ type: "ack", terminal: 1, offset: before });
    await ann.until("the learner's goes on", () => ann.received(1) > before + 4 * HIGH_WATERMARK);
    ann.type(1, "\x03");
    idle.cut();
    ann.say({ type: "close", terminal: 1 });
    await watcher.hear("exited");
  });

  await t.test("whoever does not teach the class of the learner looks at nothing", async () => {
    const other = await person(db, "other", "instructor");
    const theirs = await makeClass(db, other, "Another class");
    const learner = await person(db, "learner", "learner");
    const attempts = [
      school.watch(ANN, other),
      // Their own class, which the learner is not in.
      school.watch(ANN, other, theirs.id),
      school.watch(ANN, learner),
      school.watch(EVE, teacher),
      school.watch(ANN, teacher, "no-such-class"),
      school.watch(ANN, teacher, school.class.id, "other"),
      school.watch(ANN, { ...teacher, id: "account-nobody" }),
    ];
    for (const attempt of attempts) {
      const page = await attempt;
      await page.hear("error", ({ code, fatal }) => code === "not-allowed" && fatal);
      assert.ok(!page.messages.some(({ type }) => type === "watching" || type === "welcome"));
      await page.closed;
    }
  });

  await t.test("once the learner is out of the class, the watcher is sent away", async () => {
    const ben = await school.page(BEN);
    const page = await school.watch(BEN);
    await ben.hear("helpers", ({ helpers }) => helpers.length === 1);
    await removeMember(db, actor, school.class.id, BEN);
    await page.hear("error", ({ code, fatal }) => code === "not-allowed" && fatal);
    await ben.hear("helpers", ({ helpers }) => helpers.length === 0);
    const again = await school.watch(BEN);
    await again.hear("error", ({ code, fatal }) => code === "not-allowed" && fatal);
  });

  await t.test("it is kept who looked on, and who typed", async () => {
    const audited = await school.audited();
    // Each page once: the early one, the watcher, the idle one, and the one at Ben.
    assert.equal(audited.filter((action) => action === "terminal.watch").length, 4);
    assert.equal(audited.filter((action) => action === "terminal.type").length, 2);
  });

  await t.test("once the instructor no longer is one, the watcher is sent away", async () => {
    await db.updateTable("account").set({ role: "learner" }).where("id", "=", teacher.id).execute();
    await watcher.hear("error", ({ code, fatal }) => code === "not-allowed" && fatal);
    await watcher.closed;
  });
});
