/** What an operator sees and does while learners work. Needs root. */
import assert from "node:assert/strict";
import test from "node:test";
import { ANN, BEN, EVE, LESSON, School } from "./school.ts";

test("an operator's page", async (t) => {
  await using school = await School.found({ env: { UNBOXED_MAX_SANDBOXES: "3", UNBOXED_POOL: "0" } });
  const operator = await school.operator();
  const [ann, ben, eve] = [await school.page(ANN), await school.page(BEN), await school.page(EVE)];
  const idOf = (page: typeof ann) => page.messages.find((message) => message.type === "welcome")?.sandbox.id ?? "";
  const shown = () => operator.last("operations");

  await t.test("shows each sandbox with whose it is and what it uses, and the machine", async () => {
    await operator.until("three sandboxes and their CPU", () => {
      const all = shown()?.sandboxes ?? [];
      return all.length === 3 && all.every(({ cpu }) => cpu !== null);
    });
    const now = shown();
    assert.deepEqual(
      now?.sandboxes.map(({ id, name, lesson, pages }) => ({ id, name, lesson, pages })),
      [
        { id: idOf(ann), name: "Ann", lesson: LESSON, pages: 1 },
        { id: idOf(ben), name: "Ben", lesson: LESSON, pages: 1 },
        { id: idOf(eve), name: null, lesson: LESSON, pages: 1 },
      ],
    );
    for (const { memory, createdAt, endsAt } of now?.sandboxes ?? []) {
      assert.ok(memory !== null && memory > 0);
      assert.ok(createdAt <= Date.now() && endsAt > Date.now());
    }
    assert.equal(now?.capacity, 3);
    assert.equal(now?.pages, 3);
    assert.ok(now && now.host.memory.available > 0 && now.host.memory.available < now.host.memory.total);
  });

  await t.test("shows who was turned away", async () => {
    const late = await school.lab.socket();
    late.hello(await school.lab.ticket("learner-late", LESSON), crypto.randomUUID());
    await late.hear("error", ({ code }) => code === "server-full");
    await operator.until("one who was turned away", () => shown()?.turnedAway === 1);
  });

  await t.test("ends one sandbox, and tells everybody", async () => {
    assert.equal((await operator.ask({ type: "sandbox.end", sandbox: idOf(ben) })).type, "done");
    await ben.hear("ended", ({ reason }) => reason === "operator");
    const gone = await operator.ask({ type: "sandbox.end", sandbox: idOf(ben) });
    assert.ok(gone.type === "error" && gone.code === "not-found");
    const told = await operator.ask({ type: "broadcast", text: "We restart at noon." });
    assert.ok(told.type === "done" && told.reached === 3);
    for (const page of [ann, ben, eve]) await page.hear("message", ({ message }) => message.text === "We restart at noon.");
  });

  await t.test("drains, and the process ends with the last sandbox", async () => {
    assert.equal((await operator.ask({ type: "drain" })).type, "done");
    await operator.until("that it drains", () => shown()?.draining === true);
    const late = await school.lab.socket();
    late.hello(await school.lab.ticket(BEN, LESSON), crypto.randomUUID());
    await late.hear("error", ({ code }) => code === "server-full");
    assert.equal((await operator.ask({ type: "sandbox.end-all" })).type, "done");
    for (const page of [ann, eve]) await page.hear("ended", ({ reason }) => reason === "operator");
    await operator.until("the end", () => operator.isClosed, true);
    assert.deepEqual(await school.audited().then((all) => all.filter((action) => !action.startsWith("class."))), [
      "sandbox.end",
      "broadcast.send",
      "drain.start",
      "sandbox.end-all",
    ]);
  });
});
