/** Raising what the host has set: cgroup limits, resource limits, priorities. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

/** Limits of the sandbox's group as the host reads them, by file. */
async function limits(): Promise<Record<string, string>> {
  const { cgroups } = await attack.describe();
  const files = Object.values(cgroups).flatMap((group) =>
    globSync(join(group, "*.{max,high,limit_in_bytes,cfs_quota_us,cfs_period_us,shares,weight,list,cpus,mems}")),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

test("write to every file of the sandbox's own cgroup (memory.max, pids.max, cpu.max, devices.allow)", async () => {
  const before = await limits();
  assert(Object.keys(before).length >= 4);
  const values = "max -1 a 99999999999 1000000";
  await attack.sh(
    `for f in $(find /sys/fs/cgroup -maxdepth 2 -type f ! -name cgroup.procs ! -name tasks ! -name 'cgroup.*'); do for v in ${values}; do { echo "$v" > $f; } 2>/dev/null; done; done; :`,
  );
  assert.deepEqual(await limits(), before);
  await attack.assertNeighbourWell();
});

test("leave the sandbox's cgroup: for its parent, its neighbour's, that of checks", async () => {
  const { cgroups } = await attack.describe();
  const script = `for d in $(find /sys/fs/cgroup -maxdepth 1 -type d) /sys/fs/cgroup/*/..; do for to in .. ../.. ../../.. ../*; do [ -d $d/$to ] && { echo $$ > $d/$to/cgroup.procs; } 2>/dev/null; done; done
    mkdir -p /tmp/c; for o in cgroup2 "cgroup -o memory" "cgroup -o pids"; do unshare -C sh -c "mount -t $o none /tmp/c 2>/dev/null && { echo \\$\\$ > /tmp/c/../cgroup.procs; ls -d /tmp/c/unboxed; umount /tmp/c; }"; done 2>/dev/null; grep -o '/\\.\\..*' /proc/self/cgroup; cat /proc/self/cgroup`;
  const said = await attack.sh(script);
  assert.doesNotMatch(said, /\/\.\.|unboxed/);
  const members = Object.values(cgroups).map(
    (group) =>
      readFileSync(join(group, "cgroup.procs"), "utf8") +
      globSync(join(group, "*/cgroup.procs"))
        .map((file) => readFileSync(file, "utf8"))
        .join(""),
  );
  const { initPid } = await attack.describe();
  for (const list of members) assert.match(list, new RegExp(`^${initPid}$`, "m"));
});

test("allow a device in a cgroup of one's own (devices.allow)", async () => {
  if (attack.trial.driver.host.cgroup === 2) {
    // There it is a BPF program, which cannot be taken off without bpf(2).
    assert.deepEqual(await attack.c("uint32_t a[32] = {0}; TRY(syscall(SYS_bpf, 9, a, sizeof a));"), ["EPERM"]);
    return;
  }
  const list = await attack.sh("cd /sys/fs/cgroup/devices; mkdir mine; cat mine/devices.list");
  for (const device of ["a", "b *:* rwm", "c 1:1 rwm"])
    await attack.refused(`echo '${device}' > /sys/fs/cgroup/devices/mine/devices.allow`, /Operation not permitted/);
  assert.equal(await attack.sh("cd /sys/fs/cgroup/devices; cat mine/devices.list; rmdir mine"), list);
  assert.doesNotMatch(list, /^a|^b .*[rw]+/m);
});

test("use more memory by a group below that has a larger limit", async () => {
  const v2 = attack.trial.driver.host.cgroup === 2;
  const [group, file, events] = v2
    ? ["/sys/fs/cgroup/big", "memory.max", "memory.events"]
    : ["/sys/fs/cgroup/memory/big", "memory.limit_in_bytes", "memory.oom_control"];
  // A gigabyte, in a sandbox that may have half of one.
  const script = `mkdir -p ${group}; echo 8G > ${group}/${file}; (echo $BASHPID > ${group}/cgroup.procs; exec perl -e '$x = "x" x (1 << 30); print "had it"'); echo " ended $?"; cat ${group}/${events}; rmdir ${group}`;
  const said = await attack.sh(script);
  assert.match(said, /ended 137/);
  assert.doesNotMatch(said, /had it/);
});

test("raise resource limits (RLIMIT_NOFILE, NICE, RTPRIO, MEMLOCK, CORE)", async () => {
  const raise = (name: string) =>
    `getrlimit(${name}, &l); l.rlim_cur = l.rlim_max; TRY(setrlimit(${name}, &l)); if (l.rlim_max != RLIM_INFINITY) { l.rlim_max++; TRY(setrlimit(${name}, &l)); }`;
  const lines = await attack.c(
    `struct rlimit l; ${["RLIMIT_NOFILE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_CORE"].map(raise).join(" ")}`,
  );
  assert.deepEqual(lines, Array(4).fill(["ok", "EPERM"]).flat());
});

test("be the last that a host without memory ends (oom_score_adj)", async () => {
  const { initPid } = await attack.describe();
  await attack.refused("echo -1 > /proc/self/oom_score_adj", /Permission denied/);
  await attack.refused("echo -1000 > /proc/1/oom_score_adj", /Permission denied/);
  await attack.sh("echo 600 > /proc/self/oom_score_adj");
  assert(Number(readFileSync(`/proc/${initPid}/oom_score_adj`, "utf8")) >= 400);
});

test("have pid 1, which is spared, start a process that inherits that (ptrace of catatonit)", async () => {
  // Its registers differ from processor to processor, so its memory is left alone: what counts is what a child would have.
  assert.deepEqual(await attack.c("TRY(ptrace(PTRACE_SEIZE, 1, 0, 0));"), ["ok"]);
  const own = Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
  const { initPid } = await attack.describe();
  assert(
    Number(readFileSync(`/proc/${initPid}/oom_score_adj`, "utf8")) > own,
    "the lab-server is ended after whatever a sandbox starts",
  );
});

test("run before everybody else (nice, SCHED_FIFO, SCHED_DEADLINE, real-time I/O, autogroup)", async () => {
  const body = `struct sched_param p = {50}; TRY(setpriority(PRIO_PROCESS, 0, 5)); TRY(setpriority(PRIO_PROCESS, 0, -5)); TRY(sched_setscheduler(0, SCHED_FIFO, &p)); TRY(sched_setscheduler(0, SCHED_RR, &p));
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; } d = {48, 6, 0, 0, 0, 10000000, 20000000, 20000000};
    TRY(syscall(SYS_sched_setattr, 0, &d, 0)); TRY(syscall(SYS_ioprio_set, 1, 0, 1 << 13));`;
  assert.deepEqual(
    (await attack.c(body)).map((line) => line.replace("EACCES", "EPERM")),
    ["ok", ...Array(5).fill("EPERM")],
  );
  await attack.refused(
    "[ -e /proc/self/autogroup ] || { echo not permitted; exit 1; }; echo -20 > /proc/self/autogroup",
    /not permitted/i,
  );
});

test("have more namespaces, watches and queues than the sandbox's share (/proc/sys/user)", async () => {
  await attack.sh("for f in /proc/sys/user/*; do echo 2147483647 > $f; done");
  const body = `int n = 0; while (inotify_init1(0) >= 0 && n < 2000) n++; printf("%d %s\\n", n, strerrorname_np(errno));`;
  const [said] = await attack.c(
    `struct rlimit l; getrlimit(RLIMIT_NOFILE, &l); l.rlim_cur = l.rlim_max; setrlimit(RLIMIT_NOFILE, &l); ${body}`,
    "#include <sys/inotify.h>",
  );
  const [count, error] = said?.split(" ") ?? [];
  assert.equal(error, "EMFILE");
  assert(Number(count) <= 512, `${count} inotify instances`);
  assert.deepEqual(
    await attack.c(
      "TRY(syscall(SYS_fanotify_init, 0x10, 0)); TRY(syscall(SYS_fanotify_init, 0x4, 0)); TRY(syscall(SYS_fanotify_init, 0x200, 0));",
    ),
    ["EPERM", "EPERM", "ok"],
  );
});
