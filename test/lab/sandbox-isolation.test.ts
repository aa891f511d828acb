import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { RUN_FOLDER, Trial } from "./sandbox-trial.ts";

let trial: Trial;
let one: string;
let other: string;
before(async () => {
  trial = await Trial.open();
  [one, other] = await Promise.all([trial.create(), trial.create({ hostname: "other" })]);
});
after(() => trial[Symbol.asyncDispose]());

test("sandboxes have ids of the host that do not overlap", async () => {
  const [a, b] = await Promise.all([trial.driver.describe(one), trial.driver.describe(other)]);
  assert(a && b);
  assert(Math.abs(a.firstHostId - b.firstHostId) >= 65_536);
  assert.equal(await trial.sh(one, "tr -s ' ' < /proc/self/uid_map | tr -d '\\n'"), `0 ${a.firstHostId} 65536`);
});

test("a sandbox sees its own processes only", async () => {
  await trial.sh(other, "setsid sleep 4711 > /dev/null 2>&1 < /dev/null &");
  assert.doesNotMatch(await trial.sh(one, "ps axww"), /4711/);
  assert.match(await trial.sh(other, "ps axww"), /4711/);
});

test("a sandbox sees neither the other's files nor the host's", async () => {
  await trial.sh(other, "echo secret > /root/mine; echo secret > /tmp/mine; echo secret > /opt/mine");
  await trial.sh(one, "! ls /root/mine /tmp/mine /opt/mine 2>/dev/null");
  // Every mount of it lies in its own disk, the image, or is made by the kernel.
  const [a, b] = [trial.stateFolder, join(RUN_FOLDER, trial.instance, other)];
  const mounts = await trial.sh(one, "cat /proc/self/mountinfo");
  assert(!mounts.includes(b));
  await trial.sh(one, `! ls ${a} 2>/dev/null`);
});

test("abstract sockets and System V IPC do not reach across", async () => {
  await trial.sh(other, "ipcmk --queue > /dev/null; setsid nc -lU @across > /dev/null 2>&1 < /dev/null & sleep 0.3");
  assert.match(await trial.sh(other, "cat /proc/net/unix"), /@across/);
  assert.doesNotMatch(await trial.sh(one, "cat /proc/net/unix"), /@across/);
  assert.equal(await trial.sh(one, "ipcs -q | grep -c 0x || true"), "0");
});

test("the only network is a loopback, and it is up", async () => {
  const links = (await trial.sh(one, "ip -brief link")).split("\n");
  assert.equal(links.length, 1);
  assert.match(links[0] ?? "", /^lo .*UP/);
  await trial.sh(one, "ping -c 1 -W 2 127.0.0.1 > /dev/null && ! ping -c 1 -W 1 10.0.0.1 > /dev/null 2>&1");
});

test("names: the host name, /etc/hosts and a machine id of its own", async () => {
  assert.equal(await trial.sh(other, "hostname; cat /etc/hostname"), "other\nother");
  await trial.sh(other, "getent hosts other > /dev/null");
  assert.notEqual(await trial.sh(one, "cat /etc/machine-id"), await trial.sh(other, "cat /etc/machine-id"));
});

test("system calls that could hurt the host are refused, those of the course are not", async () => {
  await trial.driver.exec(one, ["tee", "/root/calls.c"], { stdin: CALLS });
  const lines = (await trial.sh(one, "tcc -run /root/calls.c")).split("\n");
  assert(lines.length > 10);
  for (const line of lines) assert.match(line, /^\S+ EPERM$/);
  await trial.sh(one, "unshare -T true && strace -e trace=none true 2>/dev/null && setarch -R true");
});

test("denied too for who is root in a user namespace of their own", async () => {
  await trial.driver.exec(one, ["tee", "/root/calls.c"], { stdin: CALLS });
  for (const line of (await trial.sh(one, "unshare -Ur tcc -run /root/calls.c")).split("\n")) assert.match(line, /^\S+ EPERM$/);
});

test("devices: the harmless ones open, others cannot be made", async () => {
  await trial.sh(one, "head -c 1 /dev/zero > /dev/null && head -c 1 /dev/urandom > /dev/null && : > /dev/fuse");
  await trial.sh(
    one,
    "! mknod /tmp/disk b 254 0 2>/dev/null && ! mknod /tmp/mem c 1 1 2>/dev/null && ! mknod /tmp/loop b 7 0 2>/dev/null",
  );
  await trial.sh(one, "! ls /dev/loop-control /dev/kmsg /dev/mem /dev/vda /dev/sda 2>/dev/null");
});

test("the host's settings cannot be changed", async () => {
  const files = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger", "/sys/power/state"];
  for (const file of files) await trial.sh(one, `! [ -e ${file} ] || ! { echo 1 > ${file}; } 2>/dev/null`);
  await trial.sh(one, "! mount -o remount,rw /sys/fs/cgroup/.. 2>/dev/null; ! date -s 2001-01-01 2>/dev/null");
});

test("the pristine image is there, read-only, and cannot be made writable or taken away", async () => {
  const at = "/opt/images/debian";
  await trial.sh(one, `[ -x ${at}/usr/bin/bash ] && ! touch ${at}/x 2>/dev/null`);
  await trial.sh(
    one,
    `! mount -o remount,bind,rw ${at} 2>/dev/null && ! umount ${at} 2>/dev/null && ! umount -l ${at} 2>/dev/null`,
  );
  await trial.sh(one, "rm -rf --one-file-system /usr/share/man/man1");
  assert(existsSync(join(RUN_FOLDER, trial.instance, one, "lower/usr/share/man/man1")));
  assert.equal(await trial.sh(other, "ls /usr/share/man/man1 | head -c 1 | wc -c"), "1");
});

test("pid 1 reaps orphans and holds none of the host's files open", async () => {
  await trial.sh(one, "sh -c 'sh -c true & exec true'; sleep 0.2; ! ps ax -o stat= | grep -q Z");
  assert.equal(await trial.sh(one, "readlink /proc/1/fd/0 /proc/1/fd/1 /proc/1/fd/2 | sort -u"), "/dev/null");
  const { initPid } = (await trial.driver.describe(one)) ?? {};
  assert.match(readFileSync(`/proc/${initPid}/comm`, "utf8"), /catatonit/);
});

/** Prints each call's name and error. Numbers of x86-64 and arm64 differ, so it takes them from the headers. */
const CALLS = `
#include <stdio.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#define TRY(name, ...) errno = 0; printf("%s %s\\n", #name, syscall(SYS_##name, __VA_ARGS__) == -1 ? strerrorname_np(errno) : "ok")
extern const char *strerrorname_np(int);
int main(void) {
  TRY(bpf, 0, 0, 0); TRY(perf_event_open, 0, 0, -1, -1, 0); TRY(userfaultfd, 0); TRY(keyctl, 0, 0); TRY(add_key, 0, 0, 0, 0, 0);
  TRY(request_key, 0, 0, 0, 0); TRY(open_by_handle_at, -1, 0, 0); TRY(io_uring_setup, 1, 0); TRY(kexec_load, 0, 0, 0, 0);
  TRY(init_module, 0, 0, ""); TRY(finit_module, -1, "", 0); TRY(delete_module, "x", 0); TRY(swapon, "/x", 0); TRY(reboot, 0, 0, 0, 0);
  TRY(quotactl, 0, 0, 0, 0); TRY(syslog, 0, 0, 0); TRY(acct, 0); TRY(move_pages, 0, 0, 0, 0, 0, 0);
  return 0;
}
`;
