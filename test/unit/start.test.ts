import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { notInstalled } from "../../cli/start/debian-packages.ts";
import { isInInstance, mountPoints } from "../../cli/start/leftovers.ts";
import { LogFile } from "../../cli/start/log-file.ts";
import { heldBy, startTimeOf, takePidFile } from "../../cli/start/pid-file.ts";
import { keptSecret, makeStateFolder, readSettings } from "../../cli/start/settings.ts";
import { StartError } from "../../cli/start/step.ts";
import { claimedInstances } from "../../cli/test/traces.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "unboxed-start-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("only packages that dpkg calls installed count, in the order asked for", () => {
  const output = "runc installed\nmmdebstrap not-installed\ne2fsprogs config-files\n";
  assert.deepEqual(notInstalled(["mmdebstrap", "runc", "unknown", "e2fsprogs"], output), ["mmdebstrap", "unknown", "e2fsprogs"]);
});

test("mount points are read with their blanks", () => {
  assert.deepEqual(mountPoints("29 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 29 0:26 / /srv/my\\040lab rw - tmpfs tmpfs rw\n"), [
    "/",
    "/srv/my lab",
  ]);
});

test("a process belongs to the instance of its cgroup and to no other whose name begins alike", () => {
  assert.equal(isInInstance("4:memory:/unboxed/0a1b2c3d/sandbox1\n0::/", "0a1b2c3d"), true);
  assert.equal(isInInstance("0::/unboxed/0a1b2c3d/sandbox1/init", "0a1b2c3d"), true);
  assert.equal(isInInstance("0::/unboxed/0a1b2c3de/sandbox1", "0a1b2c3d"), false);
  assert.equal(isInInstance("0::/user.slice", "0a1b2c3d"), false);
});

test("living lab-servers are seen by their abstract sockets", () => {
  assert.deepEqual(
    claimedInstances("0000: 00000002 00000000 00010000 0001 01 123 @unboxed/0a1b2c3d\n0000: 1 /run/x\n"),
    new Set(["0a1b2c3d"]),
  );
});

test("a process's start time is found behind a name with brackets and blanks", () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 4));
  assert.equal(startTimeOf(`12 (a) b (c) S ${fields.join(" ")}`), "22");
});

test("a pid file is held by the living and taken from the dead", (t) => {
  const file = join(folder(t), "start.pid");
  const first = takePidFile(file);
  assert("release" in first);
  assert.deepEqual(takePidFile(file), { heldBy: process.pid });
  first.release();
  assert.equal(existsSync(file), false);

  const { pid } = spawnSync("true");
  writeFileSync(file, JSON.stringify({ pid, started: "1" }));
  assert("release" in takePidFile(file), "a process that has ended");
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: "1" }));
  assert("release" in takePidFile(file), "a process of the same number that began at another time");
  writeFileSync(file, "{");
  assert.equal(heldBy(file), undefined, "a file cut short by a crash");
});

test("the secret is made once, and only its owner reads it", (t) => {
  const state = folder(t);
  const secret = keptSecret(state);
  assert.ok(secret.length >= 32);
  assert.equal(keptSecret(state), secret);
  assert.equal(statSync(join(state, "secret")).mode & 0o777, 0o600);
  writeFileSync(join(state, "secret"), "short");
  assert.throws(() => keptSecret(state), StartError);
});

test("a state folder that cannot be made is one sentence with the cure", (t) => {
  const file = join(folder(t), "file");
  writeFileSync(file, "");
  assert.throws(
    () => makeStateFolder(join(file, "state")),
    /cannot be written \(ENOTDIR\): make .* writable, or choose another folder by UNBOXED_STATE/,
  );
});

test("every bad variable is named at once", () => {
  const environment = { ...process.env, PORT: "none", UNBOXED_POOL: "-1", UNBOXED_HOST: "a b" };
  assert.throws(
    () => readSettings(environment),
    (error) =>
      error instanceof StartError && ["PORT", "UNBOXED_POOL", "UNBOXED_HOST"].every((name) => error.message.includes(name)),
  );
});

test("the lab-server's port follows the site's", () => {
  const settings = readSettings({ ...process.env, PORT: "4242", UNBOXED_LAB_PORT: "", UNBOXED_ORIGIN: "" });
  assert.equal(settings.labPort, 4243);
  assert.equal(settings.url, "http://localhost:4242");
});

test("a log begins anew when it is full, and one file before it is kept", (t) => {
  const path = join(folder(t), "service.log");
  const log = new LogFile(path);
  const line = "x".repeat(1024 * 1024 - 1);
  for (let count = 0; count < 17; count++) log.write(line);
  log.close();
  assert.equal(statSync(path).size, 1024 * 1024);
  assert.equal(statSync(`${path}.1`).size, 16 * 1024 * 1024);
  new LogFile(path).close();
  assert.equal(readFileSync(path, "utf8"), "");
});
