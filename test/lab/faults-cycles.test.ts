/** Sandboxes come and go by the hundred, and nothing is left of them. Needs root. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Lab } from "./harness.ts";
import { assertSettles, holderOf, settled } from "./inventory.ts";

const CYCLES = Number(process.env.UNBOXED_CYCLES ?? 40);
/** Learners that come and go at the same time. */
const AT_ONCE = 4;
/** Megabytes by which a process may grow, whatever the number of cycles: its heap is not emptied at once. */
const GROWTH = 60;

test(`${CYCLES} sandboxes with shells are made, used, reset and removed`, { timeout: 3_600_000 }, async (t) => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1", UNBOXED_IDLE_MINUTES: "1000", UNBOXED_LOG_LEVEL: "info" } });
  const learners = Array.from({ length: AT_ONCE }, (_, index) => ({ learner: `learner-${index}`, lesson: "plain" }));
  // Each cycle is a reset: the old sandbox goes when the new one is there.
  const turn = async (who: { learner: string; lesson: string }, cycles: number) => {
    const page = await lab.page(who);
    for (let cycle = 0; cycle < cycles; cycle++) {
      await page.open(1);
      await page.run(1, `unshare -m true; sleep 1000 & echo cycle-$((${cycle}+1))-`, `cycle-${cycle + 1}-`);
      page.say({ type: "reset" });
      await page.hear("ended");
      await page.hear("welcome");
    }
    page.cut();
  };
  await Promise.all(learners.map((who) => turn(who, 2)));
  await lab.waitForLog("a sandbox is ready in the pool");
  const before = await normal(lab, learners);
  const holder = holderOf(lab);
  assert(holder);
  const memory = [lab.pid, holder].map(residentMegabytes);
  await Promise.all(learners.map((who) => turn(who, CYCLES / AT_ONCE)));
  await normal(lab, learners);
  await assertSettles(lab, before);
  const growth = [lab.pid, holder].map((pid, index) => Math.round(residentMegabytes(pid) - (memory[index] ?? 0)));
  t.diagnostic(`the lab-server grew by ${growth[0]} MB, the holder by ${growth[1]} MB`);
  for (const grown of growth) assert(grown < GROWTH, `a process grew by ${grown} MB`);
});

/** Every learner has a shell, and nobody watches. */
async function normal(lab: Lab, learners: readonly { learner: string; lesson: string }[]) {
  for (const who of learners) {
    const page = await lab.page(who);
    await page.open(1);
    await page.run(1, "echo here-$((1+1))", "here-2");
    page.cut();
  }
  return settled(lab);
}

function residentMegabytes(pid: number): number {
  return Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
}
