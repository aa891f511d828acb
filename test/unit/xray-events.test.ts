import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test from "node:test";
import { size } from "../../lab-server/xray/events/words.ts";
import { Timeline } from "../../lab-server/xray/events.ts";
import {
  applyChange,
  type Facts,
  type GroupFact,
  MOST_EVENTS,
  type NamespaceFact,
  NO_FACTS,
  type ProcessFact,
  type UsageFact,
} from "../../lab-server/xray/facts.ts";

const MIB = 1024 ** 2;

function process(pid: number, comm: string, more: Partial<ProcessFact> = {}): ProcessFact {
  const groups = { memory: "/", pids: "/" };
  const uid = { host: 1_000_000, sandbox: 0, inner: 0 };
  const namespaces = { pid: "pid:1", net: "net:1" };
  return {
    pid,
    parent: 1,
    pids: [pid],
    comm,
    command: comm,
    state: "S",
    uid,
    threads: 1,
    startedAt: 0,
    namespaces,
    groups,
    root: "/",
    ...more,
  };
}

function namespace(id: string, name: string, more: Partial<NamespaceFact> = {}): [string, NamespaceFact] {
  const [type, inode] = id.split(":");
  assert(type === "pid" || type === "net");
  return [
    id,
    {
      type,
      inode: Number(inode),
      name,
      origin: "made",
      parent: null,
      owner: null,
      madeBy: null,
      madeAt: null,
      pinned: [],
      ...more,
    },
  ];
}

function group(path: string, limits: GroupFact["limits"] = {}, more: Partial<GroupFact> = {}): [string, GroupFact] {
  const parent = path === "/" ? null : "/";
  return [path, { path, parent, controllers: [], handsDown: [], processes: [], frozen: false, kind: "", limits, ...more }];
}

function facts(more: { processes?: ProcessFact[] } & Partial<Omit<Facts, "processes">>): Facts {
  const { processes = [], ...tables } = more;
  return { ...NO_FACTS, ...tables, processes: Object.fromEntries(processes.map((row) => [String(row.pid), row])) };
}

const OWN = Object.fromEntries([
  namespace("pid:1", "pid 1", { origin: "sandbox" }),
  namespace("net:1", "net 1", { origin: "sandbox" }),
]);
const shell = process(1, "bash", { parent: null });
const texts = (before: Facts, after: Facts) => new Timeline(0).add(before, after, 0).map(({ text }) => text);

test("nothing happened where nothing changed", () => {
  const now = facts({ processes: [shell], namespaces: OWN });
  assert.deepEqual(texts(now, now), []);
  assert.deepEqual(texts(now, structuredClone(now)), []);
});

test("a new pid namespace is told with who made it and its pid 1", () => {
  const before = facts({ processes: [shell], namespaces: OWN });
  const maker = process(7, "unshare");
  const first = process(8, "bash", { parent: 7, pids: [8, 1], namespaces: { pid: "pid:2", net: "net:1" } });
  const after = facts({
    processes: [shell, maker, first],
    namespaces: { ...OWN, ...Object.fromEntries([namespace("pid:2", "pid 2")]) },
  });
  assert.deepEqual(texts(before, after), [
    "unshare made pid 2; its pid 1 is bash",
    "unshare (pid 7) started, a child of bash (pid 1)",
    "bash (pid 8) started, a child of unshare (pid 7)",
  ]);
  assert.deepEqual(texts(after, before).toSorted(), [
    "bash (pid 8) ended",
    "pid 2 is gone: nothing holds it any more",
    "unshare (pid 7) ended",
  ]);
});

test("unshare of a pid namespace without a fork makes one that nobody is in", () => {
  const before = facts({ processes: [shell], namespaces: OWN });
  const made = Object.fromEntries([namespace("pid:2", "pid 2", { madeBy: { pid: 1, command: "bash" } })]);
  assert.deepEqual(texts(before, facts({ processes: [shell], namespaces: { ...OWN, ...made } })), [
    "bash (pid 1) made pid 2: its next child will be in it",
  ]);
});

