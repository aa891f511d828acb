import assert from "node:assert/strict";
import test from "node:test";
import { atLeast, cgroupHost, fileSystems, hasModule, majorMinor, memoryBytes } from "../../cli/doctor/parse.ts";

test("versions are read from what the kernel and runc print", () => {
  assert.deepEqual(majorMinor("6.8.0-45-generic"), [6, 8]);
  assert.deepEqual(majorMinor("1.1.5+ds1"), [1, 1]);
  assert.equal(majorMinor("unknown"), undefined);
});

test("a newer major version is enough whatever its minor", () => {
  assert.equal(atLeast([6, 1], [5, 19]), true);
  assert.equal(atLeast([5, 19], [5, 19]), true);
  assert.equal(atLeast([5, 18], [5, 19]), false);
  assert.equal(atLeast([4, 20], [5, 19]), false);
});

test("file systems are read with and without nodev", () => {
  assert.deepEqual(fileSystems("nodev\tsysfs\n\text4\nnodev\toverlay\n"), new Set(["sysfs", "ext4", "overlay"]));
});

test("a module is found compressed, built in, and not by a part of its name", () => {
  assert.equal(hasModule("kernel/fs/overlayfs/overlay.ko.xz: kernel/x.ko", "overlay"), true);
  assert.equal(hasModule("kernel/drivers/block/loop.ko", "loop"), true);
  assert.equal(hasModule("kernel/drivers/block/bigloop.ko:", "loop"), false);
});

const V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot";
const V1 = `31 23 0:27 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw,mode=755
33 31 0:29 / /sys/fs/cgroup/systemd rw,nosuid - cgroup cgroup rw,xattr,name=systemd
35 31 0:31 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
36 31 0:32 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct`;
const UNIFIED = "32 31 0:28 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw";

test("a v2 host has the controllers of cgroup.controllers", () => {
  assert.deepEqual(cgroupHost(V2, "cpuset cpu io memory pids\n"), {
    version: "v2",
    controllers: new Set(["cpuset", "cpu", "io", "memory", "pids"]),
  });
});

test("a v1 host has the controllers that are mounted, several in one place", () => {
  assert.deepEqual(cgroupHost(V1, ""), { version: "v1", controllers: new Set(["memory", "cpu", "cpuacct"]) });
});

test("a v1 host with a v2 hierarchy beside is hybrid", () => {
  assert.equal(cgroupHost(`${V1}\n${UNIFIED}`, "").version, "hybrid");
});

test("a host without cgroups is told from one with them", () => {
  assert.equal(cgroupHost("22 1 8:1 / / rw - ext4 /dev/sda1 rw", "").version, "none");
});

test("memory is read in bytes", () => {
  assert.equal(memoryBytes("MemTotal:       24684 kB\nMemAvailable:    1024 kB\n", "MemAvailable"), 1024 * 1024);
  assert.equal(memoryBytes("MemTotal: 1 kB\n", "MemAvailable"), undefined);
});
