/** One sandbox uses up what it can; its neighbour goes on, no sandbox ends, and the machine is as before. How fast a neighbour goes on is measured in test/bench/neighbour.ts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import type { Pty } from "../../lab-server/sandbox/driver.ts";
import { RESOURCE_ATTACKS } from "./resource-attacks.ts";
import { MIB, Trial } from "./sandbox-trial.ts";
import { Listening } from "./terminal-sandbox.ts";

/** Milliseconds that each goes on. */
const LASTS = 2_500;
const LIMITS = { memory: 256 * MIB, pids: 96, cpus: 1, disk: 256 * MIB, inodes: 8_192 };

let trial: Trial;
let neighbour: string;
let shell: Pty;
let said: Listening;
before(async () => {
  trial = await Trial.open();
  neighbour = await trial.create({ hostname: "neighbour", limits: LIMITS });
  shell = await trial.driver.openPty(neighbour, { argv: ["/bin/bash", "--norc"], cols: 80, rows: 24 });
  said = new Listening(shell);
});
after(async () => {
  shell.close();
  await trial[Symbol.asyncDispose]();
});

let echoes = 0;
async function neighbourGoesOn(): Promise<void> {
  echoes += 1;
  await shell.write(Buffer.from(`echo beat-$((${echoes}))\n`));
  await said.hear(`beat-${echoes}\r\n`);
}

for (const [name, script] of Object.entries(RESOURCE_ATTACKS)) {
  test(`${name}: the neighbour goes on, and nothing is left`, async () => {
    const others = await trial.driver.list();
    const attacker = await trial.create({ limits: LIMITS });
    const attack = trial.driver.exec(attacker, ["bash", "-c", script], { timeout: LASTS });
    const ended = attack.then(() => true);
    while (!(await Promise.race([ended, neighbourGoesOn().then(() => false)])));
    assert.equal((await trial.driver.describe(attacker))?.running, true, "the sandbox that did it goes on too");
    assert.deepEqual((await trial.driver.list()).toSorted(), [...others, attacker].toSorted());
    await trial.driver.destroy(attacker);
    await neighbourGoesOn();
    assert.deepEqual(traces(attacker), []);
  });
}

test("all sandboxes burn CPU at once, and each goes on", async () => {
  const burners = await Promise.all([1, 2, 3, 4].map(() => trial.create({ limits: LIMITS })));
  const burning = burners.map((id) => trial.driver.exec(id, ["bash", "-c", "while :; do :; done"], { timeout: LASTS }));
  await neighbourGoesOn();
  for (const id of burners) assert.equal(await trial.sh(id, "echo well"), "well");
  await neighbourGoesOn();
  await Promise.all(burning);
  for (const id of burners) await trial.driver.destroy(id);
});

/** What the machine still has of a sandbox. */
function traces(id: string): string[] {
  const lines = (text: string) => text.split("\n").filter((line) => line.includes(id));
  const groups = execFileSync("find", ["/sys/fs/cgroup", "-maxdepth", "5", "-name", `${id}*`], { encoding: "utf8" });
  return [...lines(readFileSync("/proc/self/mountinfo", "utf8")), ...lines(groups)];
}
