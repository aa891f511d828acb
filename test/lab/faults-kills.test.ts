/** kill -9 of the lab-server, of the site, and of both, at random moments of a scripted lesson. Needs root. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { freePort } from "../browser/product.ts";
import { Lab } from "./harness.ts";
import { assertSettles, holderOf, settled } from "./inventory.ts";
import { type Random, seededRandom } from "./random.ts";
import { Site } from "./site.ts";
import { Survivor } from "./survivor.ts";

const KILLS = Number(process.env.UNBOXED_KILLS ?? 50);
/** Milliseconds from when all is up again to the next kill, at most. */
const MOST_PEACE = patient(700);
const ANN = { learner: "learner-ann", lesson: "counted" };
const BEN = { learner: "learner-ben", lesson: "counted" };
/** Bytes. */
const PASTE = 30_000;
const TASKS = 30;

/** A lesson whose task n is done by /root/task-n. */
const COUNTED_LESSON = `---
title: A lesson with many tasks
summary: For tests.
minutes: 5
order: 1
goals: [test]
---
${Array.from(
  { length: TASKS },
  (_, index) => `
<Task id="task-${index}" title="Task ${index}">
Do it.

\`\`\`bash check
[ -e /root/task-${index} ] || fail "There is no file /root/task-${index} yet."
\`\`\`

\`\`\`bash solution
touch /root/task-${index}
\`\`\`

<Hint>Use touch.</Hint>
</Task>
`,
).join("")}`;

test(`${KILLS} kills: sandbox, files, processes, shell, scrollback and ticks survive`, {
  timeout: patient(900_000),
}, async (t) => {
  const random = seededRandom(t);
  const [port, sitePort] = [await freePort(), await freePort()];
  await using lab = await Lab.start({
    lessons: { counted: COUNTED_LESSON },
    env: {
      UNBOXED_POOL: "1",
      UNBOXED_LAB_PORT: String(port),
      UNBOXED_ORIGIN: `http://localhost:3000,http://127.0.0.1:${sitePort}`,
      UNBOXED_LOG_LEVEL: "info",
    },
  });
  await using site = await Site.start(lab, sitePort);
  const ann = await Survivor.come({ lab, who: ANN, url: site.url });
  await ann.open(1);
  // The beat starts no programs, so that what runs is always the same.
  ann.type(
    1,
    "mkfifo /root/pipe; n=0; (i=0; exec 9<>/root/pipe; while :; do i=$((i+1)); echo $i > /root/beat; read -t 0.05 -u 9; done) & job=$!\n",
  );
  ann.type(1, "echo begun-$((1+1))\n");
  await ann.see(1, "begun-2");
  // As it is after a kill: found again, not made.
  await lab.stop("SIGKILL");
  await lab.start();
  await stay(lab, site);
  // Nobody watches, so no check runs either.
  ann.page.cut();
  const before = await settled(lab);
  const holder = holderOf(lab);

  const killer = new Killer(lab, site, random);
  let lines = 0;
  const working = async () => {
    while (!killer.isDone) {
      lines += 1;
      await work(ann, lines, random);
      if (random.next() < 0.1) await visit(lab, site);
    }
  };
  // Where one fails, the other ends too: nothing is started again that the test has already taken away.
  const outcomes = await Promise.allSettled([killer.run(), working().finally(() => killer.end())]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  t.diagnostic(`${lines} steps, ${ann.reconnects} reconnects, killed: ${JSON.stringify(killer.killed)}`);

  // The shell is the one that it was, and got every line once.
  ann.type(1, "echo count-$n- job-$(kill -0 $job && echo alive)-\n");
  await ann.see(1, `count-${lines}- job-alive-`);
  ann.type(
    1,
    "cmp <(seq $n) /root/log && echo same-$((1+1)); b=$(cat /root/beat); sleep 0.5; [ $(cat /root/beat) -gt $b ] && echo beats-$((1+1))\n",
  );
  await ann.see(1, "same-2");
  await ann.see(1, "beats-2");
  assert.equal(holderOf(lab), holder, "the holder is the one that it was");

  const tasks = Array.from({ length: Math.min(TASKS - 1, Math.floor(lines / 3)) }, (_, index) => `task-${index + 1}`);
  await ann.until("the ticks", () => tasks.every((task) => ann.done.has(task)));

  // The page has seen every byte of the shell once, and in order: a page that comes now is shown the same.
  const fresh = await lab.page(ANN, undefined, site.url);
  await fresh.open(1);
  await fresh.until("the whole scrollback", () => fresh.received(1) === ann.page.received(1));
  const seen = ann.page.bytes(1);
  assert.deepEqual(seen.subarray(seen.length - fresh.bytes(1).length), fresh.bytes(1));
  for (const id of ann.done)
    assert(
      fresh.messages.some((message) => message.type === "welcome" && message.tasks.some((task) => task.id === id && task.done)),
    );

  fresh.cut();
  ann.page.cut();
  await stay(lab, site);
  await assertSettles(lab, before);
});

