import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabClient } from "./client.ts";
import { Lab, PLAIN_LESSON } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };
const THREE_LESSONS = {
  plain: PLAIN_LESSON,
  second: PLAIN_LESSON.replace("A plain", "A second"),
  third: PLAIN_LESSON.replace("A plain", "A third"),
};
const SECONDS = 1 / 60;

function sandboxOf(page: LabClient): string {
  const welcome = page.messages.findLast((message) => message.type === "welcome");
  assert(welcome);
  return welcome.sandbox.id;
}

async function refusal(lab: Lab, who: { learner: string; lesson: string }) {
  const page = await lab.socket();
  page.hello(await lab.ticket(who.learner, who.lesson), randomUUID());
  const { code, fatal, message } = await page.hear("error");
  assert(fatal);
  await page.closed;
  return { code, message };
}

/** Host pids of the processes in a sandbox. */
function processesOf(sandbox: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && inSandbox(name, sandbox))
    .map(Number);
}

function inSandbox(pid: string, sandbox: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(`/${sandbox}`);
  } catch {
    return false;
  }
}

test("many pages that come at once for one lesson get one sandbox", async () => {
  await using lab = await Lab.start();
  const pages = await Promise.all(Array.from({ length: 5 }, () => lab.page(ANN)));
  assert.equal(new Set(pages.map(sandboxOf)).size, 1);
  assert(pages.every((page) => page.messages.some((message) => message.type === "preparing")));
});

test("the pool has a sandbox with a prompt ready, and is filled again", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1" } });
  await lab.waitForLog("a sandbox is ready in the pool");
  const page = await lab.page(ANN);
  const [first] = page.messages;
  assert(first?.type === "welcome" && first.fresh);
  assert.deepEqual(first.terminals, [1]);
  await page.open(1, { cols: 90, rows: 30 });
  await page.run(1, "stty size", "30 90");
  lab.log.length = 0;
  await lab.waitForLog("a sandbox is ready in the pool");
});

test("a lesson's files and setup are in place", async () => {
  const setup = "\n```bash setup\nmkdir /srv/made && echo by-setup > /srv/made/note\n```\n";
  await using lab = await Lab.start({
    env: { UNBOXED_POOL: "1" },
    lessons: { plain: PLAIN_LESSON + setup },
    files: {
      "plain/files/root/notes/hello.txt": "hello from the lesson\n",
      "plain/files/bin/greet": "#!/bin/sh\necho greetings\n",
    },
  });
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "cat /root/notes/hello.txt /srv/made/note", /hello from the lesson\s+by-setup/);
  await page.run(1, "sh /usr/bin/greet; stat -c '%U %a' / /root/notes; [ -L /bin ] && echo is-$((1+1))-link", "is-2-link");
  assert.match(page.output(1), /greetings\s+root 755\s+root 755/);
});

test("a learner at their limit: one that no page shows makes room, otherwise the message names what is open", async () => {
  await using lab = await Lab.start({ lessons: THREE_LESSONS, env: { UNBOXED_MAX_PER_LEARNER: "2" } });
  const first = await lab.page(ANN);
  const second = await lab.page({ ...ANN, lesson: "second" });
  const { code, message } = await refusal(lab, { ...ANN, lesson: "third" });
  assert.equal(code, "learner-full");
  assert.match(message, /“A plain lesson” and “A second lesson”/);
  // Others are not concerned.
  await lab.page({ ...BEN, lesson: "third" });
  const [kept, left] = [sandboxOf(first), sandboxOf(second)];
  second.cut();
  await second.closed;
  await sleep(100);
  await lab.page({ ...ANN, lesson: "third" });
  await lab.waitForLog("a sandbox that no page shows makes room for the learner's next");
  assert.equal(sandboxOf(await lab.page(ANN)), kept);
  for (let i = 0; processesOf(left).length > 0; i++) {
    assert(i < 100, "the sandbox that made room is gone");
    await sleep(50);
  }
});

