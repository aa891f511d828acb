/** System calls that reach past every namespace. The names say what the attempts imitate. */
import assert from "node:assert/strict";
import { arch } from "node:process";
import test, { after, before } from "node:test";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

/** Runs C statements that print one outcome a line. */
async function outcomes(statements: string, expected: readonly string[], declarations = ""): Promise<void> {
  assert.deepEqual(await attack.c(statements, declarations), expected);
}

/** A call that this architecture does not have is not there to be refused. */
const REFUSED = /^(EPERM|ENOSYS)$/;
async function refused(statements: string, declarations = ""): Promise<void> {
  for (const line of await attack.c(statements, declarations)) assert.match(line, REFUSED);
}

test("load a kernel module (rootkits; init_module, finit_module)", () =>
  outcomes(
    `TRY(syscall(SYS_init_module, "", 0, "")); TRY(syscall(SYS_finit_module, open("/bin/true", O_RDONLY), "", 0));
     TRY(syscall(SYS_delete_module, "ext4", 0)); TRY(getppid());`,
    ["EPERM", "EPERM", "EPERM", "ok"],
  ));

test("start another kernel (kexec_load, kexec_file_load)", () =>
  outcomes("TRY(syscall(SYS_kexec_load, 0, 0, 0, 0)); TRY(syscall(SYS_kexec_file_load, -1, -1, 0, 0, 0));", ["EPERM", "EPERM"]));

test("restart the host (reboot)", () =>
  outcomes("sync(); TRY(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x01234567, 0));", ["EPERM"]));

test("run a program in the kernel (bpf; CVE-2021-3490, CVE-2022-23222)", () =>
  outcomes(
    // BPF_MAP_CREATE of an array with one element, and BPF_PROG_GET_NEXT_ID; bpf(2). The header is too much for this compiler.
    `uint32_t a[32] = {2, 4, 8, 1}; TRY(syscall(SYS_bpf, 0, a, sizeof a)); TRY(syscall(SYS_bpf, 11, a, sizeof a));`,
    ["EPERM", "EPERM"],
  ));

test("count events of the whole machine (perf_event_open; CVE-2013-2094)", () =>
  outcomes(
    `struct perf_event_attr a; memset(&a, 0, sizeof a); a.size = sizeof a; a.type = PERF_TYPE_SOFTWARE;
     TRY(syscall(SYS_perf_event_open, &a, -1, 0, -1, 0)); TRY(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0));`,
    ["EPERM", "EPERM"],
    "#include <linux/perf_event.h>",
  ));

test("hold the kernel in the middle of a copy (userfaultfd; CVE-2016-6187's exploit)", () =>
  outcomes('TRY(syscall(SYS_userfaultfd, 0)); TRY(syscall(SYS_userfaultfd, 1)); TRY(open("/dev/userfaultfd", O_RDWR));', [
    "EPERM",
    "EPERM",
    "ENOENT",
  ]));

test("submit calls that the filter does not see (io_uring; CVE-2023-2598)", () =>
  outcomes(
    "char p[256]; memset(p, 0, sizeof p); TRY(syscall(SYS_io_uring_setup, 8, p)); TRY(syscall(SYS_io_uring_register, -1, 0, 0, 0));",
    ["EPERM", "EPERM"],
  ));

test("open a file of the host by its handle (open_by_handle_at; Shocker)", () =>
  outcomes(
    `struct { struct file_handle h; char f[128]; } x; int mount;
     x.h.handle_bytes = 128; TRY(name_to_handle_at(AT_FDCWD, "/root", &x.h, &mount, 0));
     TRY(open_by_handle_at(open("/root", O_RDONLY), &x.h, O_RDONLY));
     x.h.handle_bytes = 8; x.h.handle_type = 1; memset(x.f, 0, 8); x.f[0] = 2;
     TRY(open_by_handle_at(open("/root", O_RDONLY), &x.h, O_RDONLY));
     TRY(open_by_handle_at(open("/opt/images/debian", O_RDONLY), &x.h, O_RDONLY));`,
    ["ok", "EPERM", "EPERM", "EPERM"],
  ));

