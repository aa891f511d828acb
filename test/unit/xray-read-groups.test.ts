import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { GroupFact, LONGEST_NAME, UsageFact } from "../../lab-server/xray/facts.ts";
import { COUNTERS_V1, isFrozenV1, limitsOfV1, SETTINGS_V1, usageOfV1 } from "../../lab-server/xray/read/cgroup-v1.ts";
import { COUNTERS_V2, isFrozenV2, limitsOfV2, SETTINGS_V2, usageOfV2 } from "../../lab-server/xray/read/cgroup-v2.ts";
import { type GroupTexts, keyed, limitOf, numberOf, pressureOf } from "../../lab-server/xray/read/group-text.ts";
import { UniqueNames } from "../../lab-server/xray/read/unique-names.ts";

const MIB = 1024 * 1024;

/** Captured files by group: sections of "=== GROUP/FILE". */
function fixture(name: string): Record<string, Record<string, string>> {
  const text = readFileSync(join(import.meta.dirname, "../fixtures/xray/cgroup", `${name}.txt`), "utf8");
  const groups: Record<string, Record<string, string>> = {};
  for (const section of text.split(/^=== /m).slice(1)) {
    const [title = "", ...lines] = section.split("\n");
    const [group = "", file = ""] = title.split("/");
    groups[group] = { ...groups[group], [file]: lines.join("\n") };
  }
  return groups;
}

test("v1 with a v2 tree beside it: limits, use and state of a group", () => {
  const { own = {}, full = {} } = fixture("v1-hybrid-linux-6.18");
  assert.deepEqual(limitsOfV1(own), {
    memory: 512 * MIB,
    swap: 0,
    cpuQuota: 100_000,
    cpuPeriod: 100_000,
    cpuWeight: 1024,
    cpus: "0-1",
    pids: 256,
    io: [],
  });
  assert.deepEqual(limitsOfV1(full), {
    memory: 20 * MIB,
    swap: 12 * MIB,
    cpuQuota: 5000,
    cpuPeriod: 100_000,
    cpuWeight: 512,
    cpus: "0",
    pids: 3,
    io: ["write_bps_device 7:0 1048576"],
  });
  assert.deepEqual(usageOfV1(full), {
    memory: { current: 0, reached: 37, oomKills: 1, peak: 20 * MIB, anonymous: 0, file: 0 },
    cpu: { usage: 329_611, periods: 50, throttledPeriods: 20, throttled: 1_615_911 },
    pids: { current: 1, refused: 1 },
    io: { read: 147_456, written: 262_144 },
  });
  const { pressure, memory } = usageOfV1(own);
  assert.deepEqual(pressure?.cpu, { some: 16.77, full: 16.59 });
  assert.deepEqual([memory?.anonymous, memory?.file], [65_536, 2_322_432]);
  assert.deepEqual([isFrozenV1(own), isFrozenV1(full)], [false, true]);
});

test("v1: no limit is null, and a group counts only what its hierarchies count", () => {
  const none = { "memory.limit_in_bytes": "9223372036854771712\n", "memory.memsw.limit_in_bytes": "9223372036854771712\n" };
  assert.deepEqual(limitsOfV1({ ...none, "cpu.cfs_quota_us": "-1\n", "pids.max": "max\n" }), {
    memory: null,
    swap: null,
    cpuQuota: null,
    pids: null,
  });
  assert.deepEqual(usageOfV1({}), {});
  assert.deepEqual(usageOfV1({ "cpu.stat": "nr_periods 4\nnr_throttled 2\nthrottled_time 3000\n" }).cpu, {
    periods: 4,
    throttledPeriods: 2,
    throttled: 3,
  });
  assert.equal(isFrozenV1({ "freezer.state": "FREEZING\n" }), false);
});

