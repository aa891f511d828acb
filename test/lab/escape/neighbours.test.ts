/** From one sandbox to the next: processes, memory, sockets, files, and the image that all share. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { IMAGES_FOLDER, RUN_FOLDER } from "../sandbox-trial.ts";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

const inNeighbour = (script: string) => attack.trial.sh(attack.neighbour, script);
/** Folder of a sandbox on the host. */
const folderOf = (id: string) => join(RUN_FOLDER, attack.trial.instance, id);

test("see or signal a neighbour's processes by their pids on the host", async () => {
  const { initPid } = await attack.describe(attack.neighbour);
  await inNeighbour("setsid sleep 4712 > /dev/null 2>&1 < /dev/null &");
  await attack.refused(`ls -d /proc/${initPid}`, /No such file/);
  assert.deepEqual(await attack.c(`TRY(kill(${initPid}, 0)); TRY(kill(${process.pid}, 0)); TRY(kill(getppid(), 0));`), [
    "ESRCH",
    "ESRCH",
    "ok",
  ]);
  assert.equal(await attack.sh("cat /proc/*/cmdline 2>/dev/null | grep -c '4[7]12' || :"), "0");
  assert.equal(await inNeighbour("pkill -c -f 'sleep 4712'"), "1");
});

test("trace, read or write a neighbour's memory, take its descriptors (ptrace, process_vm_readv, pidfd_getfd, kcmp)", async () => {
  const { initPid } = await attack.describe(attack.neighbour);
  const body = `char b[8]; struct iovec mine = {b, 8}, theirs = {(void *)0x400000, 8};
    TRY(ptrace(PTRACE_SEIZE, ${initPid}, 0, 0)); TRY(process_vm_readv(${initPid}, &mine, 1, &theirs, 1, 0)); TRY(process_vm_writev(${initPid}, &mine, 1, &theirs, 1, 0));
    TRY(syscall(SYS_pidfd_open, ${initPid}, 0)); TRY(syscall(SYS_kcmp, getpid(), ${initPid}, 0, 0, 0)); TRY(syscall(SYS_process_madvise, -1, &theirs, 1, 4, 0));
    int own; TRY(own = syscall(SYS_pidfd_open, 1, 0)); TRY(syscall(SYS_pidfd_getfd, own, 0, 0));`;
  assert.deepEqual(await attack.c(body), ["ESRCH", "ESRCH", "ESRCH", "ESRCH", "ESRCH", "EBADF", "ok", "ok"]);
});

test("kill everything that can be killed (kill -1)", async () => {
  await inNeighbour("setsid sleep 4713 > /dev/null 2>&1 < /dev/null &");
  await attack.trial.driver.exec(attack.attacker, ["perl", "-e", "kill 'KILL', -1; exit 0"]);
  assert.equal(await inNeighbour("pkill -c -f 'sleep 4713'"), "1");
  assert.equal(await attack.sh("echo again"), "again");
});

test("reach an abstract socket of the host or a neighbour (containerd-shim; CVE-2020-15257)", async () => {
  await inNeighbour(
    "setsid nc -lU @escape > /dev/null 2>&1 < /dev/null & for i in {1..50}; do grep -q @escape /proc/net/unix && exit 0; sleep 0.05; done; exit 1",
  );
  await attack.refused("nc -NU @escape < /dev/null", /refused|No such file/);
  const host = readFileSync("/proc/net/unix", "utf8").match(/@\S+/g) ?? [];
  const inside = await attack.sh("cat /proc/net/unix");
  for (const name of ["@escape", ...host]) assert(!inside.includes(name), name);
});

test("attach a neighbour's System V memory, queues and semaphores", async () => {
  const made = await inNeighbour("ipcmk --shmem 4096 --queue --semaphore 1");
  assert.equal(made.split("\n").length, 3);
  assert.equal(await attack.sh("ipcs | grep -c 0x || :"), "0");
  const body =
    'struct msqid_ds q; for (int id = 0; id < 64; id++) if (shmat(id, 0, 0) != (void *)-1 || msgctl(id, IPC_STAT, &q) == 0) puts("reached"); TRY(shmget(IPC_PRIVATE, 4096, 0600));';
  assert.deepEqual(await attack.c(body, "#include <sys/shm.h>\n#include <sys/msg.h>"), ["ok"]);
});

test("open a neighbour's POSIX queue and shared memory", async () => {
  await inNeighbour("touch /dev/mqueue/theirs && echo theirs > /dev/shm/theirs");
  await attack.refused("ls /dev/mqueue/theirs", /No such file/);
  await attack.refused("ls /dev/shm/theirs", /No such file/);
  assert.equal(await attack.sh("mount -t mqueue none /mnt && ls /mnt | wc -l; umount /mnt"), "0");
});

