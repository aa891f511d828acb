import assert from "node:assert/strict";
import test from "node:test";
import { parseMountinfo, readHost } from "../../lab-server/sandbox/runc/host.ts";

const V2 = "25 20 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
const V1 = [
  "30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
  "32 25 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
];

test("a pure v2 host has one hierarchy", () => {
  const host = readHost(V2);
  assert.deepEqual([host.cgroup, host.hierarchies], [2, { unified: "/sys/fs/cgroup" }]);
});

test("a hybrid host is v1, with v2 beside it; controllers that share a mount share its folder", () => {
  const host = readHost([...V1, V2.replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified")].join("\n"));
  assert.equal(host.cgroup, 1);
  assert.deepEqual(host.hierarchies, {
    memory: "/sys/fs/cgroup/memory",
    cpu: "/sys/fs/cgroup/cpu,cpuacct",
    cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
    systemd: "/sys/fs/cgroup/systemd",
    unified: "/sys/fs/cgroup/unified",
  });
});

test("a host without a memory controller is told what to mount", () => {
  assert.throws(() => readHost("20 1 8:1 / / rw - ext4 /dev/sda1 rw"), /mount cgroup2 at \/sys\/fs\/cgroup/);
});

test("mountinfo: optional fields, and paths with blanks and backslashes", () => {
  const line = String.raw`40 30 0:50 / /run/a\040b\134c rw,nodev shared:1 master:2 - overlay over\011lay rw,lowerdir=/x`;
  assert.deepEqual(parseMountinfo(`${line}\n`), [
    { mountPoint: String.raw`/run/a b\c`, type: "overlay", source: "over\tlay", superOptions: "rw,lowerdir=/x" },
  ]);
});
