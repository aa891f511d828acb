/** Unboxed as a service of a real systemd: installed, upgraded, killed, saved and restored. Each test goes on where the one before ended. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../../classroom/database.ts";
import { patient } from "../../../cli/lab/patience.ts";
import { CONFIGURATION, PROGRAM, STATE } from "../../../cli/service/place.ts";
import { openInstance } from "../../../lab-server/instance.ts";
import type { LabClient } from "../../lab/client.ts";
import { MOUNTS } from "../recipe.ts";
import { command, run } from "./product.ts";
import { SITE, Visitor } from "./visitor.ts";

const LESSON = "namespaces";
const BACKUP = "/var/tmp/unboxed-backup.tar.gz";
/** Less than this is what `systemd-analyze security` may find of the site, 0 to 10. */
const EXPOSURE = 1.5;
/** Milliseconds for what systemd and the lab-server do by themselves. */
const WITHIN = patient(30_000);

let visitor: Visitor;
let page: LabClient;
let countdown = 0;

test("install-service installs the product and starts it", () => {
  mkdirSync("/etc/unboxed", { recursive: true });
  writeFileSync(CONFIGURATION, `UNBOXED_IMAGES=${MOUNTS.images}\nUNBOXED_POOL=1\nUNBOXED_MAX_PER_LEARNER=1\n`);
  command("install-service");
  for (const unit of ["unboxed-lab", "unboxed-site"]) assert.equal(systemctl("is-active", unit), "active");
  for (const unit of ["unboxed-lab", "unboxed-site", "unboxed.target"]) assert.equal(systemctl("is-enabled", unit), "enabled");
  assert.match(readFileSync(CONFIGURATION, "utf8"), /^UNBOXED_SECRET=[\w-]{40,}$/m);
});

test("a learner gets a sandbox and a shell through the site", async () => {
  visitor = await Visitor.come(LESSON);
  page = await visitor.connect();
  await page.open(1);
  await page.run(1, "survivor=$((40+2)); echo set-$survivor", "set-42");
});

test("a task is ticked", async () => {
  page.type(1, "readlink /proc/$$/ns/uts > /root/my-uts\n");
  await page.until("a tick", () => page.messages.some((message) => JSON.stringify(message).includes('"done":true')));
});

test("the site runs without rights, sees its database and nothing else of the state", () => {
  const pid = systemctl("show", "--property=MainPID", "--value", "unboxed-site");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  assert.match(status, /^Uid:\t999999\t999999/m);
  assert.match(status, /^CapEff:\t0+$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(status, /^Seccomp:\t2$/m);
  const seen = (folder: string) => run("ls", "-A", `/proc/${pid}/root${folder}`);
  assert.equal(seen(STATE), "database");
  assert.equal(seen("/run/unboxed"), "");
  assert.equal(seen("/etc/unboxed"), "");
});

test("systemd-analyze finds little that the site could do", () => {
  const overall = /Overall exposure level for unboxed-site\.service: ([\d.]+)/.exec(
    run("systemd-analyze", "security", "--no-pager", "unboxed-site.service"),
  )?.[1];
  assert(Number(overall) < EXPOSURE, `exposure ${overall}`);
});

test("limits of a sandbox stay when systemd reads its units again", async () => {
  const { name } = await openInstance(STATE);
  const limits = () =>
    globSync(`/sys/fs/cgroup/unboxed/${name}/*/{memory.max,pids.max,cpu.max}`).map((file) => [file, read(file)]);
  const before = limits();
  assert(before.length >= 3 && before.some(([, limit]) => limit === "256"), JSON.stringify(before));
  systemctl("daemon-reload");
  assert.deepEqual(limits(), before);
});

for (const [how, away] of [
  ["a restart", () => systemctl("restart", "unboxed.target")],
  ["a lab-server that is killed", () => systemctl("kill", "--kill-whom=main", "--signal=KILL", "unboxed-lab")],
  [
    "an upgrade",
    () => {
      const before = readlinkSync(`${PROGRAM}/current`);
      appendFileSync(`${MOUNTS.clone}/README.md`, "\nAnother release.\n");
      command("install-service");
      assert.notEqual(readlinkSync(`${PROGRAM}/current`), before, "another release runs");
    },
  ],
] as const) {
  test(`sandbox and shell survive ${how}`, async () => {
    const pid = systemctl("show", "--property=MainPID", "--value", "unboxed-lab");
    away();
    page = await visitor.connect(page);
    assert.notEqual(systemctl("show", "--property=MainPID", "--value", "unboxed-lab"), pid, "it is another process");
    await page.open(1);
    countdown += 1;
    await page.run(1, `echo still-$((survivor+${countdown}))`, `still-${42 + countdown}`);
  });
}

test("install-service that finds nothing to do changes nothing", () => {
  const release = readlinkSync(`${PROGRAM}/current`);
  const said = command("install-service");
  assert.match(said, /already there/);
  assert.match(said, /units: as they are/);
  assert.equal(readlinkSync(`${PROGRAM}/current`), release);
});

test("a backup brings progress, secret and configuration back into a folder that was wiped", async () => {
  const configuration = readFileSync(CONFIGURATION, "utf8");
  rmSync(BACKUP, { force: true });
  command("backup", BACKUP);
  systemctl("stop", "unboxed.target", "unboxed-site", "unboxed-lab");
  rmSync(`${STATE}/database`, { recursive: true });
  writeFileSync(CONFIGURATION, `UNBOXED_IMAGES=${MOUNTS.images}\nUNBOXED_SECRET=${"x".repeat(40)}\n`);
  command("restore", BACKUP);
  assert.equal(readFileSync(CONFIGURATION, "utf8"), configuration);
  const database = await openDatabase(`${STATE}/database/unboxed.sqlite`);
  const ticks = await database.selectFrom("task_done").selectAll().execute();
  await database.destroy();
  assert(
    ticks.some(({ lesson }) => lesson === LESSON),
    JSON.stringify(ticks),
  );
  // The cookie that was signed before is good again, and the sandbox has never ended.
  page = await visitor.connect(page);
  await page.open(1);
  await page.run(1, "echo again-$survivor", "again-42");
});

test("a drained lab-server takes no more learners, ends with the last sandbox and is not started again", async () => {
  systemctl("kill", "--kill-whom=main", "--signal=USR2", "unboxed-lab");
  await until(async () => (await fetch("http://127.0.0.1:3001/readyz")).status === 503);
  const { name } = await openInstance(STATE);
  const welcome = page.messages.findLast((message) => message.type === "welcome");
  assert(welcome);
  writeFileSync(`/sys/fs/cgroup/unboxed/${name}/${welcome.sandbox.id}/cgroup.kill`, "1");
  await until(async () => systemctl("is-active", "unboxed-lab") === "inactive");
  page.cut();
  systemctl("start", "unboxed-lab");
  await until(async () => (await fetch(`${SITE}/lab/healthz`).catch(() => undefined))?.ok ?? false);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WITHIN; !(await holds()); await sleep(500)) assert(Date.now() < end, "it does not come");
}

/** What it prints; it exits with another code than 0 for a unit that is not active, too. */
function systemctl(...args: string[]): string {
  try {
    return run("systemctl", ...args);
  } catch (error) {
    if (error instanceof Error && "stdout" in error && args[0]?.startsWith("is-")) return String(error.stdout).trim();
    throw error;
  }
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}
