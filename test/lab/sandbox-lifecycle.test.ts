import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "../../lab-server/sandbox/driver.ts";
import { mount, unmount } from "../../lab-server/sandbox/kernel/mount.ts";
import { MIB, openDriver, randomId, Trial } from "./sandbox-trial.ts";

test("a sandbox starts although the state folder is closed to others", async () => {
  await using trial = await Trial.open();
  assert.equal(statSync(trial.stateFolder).mode & 0o777, 0o700);
  assert.equal(await trial.sh(await trial.create(), "id -u"), "0");
});

test("destroy leaves nothing, whatever the learner did", async () => {
  await using trial = await Trial.open();
  const id = await trial.create();
  await trial.sh(id, MESS, { timeout: 60_000 });
  assert((await trial.leftovers()).length > 5);
  await trial.driver.destroy(id);
  assert.equal(await trial.driver.describe(id), undefined);
  await trial.assertNothingLeft();
  await trial.driver.destroy(id);
  assert.deepEqual(await trial.driver.list(), []);
});

test("a create that fails in the middle leaves nothing and says what to do", async (t) => {
  await using trial = await Trial.open();
  await t.test("no such image", async () => {
    await assert.rejects(trial.create({ image: "nowhere" }), isError("create-failed", /nowhere.*npm run image/));
  });
  await t.test("a disk too small for a file system", async () => {
    const limits = { memory: 64 * MIB, pids: 32, cpus: 1, disk: 4096, inodes: 16 };
    await assert.rejects(trial.create({ limits }), isError("create-failed", /could not be started/));
  });
  await t.test("a limit that the kernel refuses, when everything else is there", async () => {
    const limits = { memory: 4096, pids: 1, cpus: 1, disk: 64 * MIB, inodes: 1024 };
    await assert.rejects(trial.create({ limits }), isError("create-failed", /could not be started/));
  });
  await t.test("names that are none", async () => {
    for (const bad of [{ id: "../../etc" }, { hostname: "a b" }, { image: "../debian" }]) {
      await assert.rejects(trial.create(bad), isError("create-failed", /no sandbox id|no host name|not there/));
    }
  });
  await trial.assertNothingLeft();
});

test("an id is given once", async () => {
  await using trial = await Trial.open();
  const id = await trial.create();
  await assert.rejects(trial.create({ id }), isError("create-failed", /already/));
  assert.equal(await trial.sh(id, "echo still here"), "still here");
});

test("a full disk under the state folder is said to be one", async () => {
  await using trial = await Trial.open();
  const small = join(trial.stateFolder, "small");
  mkdirSync(small);
  await mount({ source: "tmpfs", target: small, type: "tmpfs", data: "size=80m" });
  try {
    writeFileSync(join(small, "ballast"), Buffer.alloc(40 * MIB));
    const driver = await openDriver(trial.instance, small);
    const limits = { memory: 64 * MIB, pids: 32, cpus: 1, disk: 64 * MIB, inodes: 1024 };
    const spec = { id: randomId(), image: "debian", hostname: "lab", limits };
    await assert.rejects(driver.create(spec), isError("disk-full", /disk is full.*operator/));
    await driver.close();
  } finally {
    await unmount(small);
    rmdirSync(small);
  }
  await trial.assertNothingLeft();
});

test("after a restart sandboxes are found again and go on", async () => {
  await using trial = await Trial.open();
  const id = await trial.create();
  await trial.sh(id, "echo kept > /root/file");
  const again = await trial.again();
  assert.deepEqual(await again.list(), [id]);
  assert.deepEqual(await again.sweep(), []);
  assert.deepEqual(await again.describe(id), await trial.driver.describe(id));
  assert.equal((await again.exec(id, ["cat", "/root/file"])).stdout, "kept\n");
  await again.destroy(id);
  await trial.assertNothingLeft();
  await again.close();
});

test("a sandbox whose first process was killed is not running, and is swept", async () => {
  await using trial = await Trial.open();
  const id = await trial.create();
  process.kill((await trial.driver.describe(id))?.initPid ?? 0, "SIGKILL");
  while ((await trial.driver.describe(id))?.running) await sleep(10);
  assert.deepEqual(await trial.driver.list(), []);
  await assert.rejects(trial.driver.exec(id, ["true"]), isError("not-found", /no such running sandbox/));
  assert((await trial.driver.sweep()).some((line) => line.startsWith("mount ")));
  await trial.assertNothingLeft();
});