test("a full server says so, and has room again when one ends", async () => {
  await using lab = await Lab.start({
    env: { UNBOXED_MAX_SANDBOXES: "1", UNBOXED_POOL: "2", UNBOXED_LIFETIME_MINUTES: String(6 * SECONDS) },
  });
  const page = await lab.page(ANN);
  const { code, message } = await refusal(lab, BEN);
  assert.equal(code, "server-full");
  assert.match(message, /All 1 sandboxes/);
  assert.equal((await page.hear("ended")).reason, "lifetime");
  await lab.page(BEN);
});

test("an idle sandbox warns, is called back by a key, and ends", async () => {
  await using lab = await Lab.start({
    env: { UNBOXED_IDLE_MINUTES: String(4 * SECONDS), UNBOXED_WARNING_MINUTES: String(2 * SECONDS) },
  });
  const page = await lab.page(ANN);
  const id = sandboxOf(page);
  await page.open(1);
  const ending = await page.hear("ending");
  assert.equal(ending.reason, "idle");
  page.type(1, " ");
  assert.equal((await page.hear("welcome")).fresh, false);
  await page.hear("ending");
  // A page that comes back while the end is near hears of it too; that it came back is no sign of the learner.
  const again = await lab.page(ANN, page);
  await page.closed;
  await again.hear("ending");
  assert.equal((await again.hear("ended")).reason, "idle");
  // Start again, on the same connection.
  again.say({ type: "reset" });
  assert.equal((await again.hear("welcome")).fresh, true);
  assert.notEqual(sandboxOf(again), id);
  await again.open(1);
  await again.run(1, "echo new-$((1+1))", "new-2");
});

test("a lifetime can be extended up to a bound", async () => {
  await using lab = await Lab.start({
    env: { UNBOXED_LIFETIME_MINUTES: String(4 * SECONDS), UNBOXED_WARNING_MINUTES: String(1 * SECONDS) },
  });
  const page = await lab.page(ANN);
  const start = (await lab.page(ANN)).messages.find((message) => message.type === "welcome")?.sandbox;
  assert(start?.extendable);
  assert.equal((await page.hear("ending")).reason, "lifetime");
  const ends = [];
  for (let i = 0; i < 4; i++) {
    page.say({ type: "extend" });
    ends.push((await page.hear("welcome")).sandbox);
  }
  assert.deepEqual(
    ends.map(({ endsAt }) => endsAt - start.endsAt),
    [1000, 2000, 3000, 4000],
  );
  assert.deepEqual(
    ends.map(({ extendable }) => extendable),
    [true, true, true, false],
  );
  assert.equal((await page.hear("ending")).extendable, false);
  assert.equal((await page.hear("ended")).reason, "lifetime");
});

test("a reset gives all pages a fresh sandbox and removes the old", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1" } });
  const [page, other] = [await lab.page(ANN), await lab.page(ANN)];
  const old = sandboxOf(page);
  await page.open(1);
  await page.run(1, "rm -rf /usr/bin; echo gone-$((1+1))", "gone-2");
  page.say({ type: "reset" });
  page.say({ type: "reset" });
  assert.equal((await page.hear("ended")).reason, "reset");
  assert.equal((await page.hear("welcome")).fresh, true);
  assert.equal((await other.hear("ended")).reason, "reset");
  await other.hear("welcome");
  assert.equal(sandboxOf(page), sandboxOf(other));
  await page.open(1);
  await page.run(1, "ls /usr/bin | wc -l | sed s/^/files:/", /files:\d{3}/);
  for (let i = 0; processesOf(old).length > 0; i++) {
    assert(i < 100, "the old sandbox is gone");
    await sleep(50);
  }
});

test("a sandbox whose first process dies is told to be crashed", async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "echo here-$((1+1))", "here-2");
  const [init] = processesOf(sandboxOf(page)).sort((a, b) => a - b);
  assert(init);
  process.kill(init, "SIGKILL");
  assert.equal((await page.hear("ended")).reason, "crashed");
  page.say({ type: "reset" });
  await page.hear("welcome");
});

