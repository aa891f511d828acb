import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { MIB, Trial } from "./sandbox-trial.ts";

let trial: Trial;
let id: string;
before(async () => {
  trial = await Trial.open();
  id = await trial.create({ limits: { memory: 96 * MIB, pids: 48, cpus: 0.2, disk: 64 * MIB, inodes: 2048 } });
});
after(() => trial[Symbol.asyncDispose]());

test("memory beyond the limit is met by the OOM killer, and the sandbox lives on", async () => {
  const result = await trial.driver.exec(id, ["tail", "/dev/zero"], { timeout: 60_000 });
  assert.notEqual(result.code, 0);
  assert.equal(result.timedOut, false);
  assert(oomKills(await cgroup("memory")) > 0);
  assert.equal(await trial.sh(id, "echo alive"), "alive");
  assert.equal((await trial.driver.describe(id))?.running, true);
});

test("a tmpfs counts against the memory limit", async () => {
  const before = oomKills(await cgroup("memory"));
  // In a mount namespace of its own, so that the memory is free again when the shell has ended.
  const script = "mount -t tmpfs -o size=1g tmpfs /mnt && head -c 300M /dev/zero > /mnt/big";
  const result = await trial.driver.exec(id, ["unshare", "--mount", "bash", "-c", script], { timeout: 60_000 });
  assert.notEqual(result.code, 0);
  assert(oomKills(await cgroup("memory")) > before);
});

test("no more processes than the limit", async () => {
  const forks = "for (1..200) { my $pid = fork; last unless defined $pid; if (!$pid) { sleep 300; exit } push @pids, $pid }";
  const made = Number(await trial.sh(id, `perl -e '${forks} print scalar @pids; kill "KILL", @pids'`));
  assert(made > 30 && made < 48, `${made} processes`);
});

test("no more bytes of disk than the limit, wherever they are written", async () => {
  for (const place of ["/root", "/tmp", "/var/lib/lxc"]) {
    const script = `! head -c 200M /dev/zero > ${place}/big 2>/tmp/why; stat -c %s ${place}/big; rm ${place}/big`;
    const written = Number((await trial.sh(id, script)).split("\n").at(-1));
    assert(written > 0 && written < 64 * MIB, `${written} bytes in ${place}`);
  }
});

test("no more files than the limit", async () => {
  const script = "mkdir /root/many; cd /root/many; touch {1..4000} 2>/dev/null; ls | wc -l; cd /; rm -r /root/many";
  const files = Number(await trial.sh(id, script));
  assert(files > 500 && files < 2048, `${files} files`);
});

test("CPU time beyond the limit is throttled", async () => {
  await trial.sh(id, "timeout 2 sh -c 'while :; do :; done' || [ $? = 124 ]");
  const throttled = /^nr_throttled (\d+)$/m.exec(readFileSync(join(await cgroup("cpu"), "cpu.stat"), "utf8"))?.[1];
  assert(Number(throttled) > 0);
});

test("the learner cannot raise what the host has set", async () => {
  const files = trial.driver.host.cgroup === 1 ? V1_LIMITS : V2_LIMITS;
  for (const [file, value] of files) {
    const result = await trial.driver.exec(id, ["bash", "-c", `echo ${value} > /sys/fs/cgroup/${file}`]);
    assert.notEqual(result.code, 0, `${file} took ${value}`);
    assert.match(result.stderr, /Permission denied/, file);
  }
});

test("the learner makes groups below, and their limits bite", async () => {
  const v1 =
    "cd /sys/fs/cgroup/memory && mkdir mine && echo 20M > mine/memory.limit_in_bytes && echo $BASHPID > mine/cgroup.procs";
  const v2 = "cd /sys/fs/cgroup && mkdir mine && echo 20M > mine/memory.max && echo $BASHPID > mine/cgroup.procs";
  const join = trial.driver.host.cgroup === 1 ? v1 : v2;
  const script = `(${join} && exec tail /dev/zero); [ $? = 137 ] && rmdir /sys/fs/cgroup/{,memory/}mine 2>/dev/null; [ ! -d /sys/fs/cgroup/mine ]`;
  await trial.sh(id, script);
});

test("namespaces are limited for the sandbox as a whole, by a limit that its root cannot see", async () => {
  const script = `
    echo 100000 > /proc/sys/user/max_net_namespaces
    for i in {1..200}; do unshare --net true & done 2>/tmp/none; wait
    mkdir -p /tmp/n; mount --bind /tmp/n /tmp/n; mount --make-private /tmp/n
    for i in {1..200}; do touch /tmp/n/$i; unshare --net=/tmp/n/$i true || break; done 2>/tmp/why
    grep -c "No space left" /tmp/why; umount /tmp/n/* 2>/dev/null; umount /tmp/n`;
  // Network namespaces are slow to make on an emulated processor.
  assert.equal(await trial.sh(id, script, { timeout: 300_000 }), "1");
});

const V1_LIMITS = [
  ["memory/memory.limit_in_bytes", "4G"],
  ["pids/pids.max", "max"],
  ["cpu/cpu.cfs_quota_us", "-1"],
  ["devices/devices.allow", "a"],
] as const;
const V2_LIMITS = [
  ["memory.max", "max"],
  ["pids.max", "max"],
  ["cpu.max", "max"],
] as const;

async function cgroup(controller: string): Promise<string> {
  const description = await trial.driver.describe(id);
  const path = description?.cgroups[trial.driver.host.cgroup === 1 ? controller : "unified"];
  assert(path);
  return path;
}

/** memory.oom_control on v1, memory.events on v2. */
function oomKills(group: string): number {
  const file = trial.driver.host.cgroup === 1 ? "memory.oom_control" : "memory.events";
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(group, file), "utf8"))?.[1]);
}