test("what a killed lab-server left half-made is swept, and what runs stays", async () => {
  await using trial = await Trial.open();
  const running = await trial.create();
  // Killed at several moments of the making.
  for (const milliseconds of [5, 25, 45, 70, 100]) {
    const maker = spawn(process.execPath, [join(import.meta.dirname, "sandbox-maker.ts"), trial.instance, trial.stateFolder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(maker, "exit");
    const begun = await Promise.race([once(createInterface(maker.stdout), "line"), ended.then(() => undefined)]);
    assert(begun, "the maker ended before it began");
    await sleep(milliseconds);
    maker.kill("SIGKILL");
    await ended;
  }
  // Those that were whole by then have a record and go on; the keeper decides about them.
  for (const id of await trial.driver.list()) if (id !== running) await trial.driver.destroy(id);
  await trial.driver.sweep();
  assert.deepEqual(await trial.driver.list(), [running]);
  assert.equal(await trial.sh(running, "echo fine"), "fine");
  await trial.driver.destroy(running);
  await trial.assertNothingLeft();
});

test("many at once, made and destroyed", async () => {
  await using trial = await Trial.open();
  const ids = await Promise.all(Array.from({ length: 6 }, () => trial.create()));
  assert.deepEqual((await trial.driver.list()).sort(), [...ids].sort());
  assert.equal(new Set(await Promise.all(ids.map(async (id) => (await trial.driver.describe(id))?.firstHostId))).size, 6);
  await Promise.all(ids.map((id) => trial.driver.destroy(id)));
  await trial.assertNothingLeft();
});

test("exec: exit code, input, environment, folder, bounds and time limit", async () => {
  await using trial = await Trial.open();
  const { driver } = trial;
  const id = await trial.create();
  assert.equal((await driver.exec(id, ["sh", "-c", "exit 7"])).code, 7);
  const script = "cat; pwd; echo $NAME; echo wrong >&2";
  const told = await driver.exec(id, ["sh", "-c", script], { stdin: "in\n", cwd: "/etc", env: { NAME: "a b" } });
  assert.deepEqual([told.stdout, told.stderr], ["in\n/etc\na b\n", "wrong\n"]);
  const flood = await driver.exec(id, ["head", "-c", "1000000", "/dev/zero"], { maxOutput: 1000 });
  assert.deepEqual([flood.code, flood.stdout.length, flood.truncated], [0, 1000, true]);
  const slow = await driver.exec(id, ["sh", "-c", "sleep 4712 & sleep 4712"], { timeout: 500 });
  assert.deepEqual([slow.code, slow.timedOut], [null, true]);
  assert.doesNotMatch(await trial.sh(id, "ps axww"), /sleep 4712/);
  // Whatever runc is at: it may not have begun, or be about to tell that it has.
  await Promise.all(Array.from({ length: 20 }, (_, index) => driver.exec(id, ["sleep", "4712"], { timeout: 10 * index })));
  assert.doesNotMatch(await trial.sh(id, "ps axww"), /sleep 4712/);
  await assert.rejects(driver.exec(randomId(), ["true"]), isError("not-found", /start a new one/));
});

function isError(code: SandboxError["code"], message: RegExp) {
  return (error: unknown) => {
    assert(error instanceof SandboxError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

/** Mounts, namespaces, groups with processes, a frozen one, dirty data and processes that ignore signals. */
const MESS = `
mount -t tmpfs t /mnt; mkdir -p /root/{l,u,w,m}; mount -t overlay overlay -o lowerdir=/root/l,upperdir=/root/u,workdir=/root/w /root/m
ip netns add n; ip link add v0 type veth peer name v1 netns n
head -c 50M /dev/urandom > /root/big
cg=/sys/fs/cgroup; [ "$CGROUP_VERSION" = 2 ] || cg=$cg/freezer
mkdir -p $cg/a/b/c $cg/cold
setsid sh -c "trap '' TERM HUP INT; echo 0 > $cg/a/b/c/cgroup.procs; while :; do sleep 1; done" > /dev/null 2>&1 < /dev/null &
setsid sh -c "echo 0 > $cg/cold/cgroup.procs; sleep 1000" > /dev/null 2>&1 < /dev/null &
sleep 0.3
if [ -e $cg/cold/freezer.state ]; then echo FROZEN > $cg/cold/freezer.state; else echo 1 > $cg/cold/cgroup.freeze; fi
unshare -Urmpfn --mount-proc setsid sh -c 'mount -t tmpfs x /mnt; sleep 1000' > /dev/null 2>&1 < /dev/null &
sleep 0.2
`;