test("a lab-server that was killed finds its sandboxes again, with files, processes, and shells that never noticed", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1" } });
  await lab.waitForLog("a sandbox is ready in the pool");
  lab.log.length = 0;
  const before = await lab.page(ANN);
  const id = sandboxOf(before);
  await before.open(1);
  await before.run(1, "echo kept > /root/work; word=known; sleep 4321 & sleep 0.2; echo begun-$((1+1))", "begun-2");
  await lab.waitForLog("a sandbox is ready in the pool");
  lab.log.length = 0;
  await lab.stop("SIGKILL");
  await lab.start();
  await lab.waitForLog("a sandbox that is no one's is removed");
  const after = await lab.page(ANN, before);
  assert.equal(sandboxOf(after), id);
  const welcome = after.messages.find((message) => message.type === "welcome");
  assert(welcome && !welcome.fresh);
  assert.deepEqual(welcome.terminals, [1]);
  assert.equal((await after.open(1)).gap, false);
  await after.run(1, "cat /root/work; echo $word; jobs; echo seen-$((1+1))", "seen-2");
  assert.match(after.output(1), /kept\s+known\s+\[1\]\+\s+Running\s+sleep 4321/);
  // A page that was not there before is shown what was on the screen.
  const other = await lab.page(ANN);
  assert.equal((await other.open(1)).from, 0);
  await other.see(1, "begun-2");
});

test("SIGTERM leaves nothing behind, and tells the pages", async () => {
  await using lab = await Lab.start({ lessons: THREE_LESSONS, env: { UNBOXED_POOL: "2", UNBOXED_MAX_PER_LEARNER: "3" } });
  const pages = await Promise.all(["plain", "second", "third"].map((lesson) => lab.page({ ...ANN, lesson })));
  for (const page of pages) await page.open(1);
  const ended = pages.map((page) => page.hear("ended"));
  assert.equal(await lab.stop("SIGTERM"), 0);
  for (const { reason } of await Promise.all(ended)) assert.equal(reason, "shutdown");
  assert.deepEqual(lab.leftovers(), []);
});

test("a second SIGINT does not break the clean-up, nor does one while a sandbox is made", async () => {
  await using lab = await Lab.start();
  await lab.page(ANN);
  const late = await lab.socket();
  late.hello(await lab.ticket(BEN.learner, BEN.lesson), randomUUID());
  await late.hear("preparing");
  const { pid } = lab;
  const stopped = lab.stop("SIGINT");
  await sleep(10);
  process.kill(pid, "SIGINT");
  assert.equal(await stopped, 0);
  assert.deepEqual(lab.leftovers(), []);
});

test("with UNBOXED_KEEP_SANDBOXES=1 learners' sandboxes and their shells stay for the next process", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_KEEP_SANDBOXES: "1", UNBOXED_POOL: "1" } });
  const before = await lab.page(ANN);
  const id = sandboxOf(before);
  await before.open(1);
  await before.run(1, "word=known; echo $((40+2))", "42");
  assert.equal(await lab.stop("SIGTERM"), 0);
  assert.equal((await before.closed).code, 1012);
  assert(!before.messages.some((message) => message.type === "ended"));
  await lab.start();
  const after = await lab.page(ANN, before);
  assert.equal(sandboxOf(after), id);
  assert.equal((await after.open(1)).gap, false);
  await after.run(1, "echo still-$word", "still-known");
});

test("a second lab-server on the same state folder refuses to start", async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  const env = { ...lab.env, UNBOXED_LAB_PORT: "0" };
  assert.throws(
    () => execFileSync(process.execPath, ["lab-server/main.ts"], { env, stdio: "pipe", timeout: 30_000 }),
    /Another lab-server runs on this state folder/,
  );
  await page.open(1);
  await page.run(1, "echo undisturbed-$((1+1))", "undisturbed-2");
});

test("bad configuration is named and ends with code 2", () => {
  try {
    execFileSync(process.execPath, ["lab-server/main.ts"], {
      env: { NODE_ENV: "test", UNBOXED_POOL: "many" },
      stdio: "pipe",
      timeout: 30_000,
    });
    assert.fail("it started");
  } catch (error) {
    assert(error instanceof Error && "status" in error && "stderr" in error);
    assert.equal(error.status, 2);
    assert.match(String(error.stderr), /UNBOXED_SECRET is missing.*\n- UNBOXED_POOL must be a whole number/);
  }
});