test("keep secrets in, or take them from, keyrings of the kernel (CVE-2016-0728)", () =>
  outcomes(
    `TRY(syscall(SYS_add_key, "user", "mine", "x", 1, -3)); TRY(syscall(SYS_request_key, "user", "mine", 0, 0));
     TRY(syscall(SYS_keyctl, 1, "session")); TRY(syscall(SYS_keyctl, 0, -4, 1)); TRY(syscall(SYS_keyctl, 0, -5, 1));`,
    ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM"],
  ));

test("set the host's clock (settimeofday, clock_settime, adjtimex, alarms that wake the machine)", () =>
  outcomes(
    `struct timeval v = {0}; struct timespec s = {0}; struct timex x; memset(&x, 0, sizeof x);
     TRY(syscall(SYS_settimeofday, &v, 0)); TRY(syscall(SYS_clock_settime, CLOCK_REALTIME, &s));
     TRY(adjtimex(&x)); x.modes = ADJ_TICK; x.tick = 9000; TRY(adjtimex(&x)); x.modes = ADJ_OFFSET; TRY(clock_adjtime(CLOCK_REALTIME, &x));
     TRY(timerfd_create(CLOCK_MONOTONIC, 0)); TRY(timerfd_create(CLOCK_BOOTTIME_ALARM, 0));`,
    ["EPERM", "EPERM", "ok", "EPERM", "EPERM", "ok", "EPERM"],
    "#include <time.h>\n#include <sys/timex.h>\n#include <sys/timerfd.h>",
  ));

test("swap to a file, stop the host's swapping (swapon, swapoff)", () =>
  outcomes(
    `int f = open("/root/swap", O_RDWR | O_CREAT, 0600); ftruncate(f, 1 << 20); TRY(syscall(SYS_swapon, "/root/swap", 0));
     TRY(syscall(SYS_swapoff, "/root/swap")); TRY(unlink("/root/swap"));`,
    ["EPERM", "EPERM", "ok"],
  ));

test("have the kernel write down every process (acct)", () =>
  outcomes('TRY(close(open("/root/acct", O_CREAT | O_WRONLY, 0600))); TRY(syscall(SYS_acct, "/root/acct"));', ["ok", "EPERM"]));

test("change quotas of the host's file systems (quotactl)", () =>
  outcomes(
    'TRY(syscall(SYS_quotactl, 0x80000100, "/dev/vda", 0, 0)); TRY(syscall(SYS_quotactl_fd, open("/root", O_RDONLY), 0x80000100, 0, 0));',
    ["EPERM", "EPERM"],
  ));

test("write to I/O ports (iopl, ioperm, /dev/port)", () =>
  refused(
    "TRY(syscall(SYS_iopl, 3)); TRY(syscall(SYS_ioperm, 0x70, 2, 1));",
    "#ifndef SYS_iopl\n#define SYS_iopl -1\n#define SYS_ioperm -1\n#endif",
  ));

test("read and clear the kernel's log (dmesg; syslog, /dev/kmsg, /proc/kmsg)", async () => {
  await outcomes(
    `char b[4096]; TRY(syscall(SYS_syslog, 3, b, sizeof b)); TRY(syscall(SYS_syslog, 5, 0, 0)); TRY(syscall(SYS_syslog, 10, 0, 0));
     TRY(open("/dev/kmsg", O_RDWR));`,
    ["EPERM", "EPERM", "EPERM", "ENOENT"],
  );
  await attack.refused("cat /proc/kmsg", /Permission denied|Operation not permitted/);
  await attack.refused("dmesg", /Operation not permitted/);
});

