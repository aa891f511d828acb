/** Key to echo in one sandbox while the sandbox beside it uses up what it can (test/lab/resource-attacks.ts): over the lab-server, as a page has it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { Lab } from "../lab/harness.ts";
import { RESOURCE_ATTACKS } from "../lab/resource-attacks.ts";
import { echoes } from "./terminal/measure.ts";
import { page } from "./terminal/subject.ts";

/** Milliseconds that an attack has begun before, and goes on while, keys are measured. */
const BEGINS = 500;
const LASTS = 4_000;
const KEY_PAUSE = 10;
/** Milliseconds: what a person feels as at once. */
const GOAL = 50;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, script] of Object.entries({ nothing: "sleep 60", ...RESOURCE_ATTACKS })) {
    // A lab-server each: what one attack has left behind is not the next one's.
    await using lab = await Lab.start();
    const neighbour = await page(lab, "learner-beside", 1);
    const attacker = await page(lab, "learner-who-attacks", 0);
    const argv = ["--root", `/run/unboxed/${lab.instance}/runc`, "exec", attacker.sandbox, "bash", "-c", script];
    const attack = spawn("runc", argv, { stdio: "ignore" });
    const ended = once(attack, "exit");
    await sleep(BEGINS);
    const until = performance.now() + LASTS;
    const echo = await echoes(neighbour, () => performance.now() < until, KEY_PAUSE);
    attack.kill("SIGKILL");
    await ended;
    for (const each of [neighbour, attacker]) each.close();
    rows.push(under(GOAL, { name: `key to echo beside: ${name}, p99`, unit: "ms", value: quantile(echo, 0.99) }));
  }
  return rows;
}