test("who was there before made it, and who goes into one that was there joins it", () => {
  const two = Object.fromEntries([namespace("net:2", "net 2")]);
  const moved = { ...shell, namespaces: { pid: "pid:1", net: "net:2" } };
  const before = facts({ processes: [shell], namespaces: OWN });
  assert.deepEqual(texts(before, facts({ processes: [moved], namespaces: { ...OWN, ...two } })), ["bash (pid 1) made net 2"]);
  const there = facts({ processes: [shell], namespaces: { ...OWN, ...two } });
  assert.deepEqual(texts(there, facts({ processes: [moved], namespaces: { ...OWN, ...two } })), ["bash (pid 1) went into net 2"]);
});

test("an exec, a chroot and a group are told of a process", () => {
  const before = facts({ processes: [shell] });
  const after = facts({
    processes: [{ ...shell, comm: "sleep", command: "sleep 9", root: "/jail", groups: { memory: "/demo", pids: "/" } }],
  });
  assert.deepEqual(texts(before, after), [
    "bash (pid 1) became sleep 9",
    "/jail is the root directory of sleep (pid 1) now",
    "sleep (pid 1) is in /demo now for memory",
  ]);
});

test("limits are told in the words of the host's cgroup version", () => {
  const before = facts({
    groups: Object.fromEntries([group("/demo", { memory: null, cpuQuota: null, cpuPeriod: 100_000, pids: null })]),
  });
  const limits = { memory: 50 * MIB, cpuQuota: 20_000, cpuPeriod: 100_000, pids: 8 };
  const v1 = facts({ groups: Object.fromEntries([group("/demo", limits)]) });
  assert.deepEqual(texts(before, v1), [
    "memory.limit_in_bytes of /demo is now 50 MiB",
    "pids.max of /demo is now 8",
    "cpu.cfs_quota_us of /demo is now 20 ms of every 100 ms",
  ]);
  const v2 = facts({ groups: Object.fromEntries([group("/demo", limits, { kind: "domain" })]) });
  assert.deepEqual(texts(NO_FACTS, v2), [
    "the group /demo was made",
    "memory.max of /demo is now 50 MiB",
    "pids.max of /demo is now 8",
    "cpu.max of /demo is now 20 ms of every 100 ms",
  ]);
  assert.deepEqual(texts(v1, before).slice(0, 1), ["memory.limit_in_bytes of /demo is now without limit"]);
});

test("freezing and thawing, handing down and taking back", () => {
  const groups = (more: Partial<GroupFact>) => facts({ groups: Object.fromEntries([group("/", {}, more)]) });
  assert.deepEqual(texts(groups({}), groups({ frozen: true, handsDown: ["memory", "pids"] })), [
    "/ hands memory and pids down to its groups now",
    "/ is frozen: its processes stand still",
  ]);
  assert.deepEqual(texts(groups({ frozen: true, handsDown: ["memory"] }), groups({})), [
    "/ does not hand memory down any more",
    "/ is thawed: its processes go on",
  ]);
});

function memory(oomKills: number, reached: number): UsageFact {
  return { memory: { current: 0, reached, oomKills } };
}

test("an OOM kill names its victim, also where it goes later than it was counted, or where others go with it", () => {
  const groups = Object.fromEntries([group("/"), group("/demo", { memory: 50 * MIB })]);
  const victim = process(9, "hungry", { groups: { memory: "/demo" } });
  const other = process(10, "parent", { groups: { memory: "/demo" } });
  const state = (processes: ProcessFact[], kills: number) =>
    facts({ processes, groups, usage: { "/": memory(0, 0), "/demo": memory(kills, 2 * kills) } });
  const before = state([shell, victim, other], 0);
  const line = "the OOM killer took hungry (pid 9) in /demo: 50 MiB reached";
  assert.deepEqual(texts(before, state([shell, other], 1)), [
    "/demo is at its memory limit of 50 MiB",
    line,
    "hungry (pid 9) ended",
  ]);

  const late = new Timeline(0);
  const counted = state([shell, victim, other], 1);
  assert.deepEqual(
    late.add(before, counted, 0).map(({ kind }) => kind),
    ["limit-reached"],
  );
  assert.deepEqual(
    late.add(counted, state([shell, other], 1), 50).map(({ text }) => text),
    [line, "hungry (pid 9) ended"],
  );

  const known = new Timeline(0).add(before, state([shell], 1), 0, { killed: new Set([9]) });
  assert(known.some(({ text }) => text === line));
  const unknown = new Timeline(0).add(before, state([shell], 1), 0);
  assert(unknown.some(({ text }) => text === "the OOM killer took a process in /demo: 50 MiB reached"));

  const never = new Timeline(0);
  never.add(before, counted, 0);
  assert.deepEqual(
    never.add(counted, counted, 5_000).map(({ text }) => text),
    ["the OOM killer took a process in /demo: 50 MiB reached"],
  );
});