test("use calls that nobody needs any more (lookup_dcookie, nfsservctl, _sysctl, uselib, ustat, sysfs)", () =>
  refused(
    `TRY(syscall(SYS_lookup_dcookie, 0, 0, 0)); TRY(syscall(SYS_nfsservctl, 0, 0, 0)); TRY(syscall(SYS__sysctl, 0));
     TRY(syscall(SYS_uselib, "/bin/true")); TRY(syscall(SYS_ustat, 0, 0)); TRY(syscall(SYS_sysfs, 3, 0, 0));`,
    ["lookup_dcookie", "nfsservctl", "_sysctl", "uselib", "ustat", "sysfs"]
      .map((name) => `#ifndef SYS_${name}\n#define SYS_${name} -1\n#endif`)
      .join("\n"),
  ));

test("map memory at address zero, make all data executable (personality; CVE-2009-2692)", () =>
  outcomes(
    "TRY(syscall(SYS_personality, 0x40000)); TRY(syscall(SYS_personality, 0x100000)); TRY(syscall(SYS_personality, 0x400000));",
    ["ok", "ENOSYS", "ENOSYS"],
  ));

test("build descriptor tables of one's own (modify_ldt; CVE-2015-5157)", () =>
  refused(
    "char b[16]; TRY(syscall(SYS_modify_ldt, 0, b, sizeof b));",
    "#ifndef SYS_modify_ldt\n#define SYS_modify_ldt -1\n#endif",
  ));

test("move pages between memory nodes, give pages to a pipe (move_pages, migrate_pages, vmsplice; CVE-2008-0600)", () =>
  outcomes(
    `int p[2]; pipe(p); struct iovec v = {"x", 1}; TRY(syscall(SYS_move_pages, 0, 0, 0, 0, 0, 0)); TRY(syscall(SYS_migrate_pages, 0, 0, 0, 0));
     TRY(syscall(SYS_vmsplice, p[1], &v, 1, 0)); TRY(write(p[1], "x", 1));`,
    ["EPERM", "EPERM", "EPERM", "ok"],
  ));

test("call past the filter as a 32-bit program (int 0x80)", { skip: arch !== "x64" }, async () => {
  // 20 is getpid there: harmless, so that it is the way that is refused.
  const { code, stdout } = await attack.runC(
    'long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20)); printf("called %ld\\n", r);',
  );
  assert.equal(stdout, "");
  // The filter ends it by SIGSYS; where the machine has no such way into the kernel at all, the instruction itself does by SIGSEGV.
  assert.ok(code === 128 + 31 || code === 128 + 11, `it ends by a signal, not with ${code}`);
});

test("call past the filter by the numbers of the x32 ABI", { skip: arch !== "x64" }, async () => {
  const { code, stdout } = await attack.runC(
    "TRY(syscall(0x40000000 | SYS_getpid)); TRY(syscall(0x40000000 | SYS_bpf, 0, 0, 0));",
  );
  // libseccomp ends the process, or where the kernel has no such ABI the numbers are unknown ones.
  if (code === 0) assert.deepEqual(stdout.trim().split("\n"), ["ENOSYS", "ENOSYS"]);
  else assert.deepEqual({ code, stdout }, { code: 128 + 31, stdout: "" });
});

test("lay a filter over the filter that allows everything", () =>
  outcomes(
    `struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW); struct sock_fprog p = {1, &allow};
     TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p)); TRY(syscall(SYS_bpf, 0, 0, 0));`,
    ["ok", "EPERM"],
    "#include <linux/seccomp.h>\n#include <linux/filter.h>",
  ));

test("try again as root of a user namespace of one's own, with every capability in it", async () => {
  const calls =
    "bpf perf_event_open userfaultfd keyctl add_key open_by_handle_at io_uring_setup kexec_load init_module reboot swapon syslog acct quotactl settimeofday";
  const tries = calls.split(" ").map((name) => `TRY(syscall(SYS_${name}, 0, 0, 0, 0, 0));`);
  const lines = await attack.c(`TRY(unshare(CLONE_NEWUSER)); ${tries.join("\n")}`);
  assert.deepEqual(lines, ["ok", ...tries.map(() => "EPERM")]);
});