test("read keys that the host or a neighbour holds (/proc/keys)", async () => {
  // Without the session keyrings that runc makes, one for each sandbox, which are empty.
  const serials = (keys: string) =>
    keys.split("\n").flatMap((line) => (line.includes("_ses.") ? [] : [line.split(" ")[0] ?? ""]));
  const [inside, host] = [serials(await attack.sh("cat /proc/keys")), serials(readFileSync("/proc/keys", "utf8"))];
  assert.deepEqual(
    inside.filter((serial) => serial !== "" && host.includes(serial)),
    [],
  );
  const sessions = async (id: string) => [...(await attack.trial.sh(id, "cat /proc/keys")).matchAll(/_ses\.\w+/g)].map(String);
  assert(!(await sessions(attack.attacker)).includes(`_ses.${attack.neighbour}`));
});

test("read a neighbour's or the host's files by their paths (/run/unboxed, the state folder, loop devices)", async () => {
  await inNeighbour("echo secret > /root/secret");
  assert.equal(readFileSync(join(folderOf(attack.neighbour), "disk/home/secret"), "utf8"), "secret\n");
  for (const path of [folderOf(attack.neighbour), RUN_FOLDER, attack.trial.stateFolder, IMAGES_FOLDER])
    await attack.refused(`ls -d ${path} /proc/1/root${path} /proc/1/cwd/../..${path}`, /No such file/);
  const mounts = await attack.sh("cat /proc/self/mountinfo");
  assert(!mounts.includes(attack.neighbour));
  await attack.refused("head -c 1 /dev/loop0 || head -c 1 /dev/loop1", /No such file/);
});

test("become a neighbour's root or the host's by number (setuid, chown, uid_map)", async () => {
  const { firstHostId: theirs } = await attack.describe(attack.neighbour);
  const body = `TRY(setuid(1000)); TRY(setuid(0)); exit(0);`;
  assert.deepEqual((await attack.c(body))[0], "ok");
  const numbers = `TRY(setresuid(${theirs}, -1, -1)); TRY(setresuid(65536, -1, -1)); TRY(chown("/root", ${theirs}, -1)); TRY(setresgid(${theirs}, -1, -1));`;
  assert.deepEqual(await attack.c(numbers), Array(4).fill("EINVAL"));
  const map = `unshare -U sleep 60 & pid=$!; until [ "$(readlink /proc/$pid/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.02; done; echo "0 ${theirs} 1" > /proc/$pid/uid_map; code=$?; kill $pid; exit $code`;
  await attack.refused(map, /Operation not permitted/);
});

test("write to the image that all share (/opt/images)", async () => {
  const { lower } = { lower: join(folderOf(attack.attacker), "lower/usr/bin/true") };
  const before = createHash("sha256").update(readFileSync(lower)).digest("hex");
  const at = "/opt/images/debian/usr/bin/true";
  for (const script of [
    `echo x > ${at}`,
    `chmod 777 ${at}`,
    `rm ${at}`,
    `mount -o remount,bind,rw /opt/images/debian`,
    `umount -l /opt/images/debian`,
    `touch ${at}`,
  ])
    await attack.refused(
      script,
      /Read-only file system|permission denied|not permitted|must be superuser|not mounted|Invalid argument/,
    );
  await attack.sh("cp /bin/false /usr/bin/true.new && mv /usr/bin/true.new /usr/bin/true; ! /usr/bin/true");
  assert.equal(createHash("sha256").update(readFileSync(lower)).digest("hex"), before);
  await inNeighbour("/usr/bin/true && cmp /usr/bin/true /opt/images/debian/usr/bin/true");
});

test("write to the image's pages in memory (Dirty COW, CVE-2016-5195; Dirty Pipe, CVE-2022-0847)", async () => {
  const file = "/opt/images/debian/etc/debian_version";
  const before = await inNeighbour(`cat ${file}`);
  const body = `int f = open("${file}", O_RDONLY), p[2]; char b[1] = {'!'}; pipe(p);
    for (int i = 0; i < 16; i++) { char page[4096]; write(p[1], page, 4096); read(p[0], page, 4096); }
    loff_t at = 0; TRY(splice(f, &at, p[1], 0, 1, 0)); TRY(write(p[1], "!!!", 3));
    char *map = mmap(0, 4096, PROT_READ, MAP_PRIVATE, f, 0); int mem = open("/proc/self/mem", O_RDWR);
    if (!fork()) { for (int i = 0; i < 20000; i++) madvise(map, 4096, MADV_DONTNEED); _exit(0); }
    for (int i = 0; i < 20000; i++) { lseek(mem, (off_t)map, SEEK_SET); write(mem, b, 1); madvise(map, 4096, MADV_DONTNEED); }
    wait(0); TRY(mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0) == MAP_FAILED ? -1 : 0);`;
  assert.deepEqual(await attack.c(body), ["ok", "ok", "EACCES"]);
  assert.equal(await inNeighbour(`cat ${file}`), before);
});