test("a counter that goes on rising is told once, and again after a rest", () => {
  const groups = Object.fromEntries([group("/demo", { cpuQuota: 20_000, cpuPeriod: 100_000, pids: 8 })]);
  const state = (count: number) =>
    facts({
      groups,
      usage: {
        "/demo": {
          cpu: { usage: 0, periods: count, throttledPeriods: count, throttled: 0 },
          pids: { current: 8, refused: count },
        },
      },
    });
  const timeline = new Timeline(0);
  const told = [0, 100, 200, 300, 10_000].map((at, count) => timeline.add(state(count), state(count + 1), at).length);
  assert.deepEqual(told, [2, 0, 0, 0, 2]);
  assert.deepEqual(
    timeline.kept.slice(0, 2).map(({ text }) => text),
    [
      "/demo is throttled: it wants more CPU time than its 20 ms of every 100 ms",
      "/demo may start no more processes: 8 processes and threads are the most",
    ],
  );
});

test("many of a kind are a few lines and a count; the latest are kept, and numbers go on", () => {
  const timeline = new Timeline(100);
  const crowd = Array.from({ length: 200 }, (_, index) => process(index + 10, "sleep"));
  const events = timeline.add(facts({ processes: [shell] }), facts({ processes: [shell, ...crowd] }), 5);
  assert.equal(events.length, 13);
  assert.deepEqual(events.at(-1), {
    id: 112,
    at: 5,
    kind: "process-started",
    text: "and 188 more at the same time (process started)",
    about: [],
  });
  for (let round = 0; round < 100; round++)
    timeline.add(facts({ processes: [shell] }), facts({ processes: [shell, ...crowd] }), 6);
  assert.equal(timeline.kept.length, MOST_EVENTS);
  assert.equal(timeline.kept.at(-1)?.id, timeline.next - 1);
});

test("a mount namespace that is new or goes is not told mount by mount", () => {
  const row = { mount: 1, parent: 0, point: "/mnt", root: "/", type: "tmpfs", source: "none", options: "", propagation: "" };
  const namespaces = OWN;
  const old = facts({ namespaces, mounts: { "net:1/1": { ...row, namespace: "net:1", point: "/" } } });
  const both = facts({ namespaces, mounts: { ...old.mounts, "net:2/5": { ...row, namespace: "net:2" } } });
  assert.deepEqual(texts(old, both), []);
  assert.deepEqual(texts(both, old), []);
  const mounted = facts({ namespaces, mounts: { ...old.mounts, "net:1/6": { ...row, namespace: "net:1" } } });
  assert.deepEqual(texts(old, mounted), ["tmpfs was mounted on /mnt in net 1"]);
  assert.deepEqual(texts(mounted, old), ["/mnt was unmounted in net 1"]);
});

test("names of any length fit into a line", () => {
  const long = "x".repeat(256);
  const events = new Timeline(0).add(
    NO_FACTS,
    facts({ processes: [process(3, long, { parent: null }), process(4, long, { parent: 3 })] }),
    0,
  );
  assert(events.every(({ text }) => text.length <= 512));
});

test("sizes are short", () => {
  assert.deepEqual([0, 12, 1023, 1234, 50 * MIB, 1.5 * 1024 ** 3].map(size), [
    "0 B",
    "12 B",
    "1023 B",
    "1.2 KiB",
    "50 MiB",
    "1.5 GiB",
  ]);
});

test("the stories of a real sandbox can be told again from their facts", () => {
  for (const file of globSync("test/fixtures/xray/story-*.jsonl")) {
    const [begin, ...changes] = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(begin.type, "xray.facts");
    const timeline = new Timeline(0);
    let now: Facts = begin.facts;
    const kinds = new Set<string>();
    const told = new Set<string>();
    for (const { change, events, at } of changes) {
      if (change === undefined) continue;
      const next = applyChange(now, change);
      for (const { kind } of events) told.add(kind);
      for (const { kind } of timeline.add(now, next, at)) kinds.add(kind);
      now = next;
    }
    assert.deepEqual(
      [...told].filter((kind) => !kinds.has(kind)),
      [],
      file,
    );
  }
});
