import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExecResult, SandboxError } from "../../lab-server/sandbox/driver.ts";
import { MIB, Trial } from "./sandbox-trial.ts";

const LIMITS = { memory: 64 * MIB, pids: 64, cpus: 1, disk: 64 * MIB, inodes: 4_096 };

let trial: Trial;
before(async () => {
  trial = await Trial.open();
});
after(() => trial[Symbol.asyncDispose]());

/** What a check must be able to do whatever was done to the sandbox. */
const PROBE = `
[ "$(id -u)" = 0 ] && echo root
cat /mark
ps -o comm= -p 1
grep -c . /dev/null
echo thrown-away > /dev/null && echo x | sed s/x/sed/
readlink /proc/self/ns/uts | cut -c1-4
ldd --version | head -n 1 | grep -o GLIBC`;
const PROBED = "root\nmine\ncatatonit\n0\nsed\nuts:\nGLIBC\n";

/** How a learner breaks a sandbox. */
const BREAKS: Readonly<Record<string, string>> = {
  "bash and coreutils are replaced":
    "cp /bin/true /root/true; for f in bash cat ps grep sed id; do cp --remove-destination /root/true /usr/bin/$f; done",
  "/usr is removed": "busybox rm -rf /usr",
  "/usr is another place": "mv /usr /elsewhere",
  "/usr is a link into the home folder":
    "busybox sh -c 'busybox mv /usr /elsewhere; exec /elsewhere/bin/busybox ln -s /root /usr'",
  "the loader's links are gone": "busybox rm /lib64 /lib /bin /sbin",
  "/bin is a folder of others' programs":
    "busybox sh -c 'busybox rm /bin; busybox mkdir /bin; busybox cp /usr/bin/true /bin/cat; busybox cp /usr/bin/true /bin/bash'",
  "everything is removed but what is mounted":
    "busybox rm -rf /bin /boot /etc /lib /lib64 /media /mnt /opt /sbin /srv /tmp /usr /var 2>/dev/null; :",
  "a library is preloaded":
    "cp /usr/lib/x86_64-linux-gnu/libc.so.6 /root/ 2>/dev/null || :; echo 'int main;' > /root/evil.so; echo /root/evil.so > /etc/ld.so.preload; : > /etc/ld.so.cache",
  "/etc/ld.so.preload is a link that leads in a circle": "ln -s ld.so.preload /etc/ld.so.preload",
  "/proc is unmounted": "umount -l /proc",
  "something lies over /proc": "mount -t tmpfs none /proc",
  "something lies over /usr and then over /": "mount -t tmpfs none /usr; busybox mount -t tmpfs none /",
  "/dev is gone": "umount -l /dev",
  "/dev/null is a file": "umount /dev/null 2>/dev/null; rm -f /dev/null; echo junk > /dev/null",
  "all that can be is unmounted": "umount -a -l",
  "mounts are shared": "mount --make-rshared /; mount -t tmpfs none /mnt",
  "pids are used up":
    // busybox gives up where bash would try to fork again for seconds.
    "exec busybox sh -c 'for i in $(busybox seq 300); do busybox sleep 1000 > /dev/null 2>&1 & done' 2> /dev/null",
  "the disk is full":
    "busybox dd if=/dev/zero of=/root/big bs=1M 2> /dev/null; busybox dd if=/dev/zero of=/big bs=1M 2> /dev/null; :",
  "hostname and PATH lie":
    "hostname evil; echo 'export PATH=/nowhere BASH_ENV=/root/evil' > /root/.bashrc; cp /root/.bashrc /etc/profile; cp /root/.bashrc /etc/bash.bashrc",
};

for (const [name, script] of Object.entries(BREAKS)) {
  test(`a check works though ${name}`, async () => {
    const id = await trial.create({ limits: LIMITS });
    await trial.sh(id, "echo mine > /mark");
    await trial.driver.exec(id, ["bash", "-c", script], { timeout: 30_000 });
    const { code, stdout, stderr } = await trial.driver.inspect(id, PROBE);
    assert.equal(stdout, PROBED, stderr);
    assert.equal(code, 0);
    await trial.driver.destroy(id);
  });
}

