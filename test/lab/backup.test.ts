import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../classroom/database.ts";
import { markDone } from "../../classroom/progress.ts";
import { CLONE, NODE } from "../../cli/start/settings.ts";
import { SITE_ID } from "../../cli/start/site.ts";
import { openInstance } from "../../lab-server/instance.ts";
import { Lab } from "./harness.ts";

const WRITERS = ["ada", "grace", "edsger"] as const;

/** A folder that goes with the test, and what lies in /run for the instances in it. */
async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unboxed-backup-"));
  try {
    await work(folder);
  } finally {
    for (const name of readdirSync(folder).filter((name) => name.startsWith("state")))
      rmSync((await openInstance(join(folder, name))).folder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function environment(state: string): NodeJS.ProcessEnv {
  const { UNBOXED_SECRET: _, DATABASE_FILE: __, ...env } = process.env;
  return { ...env, UNBOXED_STATE: state };
}

/** Runs a command that is to succeed; what it says. */
function command(name: "backup" | "restore", file: string, state: string): string {
  return execFileSync(NODE, [join(CLONE, `cli/${name}.ts`), file], { env: environment(state), encoding: "utf8" });
}

/** Runs a command that is to fail; what it says. */
function refusal(name: "backup" | "restore", file: string, state: string): string {
  const { status, stderr } = spawnSync(NODE, [join(CLONE, `cli/${name}.ts`), file], {
    env: environment(state),
    encoding: "utf8",
  });
  assert.equal(status, 1, stderr);
  return stderr;
}

async function ticks(state: string): Promise<Map<string, number[]>> {
  const database = await openDatabase(join(state, "database/unboxed.sqlite"));
  const rows = await database.selectFrom("task_done").select(["learner", "task"]).execute();
  await database.destroy();
  const byLearner = Map.groupBy(rows, ({ learner }) => learner);
  return new Map(
    [...byLearner].map(([learner, found]) => [learner, found.map(({ task }) => Number(task)).sort((a, b) => a - b)]),
  );
}

async function stateWithOneTick(state: string): Promise<void> {
  mkdirSync(state, { recursive: true });
  const database = await openDatabase(join(state, "database/unboxed.sqlite"));
  await markDone(database, { learner: "ada", lesson: "load", task: "7" });
  await database.destroy();
}

test("a backup taken while three processes write is whole and has every tick that was acknowledged before it began", () =>
  withFolder(async (folder) => {
    const [state, other, file] = [join(folder, "state"), join(folder, "state-other"), join(folder, "backup.tar.gz")];
    mkdirSync(join(state, "database"), { recursive: true });
    const acknowledged = new Map<string, number>(WRITERS.map((learner) => [learner, -1]));
    const writers = WRITERS.map((learner): ChildProcess => {
      const argv = [join(import.meta.dirname, "ticker.ts"), join(state, "database/unboxed.sqlite"), learner];
      const child = spawn(NODE, argv, { stdio: ["ignore", "pipe", "inherit"] });
      createInterface({ input: child.stdout }).on("line", (line) => acknowledged.set(learner, Number(line)));
      return child;
    });
    try {
      for (const end = Date.now() + 60_000; [...acknowledged.values()].some((number) => number < 300); await sleep(20))
        assert(Date.now() < end, "the writers write");
      for (const round of [1, 2, 3]) {
        const before = new Map(acknowledged);
        // Not execFileSync: what writers say meanwhile is heard as well.
        const backup = spawn(NODE, [join(CLONE, "cli/backup.ts"), `${file}.${round}`], {
          env: environment(state),
          stdio: ["ignore", "ignore", "inherit"],
        });
        assert.deepEqual(await once(backup, "exit"), [0, null]);
        assert(
          WRITERS.every((learner) => (acknowledged.get(learner) ?? 0) > (before.get(learner) ?? 0)),
          "nobody waited for the backup",
        );
        command("restore", `${file}.${round}`, `${other}-${round}`);
        const found = await ticks(`${other}-${round}`);
        for (const learner of WRITERS) {
          const numbers = found.get(learner) ?? [];
          assert(numbers.length > (before.get(learner) ?? 0), `${learner}: ${numbers.length}, ${before.get(learner)} before`);
          assert.deepEqual(numbers, [...numbers.keys()], "one after the other, none left out");
        }
      }
    } finally {
      for (const child of writers) {
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
    }
  }));

test("killed, lost and restored into a clean folder, progress is there", () =>
  withFolder(async (folder) => {
    await using lab = await Lab.start();
    const who = { learner: "learner-of-backup", lesson: "plain" };
    const page = await lab.page(who);
    await page.open(1);
    page.type(1, "touch /root/done\n");
    await page.hear("task", ({ task }) => task.done);
    const file = join(folder, "backup.tar.gz");
    command("backup", file, lab.stateFolder);
    await lab.stop("SIGKILL");
    rmSync(join(lab.stateFolder, "database"), { recursive: true });
    command("restore", file, lab.stateFolder);
    await lab.start();
    const again = await lab.page(who);
    const welcome = again.messages.findLast((message) => message.type === "welcome");
    assert.deepEqual(
      welcome?.tasks.map(({ id, done }) => [id, done]),
      [["make-a-file", true]],
    );
  }));

test("a backup holds the secret, and a clean folder gets it; only root can read either, and the site's user owns the database", () =>
  withFolder(async (folder) => {
    const [state, other, file] = [join(folder, "state"), join(folder, "state-other"), join(folder, "backup.tar.gz")];
    await stateWithOneTick(state);
    command("backup", file, state);
    command("restore", file, other);
    const secret = readFileSync(join(other, "secret"), "utf8");
    assert.equal(secret, readFileSync(join(state, "secret"), "utf8"));
    assert.match(secret, /^[\w-]{43}\n$/);
    for (const path of [file, join(other, "secret")]) assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(other, "database/unboxed.sqlite")).uid, SITE_ID);
    assert.equal(statSync(other).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(folder).sort(), ["backup.tar.gz", "state", "state-other"], "nothing else is left");
  }));

test("what a restore replaces is kept", () =>
  withFolder(async (folder) => {
    const [state, file] = [join(folder, "state"), join(folder, "backup.tar.gz")];
    await stateWithOneTick(state);
    command("backup", file, state);
    writeFileSync(join(state, "secret"), `${"y".repeat(40)}\n`);
    const database = await openDatabase(join(state, "database/unboxed.sqlite"));
    await markDone(database, { learner: "ada", lesson: "load", task: "8" });
    await database.destroy();
    const said = command("restore", file, state);
    assert.match(said, /database that was there is kept as/);
    assert.deepEqual(await ticks(state), new Map([["ada", [7]]]));
    const kept = readdirSync(join(state, "database")).find((name) => name.includes("before-restore"));
    cpSync(join(state, "database", kept ?? ""), join(folder, "state-kept/database/unboxed.sqlite"), { recursive: true });
    assert.deepEqual(await ticks(join(folder, "state-kept")), new Map([["ada", [7, 8]]]));
    const secrets = readdirSync(state).filter((name) => name.startsWith("secret.before-restore"));
    assert.deepEqual(
      secrets.map((name) => readFileSync(join(state, name), "utf8")),
      [`${"y".repeat(40)}\n`],
    );
  }));

test("a restore refuses what is damaged, what is no backup, and a folder that is in use, and changes nothing", () =>
  withFolder(async (folder) => {
    const [state, file] = [join(folder, "state"), join(folder, "backup.tar.gz")];
    await stateWithOneTick(state);
    command("backup", file, state);
    assert.match(refusal("backup", file, state), /is there already/);
    cpSync(file, `${file}.cut`);
    truncateSync(`${file}.cut`, statSync(file).size - 200);
    assert.match(refusal("restore", `${file}.cut`, state), /no backup of Unboxed, or is cut short/);
    writeFileSync(`${file}.other`, "something else");
    assert.match(refusal("restore", `${file}.other`, state), /no backup of Unboxed/);
    assert.match(refusal("restore", `${file}.none`, state), /There is no file/);
    // Claimed as a lab-server does; the restore is another process.
    const { claimInstance } = await import("../../lab-server/instance.ts");
    const claim = await claimInstance(await openInstance(state));
    assert.match(refusal("restore", file, state), /Another lab-server runs on this state folder/);
    await claim[Symbol.asyncDispose]();
    assert.deepEqual(await ticks(state), new Map([["ada", [7]]]));
    assert.deepEqual(readdirSync(join(state, "database")).sort(), ["unboxed.sqlite"]);
  }));
