/** What of the host shows in a sandbox's /proc, /sys and file systems: settings, secrets, ways to be run by its kernel. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

const DENIED = /Permission denied|Operation not permitted|Read-only file system/;

/** Tries to write to a file of the host's that some kernels do not have; its content on the host must stay. */
async function assertNotWritten(file: string, text: string): Promise<void> {
  const before = read(file);
  assert.notEqual(before, text);
  await attack.refused(`echo '${text}' > ${file}`, /Permission denied|Read-only file system|No such file/);
  assert.equal(read(file), before);
}

test("have the kernel run a program when another crashes (core_pattern)", async () => {
  await assertNotWritten("/proc/sys/kernel/core_pattern", "|/root/mine");
  await attack.sh("echo 4097 > /proc/sys/kernel/shmmni && [ $(cat /proc/sys/kernel/shmmni) = 4097 ]");
});

test("have the kernel run a program for modules, devices or power (modprobe, hotplug, uevent_helper, poweroff_cmd)", async () => {
  for (const file of ["modprobe", "hotplug", "poweroff_cmd", "modules_disabled"])
    await assertNotWritten(`/proc/sys/kernel/${file}`, "/root/mine");
  await assertNotWritten("/sys/kernel/uevent_helper", "/root/mine");
});

test("have the kernel run a program when a cgroup is empty (release_agent; CVE-2022-0492)", async () => {
  assert.equal(await attack.sh("find /sys/fs/cgroup -name release_agent"), "");
  // As the exploit does: a hierarchy of one's own, mounted with the rights of a new user and cgroup namespace.
  for (const controller of ["memory", "rdma", "misc", "cpuset"]) {
    const script = `mkdir -p /tmp/c; mount -t cgroup -o ${controller} none /tmp/c && ls /tmp/c/cgroup.procs && echo /root/mine > /tmp/c/release_agent`;
    await attack.refused(
      `unshare -UrmC bash -c '${script}'`,
      /Permission denied|permission denied|No such file|mount\(2\)|already mounted|unknown|wrong fs type/,
    );
  }
});

test("press a system request key (sysrq-trigger)", () => assertNotWritten("/proc/sysrq-trigger", "h"));

test("read or write the machine's memory (kcore, /dev/mem, /dev/kmem, /dev/port)", async () => {
  await attack.refused("head -c 64 /proc/kcore", /Permission denied|No such file/);
  for (const device of ["mem", "kmem", "port", "nvram"]) {
    await attack.refused(`head -c 1 /dev/${device}`, /No such file/);
  }
});

test("learn the kernel's addresses (kallsyms, modules, timer_list, stacks, vmallocinfo)", async () => {
  assert.equal(await attack.sh("cut -d' ' -f1 /proc/kallsyms | sort -u | tr -d 0"), "");
  assert.equal(await attack.sh("grep -oE '0x[0-9a-f]*[1-9a-f][0-9a-f]*' /proc/modules 2>/dev/null | head -1"), "");
  for (const file of ["timer_list", "vmallocinfo", "slabinfo", "self/stack", "pagetypeinfo"]) {
    await attack.refused(`head -c 1 /proc/${file}`, /Permission denied|Operation not permitted|No such file/);
  }
  assert.match(await attack.sh("head -c 200 /proc/self/maps"), /r-xp|r--p/);
});

test("learn which page frames memory lies in (pagemap; Rowhammer)", async () => {
  const frame = String.raw`open F, "<", "/proc/self/pagemap" or die; my $x = "x" x 8192; sysseek F, 8 * (unpack("Q", pack("p", $x)) >> 12), 0; sysread F, $b, 8; printf "%d %d\n", unpack("Q", $b) >> 63, unpack("Q", $b) & ((1 << 55) - 1);`;
  assert.equal(await attack.sh(`perl -e '${frame}'`), "1 0");
});

/** What a sandbox may write under /proc and /sys: what belongs to its namespaces, and triggers of one's own for pressure (psi). */
const WRITABLE = [
  /^\/proc\/pressure\//,
  /^\/proc\/sys\/fs\/(mqueue|binfmt_misc)\//,
  /^\/proc\/sys\/kernel\/(auto_msgmni|msg|shm|sem)/,
  /^\/proc\/sys\/kernel\/(ns_last_pid|pid_max|domainname|hostname)$/,
  /^\/proc\/sys\/net\//,
  /^\/proc\/sys\/user\/max_/,
  /^\/sys\/devices\/virtual\/net\/lo\//,
  /^\/sys\/fs\/cgroup\/([a-z_,]+\/)?(init\.scope\/)?(cgroup\.[a-z._]+|tasks|memory\.(oom\.group|reclaim|pressure)|(cpu|io|irq)\.pressure)$/,
];

