/** Helpers of the lab-server that die: the process that holds terminals, and runc half-way. Needs root. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { FrameReader, messageFrame } from "../../lab-server/holder/protocol.ts";
import { HOLDER } from "../../lab-server/sandbox/runc/layout.ts";
import { Lab, PLAIN_LESSON } from "./harness.ts";
import { assertSettles, holderOf, settled } from "./inventory.ts";
import { seededRandom } from "./random.ts";

const PATIENCE = { timeout: patient(180_000) };
const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };
/** How often runc is killed, and milliseconds after its start at most. */
const RUNC_KILLS = 12;
const RUNC_LIFE = patient(30);

test(
  "a holder that is killed: its shells have ended, which every page is told, and another takes its place",
  PATIENCE,
  async () => {
    await using lab = await Lab.start();
    const page = await lab.page(ANN);
    await page.open(1);
    await page.open(2);
    await page.run(1, "echo kept > /root/work; setsid -f sleep 4321; sleep 4322 & echo begun-$((1+1))", "begun-2");
    await page.run(2, "echo here-$((1+1))", "here-2");
    const before = await settled(lab);
    const holder = holderOf(lab);
    assert(holder);
    process.kill(holder, "SIGKILL");
    for (const number of [1, 2]) assert.equal((await page.hear("exited", ({ terminal }) => terminal === number)).code, null);
    for (const number of [1, 2]) assert.equal((await page.open(number)).from, 0);
    await page.run(1, "cat /root/work; pgrep -c sleep; echo seen-$((1+1))", "seen-2");
    await page.run(2, "echo again-$((1+1))", "again-2");
    assert.match(page.output(1), /kept\r\n1\r\n/, "what left its terminal goes on; what was in it has been hung up");
    assert.notEqual(holderOf(lab), holder);
    await page.run(1, "setsid -f sleep 4323; pkill -x -f 'sleep 4323'; sleep 4322 & echo as-$((1+1))", "as-2");
    await assertSettles(lab, before);
  },
);

test("a holder that dies while the lab-server is away leaves a clear state", PATIENCE, async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "echo kept > /root/work; echo here-$((1+1))", "here-2");
  const before = await settled(lab);
  const holder = holderOf(lab);
  assert(holder);
  await lab.stop("SIGKILL");
  process.kill(holder, "SIGKILL");
  await lab.start();
  const again = await lab.page(ANN, page);
  const opened = await again.open(1);
  assert.deepEqual({ from: opened.from, gap: opened.gap, input: opened.input }, { from: 0, gap: true, input: 0 });
  await again.run(1, "cat /root/work; echo there-$((1+1))", /kept\s[\s\S]*there-2/);
  await assertSettles(lab, before);
});

test("a shell that ends while the lab-server is away is not there any more, and a new one starts", PATIENCE, async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  await page.open(1);
  await page.open(2);
  await page.run(2, "echo other-$((1+1))", "other-2");
  await page.run(1, "echo here-$((1+1))", "here-2");
  const before = await settled(lab);
  page.type(1, "sleep 1; exit 3\n");
  await page.see(1, "exit 3");
  await lab.stop("SIGKILL");
  await sleep(1_500);
  await lab.start();
  const again = await lab.page(ANN, page);
  assert.deepEqual(again.messages.find((message) => message.type === "welcome")?.terminals, [2]);
  assert.equal((await again.open(1)).gap, true);
  await again.run(1, "echo new-$((1+1))", "new-2");
  assert.equal((await again.open(2)).gap, false);
  await assertSettles(lab, before);
});

test("a holder of a release that cannot be spoken with is replaced", PATIENCE, async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "echo kept > /root/work; echo here-$((1+1))", "here-2");
  const before = await settled(lab);
  const holder = holderOf(lab);
  assert(holder);
  await lab.stop("SIGKILL");
  process.kill(holder, "SIGKILL");
  // One that speaks a version of the far future, in the place of ours.
  const path = `/run/unboxed/${lab.instance}/holder/socket`;
  rmSync(path, { force: true });
  const strange = createServer((socket) => {
    const reader = new FrameReader(() => socket.write(messageFrame({ type: "hello", protocol: 1_000_000 })));
    socket.on("data", (bytes) => reader.push(bytes)).on("error", () => {});
  });
  strange.listen(path);
  await once(strange, "listening");
  // What is in the holder's cgroup is what ends.
  const standIn = spawn("sleep", ["1000"], { stdio: "ignore" });
  await once(standIn, "spawn");
  const ended = once(standIn, "exit");
  for (const group of globSync(`/sys/fs/cgroup/{unboxed,*/unboxed}/${lab.instance}/${HOLDER}`))
    writeFileSync(join(group, "cgroup.procs"), String(standIn.pid));
  void ended.then(() => strange.close());
  try {
    await lab.start();
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    const again = await lab.page(ANN, page);
    assert.equal((await again.open(1)).gap, true);
    await again.run(1, "cat /root/work; echo there-$((1+1))", "there-2");
    await assertSettles(lab, before);
  } finally {
    standIn.kill("SIGKILL");
    strange.close();
  }
});