test("a check works though memory is used up", async () => {
  const id = await trial.create({ limits: LIMITS });
  await trial.sh(id, "echo mine > /mark");
  const hog = trial.driver.exec(id, ["bash", "-c", "while :; do head -c 60000000 /dev/zero | tail > /dev/null; done"], {
    timeout: 3_000,
  });
  await sleep(500);
  assert.equal((await trial.driver.inspect(id, PROBE)).stdout, PROBED);
  await hog;
  await trial.driver.destroy(id);
});

test("a check that never ends is ended in time, with its children and their children", async () => {
  const id = await trial.create();
  const result = await trial.driver.inspect(id, "sleep 1001 & setsid sleep 1002 & (setsid setsid sleep 1003 &) ; sleep 1004", {
    timeout: 500,
  });
  assert.deepEqual({ code: result.code, timedOut: result.timedOut }, { code: null, timedOut: true });
  assert.equal(await trial.sh(id, "pgrep -c sleep || :"), "0");
  await trial.driver.destroy(id);
});

test("what a check leaves behind is gone when it has ended, and does not hold up its end", async () => {
  const id = await trial.create();
  const result = await trial.driver.inspect(id, "setsid sleep 1001 & trap '' TERM HUP; echo said; exit 7");
  assert.deepEqual(
    { code: result.code, stdout: result.stdout, timedOut: result.timedOut },
    { code: 7, stdout: "said\n", timedOut: false },
  );
  assert.equal(await trial.sh(id, "pgrep -c sleep || :"), "0");
  await trial.driver.destroy(id);
});

test("a check that forks without end does no harm", async () => {
  const id = await trial.create();
  const result = await trial.driver.inspect(id, "f() { f | f & }; f; sleep 100", { timeout: 1_000 });
  assert.equal(result.timedOut, true);
  assert.equal(await trial.sh(id, "echo fine"), "fine");
  assert.equal((await trial.driver.inspect(id, "echo fine")).stdout, "fine\n");
  await trial.driver.destroy(id);
});

test("a check that prints 100 MB is cut short", async () => {
  const id = await trial.create();
  for (const stream of ["1", "2"]) {
    const { stdout, stderr, truncated } = await trial.driver.inspect(id, `yes | head -c 100000000 >&${stream}`, {
      maxOutput: 1_000,
    });
    assert.equal(truncated, true);
    assert.equal(stdout.length + stderr.length, 1_000);
  }
  const short = await trial.driver.inspect(id, "printf 12345", { maxOutput: 5 });
  assert.deepEqual({ stdout: short.stdout, truncated: short.truncated }, { stdout: "12345", truncated: false });
  await trial.driver.destroy(id);
});

test("a check gets its input and a clean environment, and its text is in no command line", async () => {
  const id = await trial.create();
  const { stdout } = await trial.driver.inspect(
    id,
    "cat; pwd; printenv WORD PATH HOME; tr '\\0' ' ' < /proc/$$/cmdline | grep -c SECRET; compgen -e | tr '\\n' ' '",
    {
      stdin: "given ",
      env: { WORD: "a word" },
    },
  );
  const version = trial.driver.host.cgroup;
  assert.match(stdout, /^given \/\na word\n\/usr\/sbin:\/usr\/bin\n\/root\n0\n/);
  assert.match(stdout, /CGROUP CGROUP_VERSION HOME LANG/);
  assert.equal((await trial.driver.inspect(id, "echo $CGROUP $CGROUP_VERSION")).stdout, `/sys/fs/cgroup ${version}\n`);
  await trial.driver.destroy(id);
});