test("find a file of the host's under /proc or /sys that can be written (linpeas, cdk)", async () => {
  // Opened, not written: what access(2) says is not what open(2) does there.
  const search = String.raw`use Fcntl; use File::Find;
    find({no_chdir => 1, wanted => sub { my $f = $_; if ($f =~ m{^/proc/(\d+|self|thread-self)$}) { $File::Find::prune = 1; return }
      return if -l $f or -d _; if (sysopen my $h, $f, O_WRONLY|O_NONBLOCK) { print "$f\n" } }}, "/proc", "/sys")`;
  const found = (await attack.sh(`perl -e '${search}' 2>/dev/null`)).split("\n");
  assert(found.includes("/proc/sys/user/max_net_namespaces"), "the search finds what is writable");
  assert.deepEqual(
    found.filter((file) => !WRITABLE.some((pattern) => pattern.test(file))),
    [],
  );
});

test("change the host's network settings through the sandbox's own (/proc/sys/net)", async () => {
  const neighbour = async () => (await attack.trial.sh(attack.neighbour, SHOW_NET)).split("\n");
  const before = { host: netSettings(), neighbour: await neighbour() };
  const writeAll = `for f in $(find /proc/sys/net -type f -perm -200); do v=$(cat $f 2>/dev/null) || continue
    case $v in 0) n=1;; 1) n=0;; *[!0-9]*|"") continue;; *) n=$((v + 1));; esac; { echo $n > $f; } 2>/dev/null && [ "$(cat $f 2>/dev/null)" != "$v" ] && echo $f; done`;
  const written = (await attack.sh(`${writeAll}; :`)).split("\n");
  assert(written.length > 20, `${written.length} settings were written`);
  const changed = (old: readonly string[], now: readonly string[]) => now.filter((line) => !old.includes(line));
  assert.deepEqual(changed(before.host, netSettings()), []);
  assert.deepEqual(changed(before.neighbour, await neighbour()), []);
});

test("make the host panic or starve by settings (kernel.panic, vm.panic_on_oom, vm.drop_caches, fs.file-max)", async () => {
  for (const [file, value] of [
    ["kernel/panic", "77"],
    ["kernel/threads-max", "77"],
    ["vm/panic_on_oom", "2"],
    ["vm/overcommit_ratio", "1"],
    ["vm/drop_caches", "77"],
    ["fs/file-max", "77"],
    ["kernel/randomize_va_space", "0"],
    ["kernel/yama/ptrace_scope", "0"],
  ] as const) {
    if (read(`/proc/sys/${file}`) !== value) await assertNotWritten(`/proc/sys/${file}`, value);
  }
});

test("switch the machine off or to sleep, take a disk or a processor away (/sys/power, /sys/block, /sys/devices)", async () => {
  await attack.refused("echo mem > /sys/power/state", /Permission denied|No such file/);
  await attack.refused("for d in /sys/block/*/uevent; do echo remove > $d && exit 0; done; exit 1", DENIED);
  await attack.refused("echo 0 > /sys/devices/system/cpu/cpu1/online", /Permission denied|No such file/);
  await attack.refused("for f in /sys/block/*/queue/read_ahead_kb; do echo 1 > $f && exit 0; done; exit 1", DENIED);
});

test("mount the kernel's own file systems (debugfs, tracefs, securityfs, configfs, efivarfs, pstore, bpf)", async () => {
  for (const type of [
    "debugfs",
    "tracefs",
    "securityfs",
    "configfs",
    "efivarfs",
    "pstore",
    "bpf",
    "devtmpfs",
    "hugetlbfs",
    "selinuxfs",
    "nfsd",
  ]) {
    await attack.refused(`mount -t ${type} none /mnt`, /permission denied|unknown filesystem|No such device|mount\(2\)/i);
  }
  await attack.sh("mount -t tmpfs none /mnt && umount /mnt");
});

test("change options of the host's cgroup, proc and sysfs mounts by mounting them again", async () => {
  const before = hostOptions();
  await attack.sh(`
    for m in $(findmnt -rno TARGET -t cgroup,cgroup2,sysfs,proc); do mount -o remount,ro $m; mount -o remount,favordynmods $m; mount -o remount,hidepid=2 $m; done 2>/dev/null
    mount -t cgroup2 -o memory_localevents,nodev none /mnt 2>/dev/null && umount /mnt; mount -t cgroup -o none,name=systemd,xattr none /mnt 2>/dev/null && umount /mnt; :`);
  assert.deepEqual(hostOptions(), before);
});