/** One step of the lesson: a line of its own, and now and then a task, a flood, or a long paste. */
async function work(page: Survivor, line: number, random: Random): Promise<void> {
  const task = line % 3 === 0 && line / 3 < TASKS ? ` touch /root/task-${line / 3};` : "";
  page.type(1, `n=$((n+1)); echo $n >> /root/log;${task} echo line-$n-\n`);
  await page.see(1, `line-${line}-`);
  const what = random.next();
  if (what < 0.15) {
    page.type(1, `seq ${random.between(1_000, 8_000)}; echo flooded-$((${line}+1))-\n`);
    await page.see(1, `flooded-${line + 1}-`);
  } else if (what < 0.3) {
    const text = Array.from({ length: PASTE }, () => String.fromCharCode(random.between(97, 122))).join("");
    page.type(1, `stty -icanon -echo; echo rea''dy-${line}-; head -c ${PASTE} | sha256sum; stty sane\n`);
    await page.see(1, `ready-${line}-`);
    page.type(1, text);
    await page.see(1, createHash("sha256").update(text).digest("hex"));
  }
}

/** Someone else comes, starts afresh, and goes: sandboxes are being made and removed when the next kill comes. */
async function visit(lab: Lab, site: Site): Promise<void> {
  try {
    const page = await lab.page(BEN, undefined, site.url);
    page.say({ type: "reset" });
    await sleep(50);
    page.cut();
  } catch {
    // The lab-server or the site was killed meanwhile, or was not up.
  }
}

/** The visitor has one sandbox, and a shell in it. */
async function stay(lab: Lab, site: Site): Promise<void> {
  const page = await lab.page(BEN, undefined, site.url);
  await page.open(1);
  await page.run(1, "echo here-$((1+1))", "here-2");
  page.cut();
}

class Killer {
  readonly killed = { lab: 0, site: 0, both: 0 };
  #isDone = false;
  readonly #lab: Lab;
  readonly #site: Site;
  readonly #random: Random;

  constructor(lab: Lab, site: Site, random: Random) {
    this.#lab = lab;
    this.#site = site;
    this.#random = random;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  end(): void {
    this.#isDone = true;
  }

  async run(): Promise<void> {
    try {
      for (let kill = 0; kill < KILLS && !this.#isDone; kill++) {
        await sleep(this.#random.between(0, MOST_PEACE));
        const whom = this.#random.pick<keyof Killer["killed"]>(["lab", "lab", "lab", "site", "both"]);
        this.killed[whom] += 1;
        await Promise.all([
          ...(whom === "site" ? [] : [this.#lab.stop("SIGKILL").then(() => this.#lab.start())]),
          ...(whom === "lab" ? [] : [this.#site.kill().then(() => this.#site.start())]),
        ]);
      }
    } finally {
      this.end();
    }
  }
}
