/** Out of the sandbox's namespaces and mounts, or up to their owners. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { RUN_FOLDER } from "../sandbox-trial.ts";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

test("enter the host's namespaces by pid 1 (nsenter -t 1 -a; deepce)", async () => {
  const inside = await attack.sh(
    "for n in cgroup ipc mnt net pid user uts; do nsenter -t 1 --$n=/proc/1/ns/$n readlink /proc/self/ns/$n 2>/dev/null || readlink /proc/1/ns/$n; done",
  );
  const here = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"].map((name) => readlinkSync(`/proc/self/ns/${name}`));
  assert.equal(inside.split("\n").length, here.length);
  for (const namespace of here) assert(!inside.includes(namespace), namespace);
  const everywhere = await attack.sh("readlink /proc/[0-9]*/ns/* | sort -u");
  for (const namespace of here) assert(!everywhere.includes(namespace), namespace);
});

test("climb from a namespace to its owner or parent (NS_GET_USERNS, NS_GET_PARENT)", async () => {
  // 0xb701 and 0xb702, ioctl_nsfs(2).
  const body = `int user = open("/proc/self/ns/user", O_RDONLY), pid = open("/proc/self/ns/pid", O_RDONLY), net = open("/proc/self/ns/net", O_RDONLY);
    int owner; TRY(owner = ioctl(net, 0xb701)); TRY(ioctl(owner, 0xb701)); TRY(ioctl(user, 0xb701)); TRY(ioctl(user, 0xb702)); TRY(ioctl(pid, 0xb702));`;
  assert.deepEqual(await attack.c(body), ["ok", ...Array(4).fill("EPERM")]);
});

test("mount a /proc that shows the host's processes (nested user and pid namespaces)", async () => {
  const pids = await attack.sh("unshare -Urpf --mount-proc sh -c 'ls -d /proc/[0-9]*'");
  const here = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
  assert.match(pids, /^\/proc\/1$/m);
  await attack.refused("unshare -Urm mount -t proc none /mnt", /permission denied/);
  assert(pids.split("\n").length < here, "far fewer than the host has");
  const { initPid } = await attack.describe();
  assert(!new RegExp(`/${initPid}$`, "m").test(pids));
  assert.doesNotMatch(await attack.sh("cat /proc/1/cmdline | tr '\\0' ' '"), /systemd|init /);
});

test("leave the root directory by a saved descriptor (chroot twice; Chw00t)", async () => {
  const body = `mkdir("/tmp/jail", 0755); int fd = open("/", O_RDONLY); TRY(chroot("/tmp/jail")); TRY(fchdir(fd)); for (int i = 0; i < 100; i++) chdir(".."); TRY(chroot("."));
    struct stat s; stat("/", &s); printf("%ld:%ld\\n", (long)s.st_dev, (long)s.st_ino); TRY(open("/run/unboxed", O_RDONLY)); TRY(open("/etc/machine-id", O_RDONLY));`;
  const [first, second, third, root, host, own] = await attack.c(body);
  assert.deepEqual([first, second, third, host, own], ["ok", "ok", "ok", "ENOENT", "ok"]);
  assert.equal(root, await attack.sh("stat -c %d:%i /"));
  const { dev, ino } = statSync("/");
  assert.notEqual(root, `${dev}:${ino}`);
});

test("walk out by the root, working folder or descriptors of pid 1 (/proc/1/root/../..)", async () => {
  const root = await attack.sh("stat -c %d:%i /");
  for (const path of [
    "/proc/1/root/../../..",
    "/proc/1/cwd/../../..",
    "/proc/self/root/..",
    "/proc/1/task/1/root/..",
    "/proc/1/fd/0/../..",
  ]) {
    const there = await attack.sh(`stat -L -c %d:%i ${path} 2>/dev/null || echo none`);
    assert(there === root || there === "none", `${path}: ${there}`);
  }
  assert.equal(await attack.sh("readlink /proc/1/root /proc/1/cwd | sort -u"), "/");
});

test("pivot or move the mount tree away from the sandbox's root (pivot_root, mount --move, umount -l /)", async () => {
  const script = `unshare -m bash -c '
    mount --make-rprivate / ; mkdir -p /tmp/new; mount -t tmpfs none /tmp/new; mkdir /tmp/new/old
    pivot_root /tmp/new /tmp/new/old && cd / && echo moved: /old/*; cd /old/../..; echo above: *' 2>&1
    mount --move / /mnt 2>&1; umount -l / 2>&1; ls -d /run/unboxed 2>&1`;
  const said = await attack.sh(`${script}; :`);
  assert.match(said, /^moved: .*\/old\/opt .*\/old\/proc/m);
  assert.match(said, /^above: old$/m);
  assert.match(said, /cannot access '\/run\/unboxed'/);
  assert.doesNotMatch(said, /^\/run\/unboxed/m);
  await attack.sh("test -x /usr/bin/bash");
});

test("have a mount appear on the host (shared propagation)", async () => {
  const before = mountsOfHost();
  await attack.sh(
    "mount --make-rshared /; mkdir -p /root/spread; mount -t tmpfs spread-tmpfs /root/spread; mount --bind /root/spread /mnt",
  );
  assert.doesNotMatch(await attack.trial.sh(attack.neighbour, "cat /proc/self/mountinfo"), /spread/);
  assert.deepEqual(mountsOfHost(), before);
  await attack.sh("umount /mnt /root/spread");
});

test("uncover what lies below a mount (umount of the sandbox's own)", async () => {
  const { code } = await attack.trial.driver.exec(attack.attacker, [
    "unshare",
    "-m",
    "bash",
    "-c",
    "umount -l /opt/images/debian",
  ]);
  assert.notEqual(code, 0);
  // What was below /root, /run and /dev in the overlay is the image's, empty.
  const said = await attack.sh(
    "unshare -m sh -c 'umount -l /root /run /var/lib/lxc; ls -A /run /var/lib/lxc | grep -v : | grep -c . || :'",
  );
  assert.match(said, /^\d$/);
  await attack.refused("unshare -m sh -c 'umount -l /run; ls -d /run/unboxed'", /No such file/);
});

test("copy up a set-user-id file that FUSE shows as the host's root's (CVE-2023-0386)", async () => {
  const { firstHostId } = await attack.describe();
  await attack.sh(`cd /root; mkdir -p source fuse upper work merged; cp /bin/bash source/sh; chmod 6755 source/sh
    unionfs-fuse -o allow_other,suid /root/source=RO /root/fuse; until [ -e fuse/sh ]; do sleep 0.05; done
    unshare -rm sh -c 'mount -t overlay -o lowerdir=/root/fuse,upperdir=/root/upper,workdir=/root/work none /root/merged && touch /root/merged/sh' 2>/dev/null
    mount -t overlay -o lowerdir=/root/fuse,upperdir=/root/upper,workdir=/root/work none /root/merged && touch /root/merged/sh && umount /root/merged; fusermount -uz /root/fuse; ls upper/sh`);
  const copied = statSync(join(RUN_FOLDER, attack.trial.instance, attack.attacker, "disk/home/upper/sh"));
  assert.equal(copied.uid, firstHostId);
  assert.equal(copied.gid, firstHostId);
});

test("overflow the parser of mount options (fsconfig; CVE-2022-0185)", async () => {
  const body = `char long_one[4096]; memset(long_one, 'A', 255); long_one[255] = 0; int refused = 0;
    const char *types[] = {"tmpfs", "cgroup2", "proc", "mqueue", "overlay", "devpts"};
    for (int t = 0; t < 6; t++) { int fs = syscall(SYS_fsopen, types[t], 0); if (fs < 0) continue; for (int i = 0; i < 64; i++) if (syscall(SYS_fsconfig, fs, 1, "A", long_one, 0)) refused++; close(fs); }
    printf("%d\\n", refused); TRY(getppid());`;
  const [refused, alive] = await attack.c(body);
  assert(Number(refused) >= 64 * 4);
  assert.equal(alive, "ok");
});

test("map the host's root into a user namespace of one's own (newuidmap, uid_map)", async () => {
  const owner = await attack.sh("unshare -Ur cat /proc/self/uid_map | tr -s ' '");
  assert.equal(owner.trim(), "0 0 1");
  const body = `int p[2]; pipe(p); int child = fork(); if (!child) { unshare(CLONE_NEWUSER); write(p[1], "x", 1); sleep(5); _exit(0); } char b; read(p[0], &b, 1);
    char path[64]; sprintf(path, "/proc/%d/uid_map", child); int map = open(path, O_WRONLY); TRY(write(map, "0 65536 1", 9)); TRY(write(map, "0 4294967294 1", 14)); TRY(write(map, "0 0 65536", 9)); kill(child, 9);`;
  assert.deepEqual(await attack.c(body), ["EPERM", "EPERM", "ok"]);
});

test("join a namespace of the host through a process that the host starts (setns on runc's children)", async () => {
  // Each exec comes through runc's own processes, which hold the host's namespaces for a moment.
  await attack.build(
    "/root/hunt",
    `time_t end = time(0) + 3; int opened = 0, seen = 0; while (time(0) < end) { for (int p = getpid() + 1; p < getpid() + 400; p++) { char path[64]; sprintf(path, "/proc/%d/ns/mnt", p);
       if (kill(p, 0) == 0) seen++; int fd = open(path, O_RDONLY); if (fd >= 0) { char link[64] = {0}; sprintf(path, "/proc/self/fd/%d", fd); readlink(path, link, 63); puts(link); close(fd); } } } if (seen) puts("seen");`,
    "#include <time.h>",
  );
  const hunt = attack.sh("/root/hunt | sort -u");
  for (let i = 0; i < 12; i++) await attack.sh("true");
  const found = (await hunt).split("\n");
  assert(found.includes("seen"));
  assert(!found.includes(readlinkSync("/proc/self/ns/mnt")));
});

function mountsOfHost(): string[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return lines
    .filter((line) => !line.includes("/run/unboxed/") || line.includes(`/run/unboxed/${attack.trial.instance}/`))
    .map((line) => line.split(" ").slice(3).join(" "));
}