test("a check is in the sandbox's namespaces and sees its processes", async () => {
  const id = await trial.create();
  const names = "for n in pid net ipc uts cgroup user; do readlink /proc/self/ns/$n; done";
  assert.equal((await trial.driver.inspect(id, names)).stdout.trim(), await trial.sh(id, names));
  const mount = "readlink /proc/self/ns/mnt";
  assert.notEqual((await trial.driver.inspect(id, mount)).stdout.trim(), await trial.sh(id, mount));
  await trial.sh(id, "mkdir /root/m; mount -t tmpfs none /root/m; touch /root/m/inside");
  assert.equal((await trial.driver.inspect(id, "ls /root/m; mountpoint -q /root/m && echo mounted")).stdout, "inside\nmounted\n");
  await trial.driver.destroy(id);
});

test("who traces a check finds nothing of the host and cannot change the image", async () => {
  const id = await trial.create();
  const check = trial.driver.inspect(id, "sleep 1005 & wait", { timeout: 5_000 });
  // What a learner does, who is root in the sandbox and may trace every process in it.
  const attack = String.raw`
    until pid=$(pgrep -f '^sleep 1005'); do sleep 0.05; done
    echo "descriptors $(ls /proc/$pid/fd | tr '\n' ' ')"
    grep -o 'Seccomp:.*' /proc/$pid/status | tr '\t' ' '
    touch /proc/$pid/root/usr/bin/evil 2>/dev/null && echo "written to the image"
    mount -o remount,rw /proc/$pid/root/usr 2>/dev/null && echo "remounted"
    nsenter --target $pid --mount true 2>/dev/null && echo "entered"
    ls /proc/$pid/root/ | grep -c host
    kill -9 $pid; :`;
  assert.equal(await trial.sh(id, attack), "descriptors 0 1 2 \nSeccomp: 2\n0");
  await check;
  const tries = "touch /usr/bin/evil; umount -l /usr; mount -o remount,rw /usr; mknod /root/sda b 8 0; echo done";
  assert.equal((await trial.driver.inspect(id, tries)).stdout, "done\n");
  assert.equal((await trial.driver.inspect(id, "ls /usr/bin/evil /root/sda 2>/dev/null")).stdout, "");
  await trial.driver.destroy(id);
});

test("scripts in one sandbox run one after another, those of several side by side", async () => {
  const [one, other] = [await trial.create(), await trial.create()];
  const script = "cat /root/busy 2>/dev/null; touch /root/busy; sleep 0.2; rm /root/busy; echo ok";
  const results: ExecResult[] = await Promise.all(
    [one, one, one, other].map((id) => trial.driver.inspect(id, `[ -e /root/busy ] && echo overlap; ${script}`)),
  );
  assert.deepEqual(
    results.map(({ stdout }) => stdout),
    Array(4).fill("ok\n"),
  );
  for (const id of [one, other]) await trial.driver.destroy(id);
});

test("no descriptor, process or mount stays after many checks, and a sandbox that is gone says so", async () => {
  const id = await trial.create();
  await trial.driver.inspect(id, ":");
  const count = () => [process.pid, ...inspectors()].map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  const before = count();
  assert.equal(before.length, 2);
  const mounts = mountsHere();
  for (let i = 0; i < 30; i++) await trial.driver.inspect(id, "true");
  await sleep(50);
  assert.deepEqual(count(), before);
  assert.deepEqual(mountsHere(), mounts);
  const late = trial.driver.inspect(id, "sleep 100");
  const failed = assert.rejects(late.then((result) => assert.notEqual(result.code, null)));
  await sleep(200);
  await trial.driver.destroy(id);
  await failed;
  await assert.rejects(trial.driver.inspect(id, "true"), (error) => error instanceof SandboxError && error.code === "not-found");
});

/** Processes that inspect for this one. */
function inspectors(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = / (\d+)$/.exec(
          readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) \w/)[1]?.split(" ").slice(0, 2).join(" ") ?? "",
        )?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("inspect-process");
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

/** This machine's mounts, without those of other instances' sandboxes, which come and go. */
function mountsHere(): string[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return lines.filter((line) => !line.includes("/run/unboxed/") || line.includes(`/run/unboxed/${trial.instance}/`));
}
