import assert from "node:assert/strict";
import test from "node:test";
import { bytes, duration, percent } from "../../components/xray/amount.ts";
import { CHART_SPAN, lanesOf } from "../../components/xray/cgroups/lanes.ts";
import { type GroupNode, groupTree, isRemarkable, membersOf } from "../../components/xray/cgroups/tree.ts";
import type { Sample } from "../../components/xray/view.ts";
import type { GroupFact, ProcessFact, UsageFact } from "../../lab-server/protocol.ts";
import { STORY } from "../fixtures/xray/story.ts";

const MIB = 1024 ** 2;
const AT = 1_000_000;

function group(path: string, own: Partial<GroupFact> = {}): GroupFact {
  const parent = path === "/" ? null : path.slice(0, path.lastIndexOf("/")) || "/";
  return { path, parent, controllers: [], handsDown: [], processes: [], frozen: false, kind: "", limits: {}, ...own };
}

function cpu(usage: number, own: Partial<NonNullable<UsageFact["cpu"]>> = {}): UsageFact {
  return { cpu: { usage, periods: 0, throttledPeriods: 0, throttled: 0, ...own } };
}

test("amounts are written as people read them", () => {
  assert.deepEqual([0, 1023, 1024, 49.6 * MIB, 512 * MIB].map(bytes), ["0 B", "1023 B", "1 KiB", "49.6 MiB", "512 MiB"]);
  assert.deepEqual([0.004, 0.633, 1].map(percent), ["0.4 %", "63.3 %", "100 %"]);
  assert.deepEqual([480_000, 7_700_000, 180_000_000].map(duration), ["480 ms", "7.7 s", "3 min"]);
});

test("a group that the facts know without its parent stands at the top, children in the order of their numbers", () => {
  const groups = Object.fromEntries(["/", "/b10", "/b9", "/gone/child", "/b9/a"].map((path) => [path, group(path)]));
  const names = (nodes: readonly GroupNode[]): unknown[] =>
    nodes.map(({ group: { path }, children }) => (children.length > 0 ? [path, names(children)] : path));
  assert.deepEqual(names(groupTree(groups)), [["/", [["/b9", ["/b9/a"]], "/b10"]], "/gone/child"]);
});

test("groups that nest without end do not: the deepest stand beside each other, in order", () => {
  const paths = Array.from({ length: 251 }, (_, depth) => "/a".repeat(depth) || "/");
  const groups = Object.fromEntries(paths.map((path) => [path, group(path)]));
  const flat = (nodes: readonly GroupNode[], depth = 1): [path: string, depth: number][] =>
    nodes.flatMap(({ group: { path }, children }) => [[path, depth], ...flat(children, depth + 1)]);
  const placed = flat(groupTree(groups));
  assert.deepEqual(
    placed.map(([path]) => path),
    paths,
  );
  assert(Math.max(...placed.map(([, depth]) => depth)) < 12);
});

test("a process that is in a group for some controllers only says for which", () => {
  const found = STORY.groups["/app/web"];
  const yes = STORY.processes["50060"];
  assert.ok(found && yes);
  const members = membersOf({ ...found, controllers: ["cpu", "pids", "memory"] }, STORY.processes);
  assert.deepEqual(
    members.map(({ process: { comm }, only }) => [comm, only]),
    [["yes", ["cpu", "pids"]]],
  );
  const unified: ProcessFact = { ...yes, groups: { unified: "/app/web" } };
  assert.deepEqual(membersOf(found, { "50060": unified })[0]?.only, []);
});

test("memory against its limit: the share, what of it is cache, and the processes that the OOM killer took", () => {
  const usage: UsageFact = { memory: { current: 40 * MIB, file: 10 * MIB, reached: 3, oomKills: 2 } };
  const [lane] = lanesOf(group("/demo", { limits: { memory: 50 * MIB } }), [{ at: AT, usage }], usage, AT);
  assert.equal(lane?.controller, "memory");
  assert.equal(lane.share, 0.8);
  assert.equal(lane.cache, 0.25);
  assert.equal(`${lane.reading} ${lane.limitReading}`, "40 MiB of 50 MiB");
  assert.deepEqual(lane.marks, [{ level: "alarm", text: "OOM killer: 2 killed" }]);
});