test("v2: limits, use and state of a group", () => {
  const { full = {}, leaf = {}, frozen = {}, demo = {} } = fixture("v2-linux-6.1");
  assert.deepEqual(limitsOfV2(full), {
    memory: 20 * MIB,
    memoryHigh: null,
    swap: 0,
    cpuQuota: 20_000,
    cpuPeriod: 100_000,
    cpuWeight: 50,
    cpus: "0",
    pids: 3,
    io: ["254:0 rbps=max wbps=1048576 riops=100 wiops=max"],
  });
  assert.deepEqual(usageOfV2(full), {
    memory: { current: 102_400, reached: 38, oomKills: 1, peak: 20 * MIB, anonymous: 69_632, file: 0 },
    cpu: { usage: 1_084_373, periods: 61, throttledPeriods: 53, throttled: 4_090_272 },
    pids: { current: 1, refused: 2 },
    io: { read: 94_208, written: 0 },
    pressure: { memory: { some: 0.59, full: 0.59 }, cpu: { some: 22.87, full: 22.63 }, io: { some: 0, full: 0 } },
  });
  const { memory, cpuQuota, pids, cpus, io } = limitsOfV2(leaf);
  assert.deepEqual([memory, cpuQuota, pids, cpus, io], [null, null, null, "", []]);
  assert.equal(isFrozenV2(frozen), true);
  assert.equal(isFrozenV2(full), false);
  assert.equal(usageOfV2(demo).memory?.oomKills, 0, "what was killed in a group below is not this group's");
});

test("since Linux 6.12 what a group itself refused is in another file", () => {
  assert.deepEqual(usageOfV2({ "pids.current": "1\n", "pids.events": "max 9\n", "pids.events.local": "max 2\n" }).pids, {
    current: 1,
    refused: 2,
  });
});

test("numbers, limits and keys", () => {
  assert.deepEqual([numberOf("12\n"), numberOf("-1"), numberOf(""), numberOf("1 2"), numberOf(undefined)], [12, ...Array(4)]);
  assert.deepEqual([limitOf("max\n"), limitOf("-1\n"), limitOf("0\n"), limitOf("many")], [null, null, 0, undefined]);
  const text = "total_rss 1\nrss 2\nlast 3";
  assert.deepEqual([keyed(text, "rss"), keyed(text, "total_rss"), keyed(text, "last"), keyed(text, "ss")], [2, 1, 3, undefined]);
  assert.deepEqual(pressureOf("some avg10=1.50 avg60=0.00 avg300=0.00 total=1\n"), { some: 1.5, full: null });
});

test("whatever is in the files, what comes out is a fact or nothing", () => {
  const files = [SETTINGS_V1, COUNTERS_V1, SETTINGS_V2, COUNTERS_V2].flatMap((lists) => Object.values(lists).flat());
  const pieces = [
    "0",
    "-1",
    "max",
    "18446744073709551615",
    "some avg10=",
    "full avg10=x",
    "oom_kill",
    "max",
    "\n",
    " ",
    "=",
    "rbytes=",
    "7:0 Read",
    "\xff",
  ];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(" ")),
  );
  const texts: fc.Arbitrary<GroupTexts> = fc.dictionary(fc.constantFrom(...files), text);
  fc.assert(
    fc.property(texts, (given) => {
      for (const limits of [limitsOfV1(given), limitsOfV2(given)]) {
        const { cpuQuota, cpuPeriod, cpuWeight, pids, memory } = limits;
        for (const amount of [cpuQuota, cpuPeriod, cpuWeight, pids, memory]) assert(amount == null || amount >= 0);
        assert(GroupFact.shape.limits.safeParse(limits).success, JSON.stringify(limits));
      }
      for (const usage of [usageOfV1(given), usageOfV2(given)]) assert(UsageFact.safeParse(usage).success, JSON.stringify(usage));
      isFrozenV1(given);
      isFrozenV2(given);
    }),
  );
});

test("ids: one for each name, the same while it is kept, and short", () => {
  const names = new UniqueNames();
  const [one, two] = [names.of("/a\xff"), names.of("/a\xfe")];
  assert.deepEqual([one, two], ["/a\ufffd", "/a\ufffd~2"]);
  assert.equal(names.named(two), "/a\xfe");
  names.keep(new Set(["/a\xfe"]));
  assert.equal(names.of("/a\xfe"), two);
  assert.equal(names.named(one), undefined);
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 40 }), (given) => {
      const fresh = new UniqueNames();
      const latin1 = [...new Set(given.map((name) => Buffer.from(name).toString("latin1")))];
      const ids = latin1.map((name) => fresh.of(name));
      assert.equal(new Set(ids).size, ids.length);
      for (const id of ids) assert(id.length <= LONGEST_NAME);
      assert.deepEqual(
        latin1.map((name) => fresh.of(name)),
        ids,
      );
    }),
  );
});
