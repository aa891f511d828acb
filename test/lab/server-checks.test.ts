import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Lab, PLAIN_LESSON } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "plain" };

const TROUBLE = `---
title: Trouble
summary: For tests.
minutes: 5
order: 1
goals: [test]
---

<Task id="endless" title="Endless">

\`\`\`bash check
sleep 1000 || fail "It never gets here."
\`\`\`

\`\`\`bash solution
true
\`\`\`

<Hint>None.</Hint>
</Task>

<Task id="loud" title="Loud">

\`\`\`bash check
yes | head -c 100000000
fail "That was loud."
\`\`\`

\`\`\`bash solution
true
\`\`\`

<Hint>None.</Hint>
</Task>
`;

test("a task ticks after the command that does it, on every page, and stays ticked", async () => {
  await using lab = await Lab.start();
  const [page, other] = [await lab.page(ANN), await lab.page(ANN)];
  assert.deepEqual(page.messages.find((message) => message.type === "welcome")?.tasks, [{ id: "make-a-file", done: false }]);
  await page.open(1);
  page.say({ type: "check", task: "make-a-file" });
  await page.hear("checking", ({ running }) => running);
  const { task } = await page.hear("task");
  assert.deepEqual(task, { id: "make-a-file", done: false, reason: "There is no file /root/done yet." });
  await page.hear("checking", ({ running }) => !running);
  page.type(1, "touch /root/done\n");
  for (const one of [page, other]) await one.hear("task", ({ task }) => task.done);
  page.say({ type: "reset" });
  await page.hear("ended");
  assert.deepEqual((await page.hear("welcome")).tasks, [{ id: "make-a-file", done: true }]);
  await lab.stop();
  await lab.start();
  const later = await lab.page(ANN);
  assert.deepEqual(later.messages.find((message) => message.type === "welcome")?.tasks, [{ id: "make-a-file", done: true }]);
});

test("a task that is done in the background ticks on the beat", async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  await page.open(1);
  page.type(1, "(sleep 3; touch /root/done) &\n");
  await page.hear("task", ({ task }) => task.done);
});

test("a check that never ends or prints 100 MB is told to who asked, and the rest goes on", async () => {
  await using lab = await Lab.start({ lessons: { trouble: TROUBLE, plain: PLAIN_LESSON } });
  const page = await lab.page({ ...ANN, lesson: "trouble" });
  await page.open(1);
  for (const id of ["endless", "loud"]) {
    page.say({ type: "check", task: id });
    const { task } = await page.hear("task", ({ task }) => task.id === id);
    assert.equal(task.done, false);
    assert(task.reason);
    await page.run(1, `echo ${id}-$((1+1))`, `${id}-2`);
  }
  const other = await lab.page(ANN);
  await other.open(1);
  other.type(1, "touch /root/done\n");
  await other.hear("task", ({ task }) => task.done);
});

test("a lab-server that stops while checks run leaves nothing behind", async () => {
  for (const moment of [0, 5, 10, 20, 40, 80]) {
    await using lab = await Lab.start();
    const page = await lab.page(ANN);
    page.say({ type: "check", task: "make-a-file" });
    await page.hear("checking");
    await sleep(moment);
    assert.equal(await lab.stop(), 0);
    assert.deepEqual(lab.leftovers(), [], `stopped after ${moment} ms`);
  }
});
