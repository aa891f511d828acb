/** The host's devices, and what a file system's own calls reach. */
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import test, { after, before } from "node:test";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
});
after(() => attack[Symbol.asyncDispose]());

/** Numbers of the disk that the host's root lies on. */
function hostDisk(): { major: number; minor: number } {
  const { dev } = statSync("/");
  return { major: (dev >> 8) & 0xfff, minor: (dev & 0xff) | ((dev >> 12) & 0xfff00) };
}

/** Where a sandbox can make files: the overlay, its disk, tmpfs of the driver's and of its own. */
const PLACES = ["/tmp", "/root", "/dev", "/dev/shm", "/run", "/var/lib/machines", "/mnt"];

test("make a node of the host's disk (mknod; cdk's mknod-disk)", async () => {
  const { major, minor } = hostDisk();
  await attack.sh("mount -t tmpfs -o dev none /mnt");
  for (const place of PLACES) {
    await attack.sh(`mknod ${place}/pipe p && rm ${place}/pipe`);
    await attack.refused(`mknod ${place}/disk b ${major} ${minor}`, /Operation not permitted/);
    await attack.refused(`unshare -Ur mknod ${place}/disk b ${major} ${minor}`, /Operation not permitted/);
  }
  await attack.sh("umount /mnt");
});

test("make nodes of memory, loops, virtual machines, tunnels (mem, kmsg, loop-control, kvm, vhost-net, vsock, net/tun)", async () => {
  const nodes = {
    mem: "1 1",
    kmsg: "1 11",
    "loop-control": "10 237",
    kvm: "10 232",
    "vhost-net": "10 238",
    tun: "10 200",
    cuse: "10 203",
  };
  for (const [name, numbers] of Object.entries(nodes)) {
    await attack.refused(`ls /dev/${name} /dev/net/${name}`, /No such file/);
    await attack.refused(`mknod /root/${name} c ${numbers}`, /Operation not permitted/);
  }
  // What overlay's whiteouts are: a node that nothing opens.
  await attack.sh("mknod /root/whiteout c 0 0");
  await attack.refused("cat /root/whiteout", /No such device|Permission denied|Operation not permitted/);
});

test("use a device that lies about (any node in the sandbox but the harmless ones)", async () => {
  const nodes = (
    await attack.sh(
      "find / -xdev /dev /sys /run \\( -type b -o -type c \\) -printf '%p %t\\n' 2>/dev/null | sort -u; stat -c '%n %F %t:%T' /dev/* | grep special",
    )
  )
    .split("\n")
    .filter((line) => line.includes("special"));
  assert.deepEqual(
    nodes.map((line) => line.split(" ")[0]),
    ["full", "fuse", "null", "random", "tty", "urandom", "zero"]
      .map((name) => `/dev/${name}`)
      .filter((path) => path !== "/dev/fuse" || nodes.some((line) => line.startsWith(path))),
  );
});

test("mount the host's disk by a number, a label, a path under /sys", async () => {
  const { major, minor } = hostDisk();
  for (const source of [
    "/dev/vda",
    "/dev/sda1",
    "/dev/root",
    `/dev/block/${major}:${minor}`,
    `/sys/dev/block/${major}:${minor}`,
    "LABEL=root",
    "/dev/loop0",
  ])
    for (const type of ["ext4", "xfs", "btrfs"])
      await attack.refused(
        `mount -t ${type} ${source} /mnt`,
        /does not exist|can't find|permission denied|not a block device|Operation not permitted|failed|unknown filesystem|fsconfig|block device/,
      );
});

test("have the kernel read a file system of one's own making (ext4, btrfs, xfs, erofs, squashfs, vfat images)", async () => {
  for (const type of ["ext4", "btrfs", "xfs", "erofs", "squashfs", "vfat", "iso9660", "ntfs3", "f2fs"]) {
    const body = `int image = open("/root/image", O_RDWR | O_CREAT, 0600); ftruncate(image, 1 << 20);
      TRY(mount("/root/image", "/mnt", "${type}", 0, 0));
      int fs; TRY(fs = syscall(SYS_fsopen, "${type}", 0));
      if (fs >= 0) { syscall(SYS_fsconfig, fs, 1, "source", "/root/image", 0); TRY(syscall(SYS_fsconfig, fs, 6, 0, 0, 0)); }`;
    const [mounted, opened, made] = await attack.c(body);
    // A driver that the kernel does not have is ENODEV.
    assert.match(mounted ?? "", /^(EPERM|ENOTBLK|ENODEV)$/, type);
    assert.match(opened ?? "", /^(ok|EPERM|ENODEV)$/, type);
    if (opened === "ok") assert.equal(made, "EPERM", type);
  }
  await attack.refused("losetup -f /root/image", /No such file|cannot find/);
  assert.deepEqual(
    await attack.c('int fs; TRY(fs = syscall(SYS_fsopen, "tmpfs", 0)); TRY(syscall(SYS_fsconfig, fs, 6, 0, 0, 0));'),
    ["ok", "ok"],
  );
});