test("make everybody wait who opens a shared file (leases)", async () => {
  const body = `signal(SIGIO, SIG_IGN); int f = open("/opt/images/debian/usr/bin/tac", O_RDONLY); TRY(fcntl(f, F_GETLEASE)); TRY(fcntl(f, F_SETLEASE, F_WRLCK)); TRY(fcntl(f, F_SETLEASE, F_RDLCK));
    TRY(syscall(SYS_fcntl, f, 0x100000000 | F_SETLEASE, F_WRLCK)); TRY(fcntl(f, F_SETLK, &(struct flock){F_RDLCK}));`;
  assert.deepEqual(await attack.c(body), ["ok", "ENOSYS", "ENOSYS", "ENOSYS", "ok"]);
  assert.equal(await inNeighbour("echo well | tac"), "well");
});

test("hold up others' opening of files, or watch all of a file system (fanotify)", async () => {
  const body = `int f; TRY(syscall(SYS_fanotify_init, 4, 0)); TRY(syscall(SYS_fanotify_init, 8, 0)); TRY(f = syscall(SYS_fanotify_init, 0x200, 0));
    TRY(syscall(SYS_fanotify_mark, f, 1 | 0x10, 0x20ULL, AT_FDCWD, "/opt/images/debian")); TRY(syscall(SYS_fanotify_mark, f, 1 | 0x100, 0x20ULL, AT_FDCWD, "/opt/images/debian")); TRY(syscall(SYS_fanotify_mark, f, 1, 0x10000ULL, AT_FDCWD, "/opt/images/debian"));`;
  const [content, preContent, plain, ...marks] = await attack.c(body);
  assert.deepEqual([content, preContent, plain], ["EPERM", "EPERM", "ok"]);
  for (const mark of marks) assert.match(mark, /^(EPERM|EINVAL)$/);
});

test("leave a set-user-id program for an accomplice on the host", async () => {
  const { firstHostId } = await attack.describe();
  await attack.sh(
    "cp /bin/bash /root/suid && chmod 6755 /root/suid && cp /bin/bash /usr/local/bin/suid && chmod 6755 /usr/local/bin/suid && chmod 777 /root",
  );
  for (const path of ["disk/home/suid", "disk/upper/usr/local/bin/suid", "root/usr/local/bin/suid"]) {
    const file = join(folderOf(attack.attacker), path);
    const { uid, mode } = statSync(file);
    assert.equal(uid, firstHostId);
    assert.equal(mode & 0o6000, 0o6000, "it is there, as it was left");
    // By way of sh: setpriv itself still has root's rights when it runs a program.
    const shell = ["sh", "-c", 'exec "$0" -p -c "id -u"', file];
    const accomplice = spawnSync("setpriv", ["--reuid", "65533", "--regid", "65533", "--clear-groups", "--", ...shell], {
      encoding: "utf8",
    });
    assert.match(accomplice.stderr, /Permission denied/);
    assert.equal(accomplice.stdout, "");
  }
});

test("leave a program with capabilities for an accomplice on the host (CVE-2021-3493)", async () => {
  await attack.sh(`mkdir -p /root/l /root/u /root/w /root/m; unshare -rm sh -c 'mount -t overlay -o lowerdir=/root/l,upperdir=/root/u,workdir=/root/w none /root/m && cp /bin/cat /root/m/cap && setcap all+eip /root/m/cap'
    getcap /root/u/cap | grep -q =`);
  const { firstHostId } = await attack.describe();
  // As one who may pass there, which nobody may.
  const file = join(folderOf(attack.attacker), "disk/home/u/cap");
  const argv = ["--reuid", "65533", "--regid", String(firstHostId), "--clear-groups", "--", file, "/proc/self/status"];
  execFileSync("chmod", ["755", join(folderOf(attack.attacker), "disk/home")]);
  assert.match(execFileSync("setpriv", argv, { encoding: "utf8" }), /^CapEff:\t0+$/m);
});

test("shift the time of the host or a neighbour (time namespaces)", async () => {
  const uptime = () => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  const before = uptime();
  const shifted = Number((await attack.sh("unshare -UrT --fork --boottime 1000000000 cut -d' ' -f1 /proc/uptime")).split(" ")[0]);
  assert(shifted > before + 900_000_000);
  assert(uptime() < before + 100_000);
  assert(Number((await inNeighbour("cat /proc/uptime")).split(" ")[0]) < before + 100_000);
});
