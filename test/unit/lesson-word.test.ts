import assert from "node:assert/strict";
import test from "node:test";
import { kindOf } from "../../components/lesson/kind.ts";

test("a word that names a namespace type or a controller has its kind", () => {
  const kinds = {
    uts: "ns-uts",
    mnt: "ns-mnt",
    CLONE_NEWNS: "ns-mnt",
    "--net": "ns-net",
    "--mount": "ns-mnt",
    "/proc/self/ns/pid": "ns-pid",
    "/proc/$$/ns/time_for_children": "ns-time",
    "uts:[4026531838]": "ns-uts",
    "memory.max": "cg-memory",
    "blkio.throttle.read_bps_device": "cg-io",
    "cpu.max": "cg-cpu",
  };
  for (const [word, kind] of Object.entries(kinds)) assert.equal(kindOf(word), kind, word);
});

test("other words have none", () => {
  for (const word of [
    "unshare",
    "utsname",
    "--uts bash",
    "/proc/PID/ns",
    "/etc/passwd",
    "pids",
    "--pidx",
    "constructor",
    "uts:",
    "time ls",
    "",
  ]) {
    assert.equal(kindOf(word), undefined, word);
  }
});