test("have FUSE speak for a block device (fuseblk)", () =>
  attack.refused(
    "mount -t fuseblk -o fd=3,rootmode=40000,user_id=0,group_id=0 /root/image /mnt 3<>/dev/fuse",
    /block device|permission denied|Operation not permitted|fsconfig|failed|unknown/,
  ));

test("freeze, shut down, resize or trim the file system under the sandbox (FIFREEZE, EXT4_IOC_SHUTDOWN, EXT4_IOC_RESIZE_FS)", async () => {
  // The header is too much for this compiler. The numbers: FS_IOC_GETFLAGS, FIFREEZE, FITHAW, FITRIM, FIBMAP, EXT4_IOC_SHUTDOWN, EXT4_IOC_RESIZE_FS, FS_IOC_SETFLAGS (immutable).
  const body = `int root = open("/root", O_RDONLY), file = open("/root/file", O_RDWR | O_CREAT, 0600), flags; uint32_t off = 0; uint64_t blocks = 1 << 30, range[3] = {0, -1, 0};
    TRY(ioctl(root, 0x80086601, &flags)); TRY(ioctl(root, 0xc0045877, 0)); TRY(ioctl(root, 0xc0045878, 0)); TRY(ioctl(root, 0xc0185879, range)); TRY(ioctl(file, 1, &off));
    TRY(ioctl(root, 0x8004587d, &off)); TRY(ioctl(root, 0x40086610, &blocks)); flags |= 0x10; TRY(ioctl(file, 0x40086602, &flags));`;
  assert.deepEqual(await attack.c(body), ["ok", ...Array(7).fill("EPERM")]);
});

test("mount the sandbox's disk again so that an error brings the host down (errors=panic)", async () => {
  for (const target of ["/root", "/", "/var/lib/lxc"]) {
    await attack.refused(
      `mount -o remount,errors=panic ${target}`,
      /permission denied|Operation not permitted|bad option|must be superuser/,
    );
  }
  const body = `int fs; TRY(fs = syscall(SYS_fspick, AT_FDCWD, "/root", 0));
    if (fs >= 0) { syscall(SYS_fsconfig, fs, 1, "errors", "panic", 0); TRY(syscall(SYS_fsconfig, fs, 7, 0, 0, 0)); }`;
  assert.equal((await attack.c(body)).at(-1), "EPERM");
});

test("change the host's own device nodes through those that are lent (chmod, chown, setxattr on /dev/null)", async () => {
  const before = statSync("/dev/null");
  for (const script of [
    "chmod 000 /dev/null",
    "chown 1:1 /dev/zero",
    "setfattr -n trusted.x -v y /dev/full",
    "chmod 4777 /dev/random",
  ])
    await attack.refused(script, /Operation not permitted/);
  const now = statSync("/dev/null");
  assert.deepEqual([now.mode, now.uid, now.gid], [before.mode, before.uid, before.gid]);
});

test("open the host's terminals and consoles (/dev/pts, tty0, vcs, console; TIOCLINUX)", async () => {
  const there = readdirSync("/dev/pts").filter((name) => name !== "ptmx");
  const body =
    'int own = open("/dev/ptmx", O_RDWR | O_NOCTTY); char ask[] = {2}; TRY(own); TRY(ioctl(own, 0x541c, ask)); TRY(open("/dev/tty0", O_RDWR)); TRY(open("/dev/vcsa", O_RDWR)); TRY(open("/dev/console", O_RDWR));';
  assert.deepEqual(
    (await attack.c(body)).map((line) => line.replace("ENOTTY", "EINVAL")),
    ["ok", "EINVAL", "ENOENT", "ENOENT", "ENOENT"],
  );
  // A devpts is an instance of its own, always.
  assert.equal(await attack.sh("mount -t devpts none /mnt && ls /mnt; umount /mnt"), "ptmx");
  assert.equal(await attack.sh("ls /dev/pts"), "ptmx", `the host has ${there}`);
});
