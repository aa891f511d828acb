/** The machine's clock jumps: faketime(1) tells the lab-server so. CLOCK_MONOTONIC goes on, as it does when somebody sets the time. Needs root. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { Lab } from "./harness.ts";

const PATIENCE = { timeout: patient(120_000) };
const ANN = { learner: "learner-ann", lesson: "plain" };
const SECONDS = 1 / 60;
const DAY = 24 * 60 * 60 * 1000;

test("a sandbox neither ends nor stays for ever because the time was set", PATIENCE, async (t) => {
  const clock = new Clock();
  t.after(() => clock.remove());
  await using lab = await Lab.start({
    env: { ...clock.environment, UNBOXED_IDLE_MINUTES: "30", UNBOXED_LIFETIME_MINUTES: "60" },
  });
  const page = await lab.page(ANN);
  await page.open(1);
  await page.run(1, "echo here-$((1+1))", "here-2");
  for (const offset of ["+3d", "-3d", "+0"]) {
    clock.set(offset);
    await sleep(300);
    await page.run(1, `echo at-$((1+1))-${offset}-`, `at-2-${offset}-`);
    // The page is told the end by the time that is now, an hour from it.
    page.say({ type: "extend" });
    const { sandbox } = await page.hear("welcome");
    const days = Number.parseInt(offset, 10);
    const left = sandbox.endsAt - (Date.now() + days * DAY);
    assert(left > 50 * 60_000 && left < 125 * 60_000, `${left / 60_000} minutes are left at ${offset}`);
  }
  assert(!page.messages.some(({ type }) => type === "ended" || type === "ending"));
  // Another lab-server, to which the clock of the first was wrong, finds it again with the time that it has left.
  clock.set("+3d");
  await lab.stop("SIGKILL");
  clock.set("+0");
  await lab.start();
  const again = await lab.page(ANN, page);
  assert(again.messages.some((message) => message.type === "welcome" && !message.fresh));
});

test("a clock that is set back gives no sandbox more time", PATIENCE, async (t) => {
  const clock = new Clock();
  t.after(() => clock.remove());
  await using lab = await Lab.start({ env: { ...clock.environment, UNBOXED_LIFETIME_MINUTES: String(5 * SECONDS) } });
  const page = await lab.page(ANN);
  const begun = performance.now();
  clock.set("-3d");
  assert.equal((await page.hear("ended")).reason, "lifetime");
  assert(performance.now() - begun > 3_000, "it had its time");
});

/** What a program takes for the time, as a file says. */
class Clock {
  readonly #folder = mkdtempSync(join(tmpdir(), "unboxed-clock-"));
  readonly #file = join(this.#folder, "time");

  constructor() {
    this.set("+0");
  }

  get environment(): Record<string, string> {
    const [library] = globSync("/usr/lib/*/faketime/libfaketime.so.1");
    assert(library, "libfaketime is installed: apt-get install faketime");
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** An offset as faketime(1) takes it, such as +3d. */
  set(offset: string): void {
    writeFileSync(this.#file, `${offset}\n`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