test("have the host run programs by a format of one's own (binfmt_misc)", async () => {
  // The kernel has one for each user namespace since 6.7; before, it cannot be mounted.
  await attack.sh(
    "mount -t binfmt_misc none /mnt 2>/dev/null || exit 0; echo ':escape:M::ESCAPE::/bin/true:' > /mnt/register; ls /mnt/escape; umount /mnt",
  );
  assert(!list("/proc/sys/fs/binfmt_misc").includes("escape"));
  const [there] = [
    await attack.trial.sh(attack.neighbour, "mount -t binfmt_misc none /mnt 2>/dev/null && ls /mnt; umount /mnt 2>/dev/null; :"),
  ];
  assert.doesNotMatch(there, /escape/);
});

test("rename the host (sethostname)", async () => {
  const before = hostname();
  assert.equal(await attack.sh("hostname taken; domainname taken; hostname"), "taken");
  assert.equal(hostname(), before);
  assert.equal(await attack.trial.sh(attack.neighbour, "hostname"), "neighbour");
});

test("have a crash leave a file on the host (core dumps)", async () => {
  const { code } = await attack.runC('struct rlimit l = {1 << 20, 1 << 20}; setrlimit(RLIMIT_CORE, &l); chdir("/"); abort();');
  assert.equal(code, 128 + 6);
  assert.deepEqual(
    list("/").filter((name) => name.startsWith("core")),
    [],
  );
  assert.equal(await attack.sh("find / -xdev -maxdepth 2 -name 'core*' -size +0 -newer /proc/1/cmdline -type f"), "");
  assert.deepEqual(await attack.c("struct rlimit l = {1 << 20, 1 << 20}; TRY(setrlimit(RLIMIT_CORE, &l));"), ["EPERM"]);
});

test("find an engine's socket, a token or a key (docker.sock, containerd.sock, kubelet; deepce, amicontained)", async () => {
  const sockets = await attack.sh("find / -xdev -type s 2>/dev/null; find /run /var/run/ /dev /tmp -type s 2>/dev/null; :");
  assert.equal(sockets, "");
  await attack.refused(
    "ls -d /.dockerenv /run/unboxed /run/secrets /var/run/secrets /var/lib/docker /run/docker.sock /run/containerd",
    /No such file/,
  );
  assert.equal(await attack.sh("ls -d /run/unboxed /run/docker* /run/containerd* /run/secrets 2>/dev/null | wc -l"), "0");
  assert.equal(
    await attack.sh("cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -icE 'UNBOXED|SECRET|TOKEN|PASSWORD' || :"),
    "0",
  );
});

test("use capabilities that mean the machine (amicontained, capsh)", async () => {
  const bounding = BigInt(`0x${await attack.sh("sed -n 's/^CapBnd:\\s*//p' /proc/self/status")}`);
  // capability.h: SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME, AUDIT_CONTROL, MAC_OVERRIDE, MAC_ADMIN, SYSLOG, WAKE_ALARM, AUDIT_READ, PERFMON, BPF.
  for (const number of [16, 17, 22, 25, 30, 32, 33, 34, 35, 37, 38, 39])
    assert.equal((bounding >> BigInt(number)) & 1n, 0n, `capability ${number}`);
  assert.equal((bounding >> 21n) & 1n, 1n, "SYS_ADMIN, in its own user namespace");
  assert.doesNotMatch(await attack.sh("cat /proc/self/uid_map /proc/self/gid_map"), /^\s*\d+\s+0\s/m);
});

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    // This kernel does not have it, or it is for writing only.
    return undefined;
  }
}

function list(folder: string): string[] {
  return readdirSync(folder);
}

/**
 * Not of a network namespace although every one shows it, and it can be set once and not unset: whether netfilter sees what
 * lightweight tunnels carry. It does no harm.
 */
const SHARED = "/proc/sys/net/netfilter/nf_hooks_lwtunnel";

/** Every setting of the host that is one number. Those of single devices come and go with devices, a counter counts. */
function netSettings(): string[] {
  const files = readdirSync("/proc/sys/net", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const lasting = paths.filter((path) => !/\/(conf|neigh)\/(?!all|default)|_count$/.test(path) && path !== SHARED);
  return lasting.map((path) => `${path} ${read(path)}`).filter((line) => / \d+$/.test(line));
}
const SHOW_NET =
  'find /proc/sys/net -type f -perm -400 ! -name nf_hooks_lwtunnel ! -name "*_count" | sort | while read -r f; do echo $f $(cat $f 2>/dev/null); done';

function hostOptions(): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - (cgroup2?|sysfs|proc) /.test(line));
}