test("a group without a limit has no share, and a limit of nothing is full", () => {
  const usage: UsageFact = { memory: { current: 1, reached: 0, oomKills: 0 }, pids: { current: 0, refused: 1 } };
  const lanes = lanesOf(group("/a", { limits: { memory: null, pids: 0 } }), [], usage, AT);
  assert.deepEqual(
    lanes.map(({ controller, share }) => [controller, share]),
    [
      ["memory", null],
      ["pids", 1],
    ],
  );
  assert.deepEqual(lanes[1]?.marks, [{ level: "alarm", text: "fork refused once" }]);
});

test("CPU time becomes CPUs; a silence between two samples was a rest, not a slow crawl", () => {
  const samples: Sample[] = [
    { at: AT - 20_000, usage: cpu(0) },
    { at: AT - 19_000, usage: cpu(500_000) },
    { at: AT - 1_000, usage: cpu(700_000) },
  ];
  const [lane] = lanesOf(group("/a", { limits: { cpuQuota: 50_000, cpuPeriod: 100_000 } }), samples, cpu(700_000), AT);
  assert.equal(lane?.limit, 0.5);
  assert.deepEqual(
    lane.points.map(({ at, value }) => [at - AT, value]),
    [
      [-19_000, 0.5],
      [-18_999, 0],
      [-3_000, 0],
      [-1_000, 0.1],
    ],
  );
  const [later] = lanesOf(group("/a"), samples, cpu(700_000), AT + 10_000);
  assert.equal(later?.now, 0, "nothing came for ten seconds: nothing is used");
});

test("a v1 group that is limited in one hierarchy and counted in another says that it is not counted", () => {
  const usage: UsageFact = { cpu: { periods: 10, throttledPeriods: 5, throttled: 1000 } };
  const [lane] = lanesOf(group("/a", { limits: { cpuQuota: 20_000, cpuPeriod: 100_000 } }), [], usage, AT);
  assert.equal(`${lane?.reading}, ${lane?.limitReading}`, "use not counted, limit 20 %");
  assert.equal(lane?.share, null);
});

test("throttling counts as of now for as long as it goes on, and then as history", () => {
  const usage = cpu(0, { periods: 20, throttledPeriods: 8, throttled: 400_000 });
  const samples: Sample[] = [
    { at: AT, usage: cpu(0, { periods: 10 }) },
    { at: AT + 1_000, usage },
  ];
  const marks = (at: number) => lanesOf(group("/a"), samples, usage, at)[0]?.marks[0]?.text;
  assert.equal(marks(AT + 1_000), "throttled in 80 % of periods");
  assert.equal(marks(AT + 30_000), "was throttled for 400 ms");
});

test("a chart looks back for its span, and comes in from the sample before it", () => {
  const samples = [2, 1.5, 0.5, 0].map((spans) => ({
    at: AT - spans * CHART_SPAN,
    usage: { pids: { current: Math.round(spans * 2), refused: 0 } },
  }));
  const [lane] = lanesOf(group("/a"), samples, samples[3]?.usage, AT);
  assert.deepEqual(
    lane?.points.map(({ value }) => value),
    [3, 1, 0],
  );
});

test("a group where nothing was set and nobody is takes one line", () => {
  assert.equal(isRemarkable(group("/quiet", { limits: { memory: null, pids: null } })), false);
  assert.equal(isRemarkable(group("/")), true);
  assert.equal(isRemarkable(group("/limited", { limits: { pids: 5 } })), true);
  assert.equal(isRemarkable(group("/ice", { frozen: true })), true);
});