test("a check that ran when its lab-server was killed ends", PATIENCE, async () => {
  const hanging = PLAIN_LESSON.replace("[ -e /root/done ] ||", "touch /tmp/checking; sleep 4324 ||");
  await using lab = await Lab.start({ lessons: { plain: hanging } });
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "until [ -e /tmp/checking ]; do sleep 0.1; done; echo checking-$((1+1))", "checking-2");
  const checks = () =>
    readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandOf(pid).join(" ").startsWith("sleep 4324")).length;
  assert.equal(checks(), 1);
  await lab.stop("SIGKILL");
  await lab.start();
  assert.equal(checks(), 0);
});

test("runc that is killed while it makes a sandbox or a shell leaves nothing of it", PATIENCE, async (t) => {
  const random = seededRandom(t);
  await using lab = await Lab.start();
  const ann = await lab.page(ANN);
  await ann.open(1);
  await ann.run(1, "echo here-$((1+1))", "here-2");
  const before = await settled(lab);
  const counts = { killed: 0, sandboxes: 0, shells: 0 };
  for (let round = 0; round < RUNC_KILLS; round++) {
    const making = killRunc(lab, "run", random.between(0, RUNC_LIFE));
    const ben = await lab.socket();
    ben.hello(await lab.ticket(BEN.learner, BEN.lesson), crypto.randomUUID());
    await ben.until("an answer", () => ben.messages.some(({ type }) => type === "welcome" || type === "error"));
    const failure = ben.messages.find((message) => message.type === "error");
    if (failure) {
      assert.equal(failure.code, "create-failed");
      counts.sandboxes += 1;
    }
    ben.cut();
    counts.killed += await making;

    const opening = killRunc(lab, "exec", random.between(0, RUNC_LIFE));
    const heard = ann.messages.length;
    const answer = () =>
      ann.messages
        .slice(heard)
        .find((message) => message.type === "error" || (message.type === "opened" && message.terminal === 3));
    ann.say({ type: "open", terminal: 3, cols: 80, rows: 24 });
    await ann.until("an answer", () => answer() !== undefined);
    if (answer()?.type === "error") counts.shells += 1;
    else {
      ann.say({ type: "close", terminal: 3 });
      await ann.until("its end", () => ann.messages.slice(heard).some(({ type }) => type === "exited"));
    }
    counts.killed += await opening;
    await ann.run(1, `echo alive-$((${round}+1))-`, `alive-${round + 1}-`);
  }
  t.diagnostic(JSON.stringify(counts));
  assert(counts.sandboxes > 0 && counts.shells > 0, "runc was killed in time");
  // Without Ben's sandbox, if the last try gave one, it is as before.
  await lab.stop("SIGKILL");
  for (const owner of globSync(`/run/unboxed/${lab.instance}/*/owner.json`))
    if (readFileSync(owner, "utf8").includes(BEN.learner)) rmSync(owner);
  await lab.start();
  await (await lab.page(ANN, ann)).open(1);
  await assertSettles(lab, before);
});

/** Kills the next runc of the lab, so many milliseconds after it appears. Resolves to how many were killed. */
async function killRunc(lab: Lab, command: "run" | "exec", after: number): Promise<number> {
  for (const end = performance.now() + patient(500); performance.now() < end; await sleep(1)) {
    const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isRunc(name, lab, command));
    if (pid === undefined) continue;
    await sleep(after);
    if (!isRunc(pid, lab, command) || !existsSync(`/proc/${pid}`)) return 0;
    process.kill(Number(pid), "SIGKILL");
    return 1;
  }
  return 0;
}

function isRunc(pid: string, lab: Lab, command: string): boolean {
  const [program, ...args] = commandOf(pid);
  return program === "runc" && args.includes(`/run/unboxed/${lab.instance}/runc`) && args.includes(command);
}

/** Empty where it has ended. */
function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
