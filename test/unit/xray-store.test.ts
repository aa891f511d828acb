/** What the page keeps of the X-ray: the present, the way back, and what groups used. */
import assert from "node:assert/strict";
import test from "node:test";
import { MOST_MOMENTS } from "../../components/xray/history.ts";
import { MOST_SAMPLED_GROUPS, MOST_SAMPLES, SAMPLE_SPACING } from "../../components/xray/samples.ts";
import { XrayStore } from "../../components/xray/store.ts";
import { findTarget } from "../../components/xray/target.ts";
import { type Change, Change as ChangeSchema, MOST_EVENTS, type UsageFact, XrayEvent } from "../../lab-server/protocol.ts";
import { BEGIN, goingOn, STORY, STORY_EVENTS } from "../fixtures/xray/story.ts";

const WATCH = { processes: "events", groups: "events", mounts: "polling", network: "polling" } as const;

function begun(): XrayStore {
  const store = new XrayStore();
  store.receive({ type: "xray.facts", at: BEGIN, facts: STORY, events: [...STORY_EVENTS], watch: WATCH });
  return store;
}

function event(id: number, at: number): XrayEvent {
  return { id, at, kind: "group-made", text: `event ${id}`, about: [] };
}

function change(store: XrayStore, at: number, change: Change, events: readonly XrayEvent[] = []): void {
  store.receive({ type: "xray.change", at, change, events: [...events] });
}

/** A group of this name is made; that is the event `id`. */
function makeGroup(store: XrayStore, id: number): void {
  const demo = STORY.groups["/demo"];
  assert(demo);
  change(store, BEGIN + id, { groups: { set: { [`/g${id}`]: { ...demo, path: `/g${id}` } }, gone: [] } }, [
    event(id, BEGIN + id),
  ]);
}

const groupsOf = (store: XrayStore) =>
  Object.keys(store.getSnapshot().shown?.facts.groups ?? {}).filter((path) => path.startsWith("/g"));

test("the story is told in facts, changes and events as the wire has them", () => {
  for (const event of STORY_EVENTS) XrayEvent.parse(event);
  const told = goingOn().next();
  assert(!told.done);
  ChangeSchema.parse(told.value.change);
});

test("a change replaces what changed, and all else stays the same objects", () => {
  const store = begun();
  const before = store.getSnapshot().shown?.facts;
  const demo = STORY.groups["/demo"];
  assert(demo && before);
  change(store, BEGIN + 10, { groups: { set: { "/demo": { ...demo, frozen: true } }, gone: ["/app/web"] } });
  const { shown } = store.getSnapshot();
  assert.equal(shown?.facts.groups["/demo"]?.frozen, true);
  assert(!("/app/web" in (shown?.facts.groups ?? {})));
  assert.equal(shown?.before, before);
  assert.equal(shown?.facts.processes, before.processes, "a table that did not change is the same object");
  assert.equal(shown?.facts.groups["/"], before.groups["/"], "a row that did not change is the same object");
  assert.equal(before.groups["/demo"]?.frozen, false, "what was before is as it was");
});

test("pause stays, the sandbox goes on, and resume shows where it got to", () => {
  const store = begun();
  makeGroup(store, 101);
  store.pause();
  makeGroup(store, 102);
  assert.deepEqual(groupsOf(store), ["/g101"]);
  assert.equal(store.getSnapshot().live, false);
  assert.equal(store.getSnapshot().now, BEGIN + 102, "the present is known");
  assert.equal(store.getSnapshot().events.at(-1)?.id, 102, "what happens is told meanwhile");
  store.resume();
  assert.deepEqual(groupsOf(store), ["/g101", "/g102"]);
  assert.equal(store.getSnapshot().live, true);
});

test("steps go from event to event, whatever else changed between them, and past the last lies the present", () => {
  const store = begun();
  makeGroup(store, 101);
  change(store, BEGIN + 101, { usage: { set: {}, gone: [] } });
  makeGroup(store, 102);
  change(store, BEGIN + 200, { usage: { set: {}, gone: [] } });

  store.step(-1);
  assert.deepEqual([groupsOf(store), store.getSnapshot().shown?.at], [["/g101", "/g102"], BEGIN + 102]);
  store.step(-1);
  assert.deepEqual([groupsOf(store), store.getSnapshot().shown?.at], [["/g101"], BEGIN + 101]);
  store.step(-1);
  assert.deepEqual([groupsOf(store), store.getSnapshot().earlier], [[], 0]);
  store.step(-1);
  assert.equal(store.getSnapshot().shown?.at, BEGIN, "there is nothing before the beginning");
  store.step(1);
  assert.deepEqual(groupsOf(store), ["/g101"]);
  store.step(1);
  assert.equal(store.getSnapshot().live, false);
  store.step(1);
  assert.equal(store.getSnapshot().live, true);
  assert.equal(store.getSnapshot().shown?.at, BEGIN + 200);
});

test("events of the same millisecond are steps of their own", () => {
  const store = begun();
  const demo = STORY.groups["/demo"];
  assert(demo);
  for (const id of [1, 2])
    change(store, BEGIN + 5, { groups: { set: { [`/g${id}`]: { ...demo, path: `/g${id}` } }, gone: [] } }, [
      event(100 + id, BEGIN + 5),
    ]);
  store.step(-1);
  assert.deepEqual(groupsOf(store), ["/g1"]);
});

test("an event shows the facts as they were; of what happened before this page looked there are none", () => {
  const store = begun();
  makeGroup(store, 101);
  makeGroup(store, 102);
  assert.equal(store.goTo(101), true);
  assert.deepEqual(groupsOf(store), ["/g101"]);
  assert.equal(store.canGoTo(STORY_EVENTS[0]?.id ?? 0), false);
  assert.equal(store.goTo(STORY_EVENTS[0]?.id ?? 0), false);
  assert.deepEqual(groupsOf(store), ["/g101"], "and the moment stays");
});

test("moments and events are bounded, the oldest go first", () => {
  const store = begun();
  const last = 100 + 2 * MOST_MOMENTS;
  for (let id = 101; id <= last; id++) makeGroup(store, id);
  assert.equal(store.getSnapshot().events.length, MOST_EVENTS);
  assert.equal(store.canGoTo(last), true);
  assert.equal(store.canGoTo(101), false);
  assert.ok(store.getSnapshot().earlier < MOST_MOMENTS);
});

test("moments of large facts are fewer: their memory is bounded", () => {
  const store = begun();
  const [row] = Object.values(STORY.mounts);
  assert(row);
  // Each moment has 1,000 rows of its own.
  for (let id = 1; id <= 100; id++) {
    const set = Object.fromEntries(Array.from({ length: 1000 }, (_, mount) => [`m/${mount}`, { ...row, mount, parent: id }]));
    change(store, BEGIN + id, { mounts: { set, gone: [] } }, [event(100 + id, BEGIN + id)]);
  }
  const { earlier } = store.getSnapshot();
  assert.ok(earlier >= 10 && earlier < 60, `${earlier} moments are kept`);
  assert.equal(store.getSnapshot().shown?.at, BEGIN + 100);
});

test("samples are spaced and bounded, end at the moment that is looked at, and keep the last value", () => {
  const store = begun();
  const usage = (current: number): UsageFact => ({ pids: { current, refused: 0 } });
  const steps = 4 * MOST_SAMPLES;
  for (let step = 1; step <= steps; step++)
    change(store, BEGIN + step * 100, { usage: { set: { "/demo": usage(step) }, gone: [] } });
  const end = BEGIN + steps * 100;
  const samples = store.samples("/demo", end);
  assert.ok(samples.length <= MOST_SAMPLES);
  assert.equal(samples.at(-1)?.usage.pids?.current, steps);
  assert.equal(samples, store.samples("/demo", end), "the same array as long as nothing is added");
  for (const [index, { at }] of samples.slice(2).entries())
    assert.ok(at - (samples[index]?.at ?? 0) >= SAMPLE_SPACING, "of three in a row the first and the last are apart");
  const middle = end - 5_000;
  assert.ok((store.samples("/demo", middle).at(-1)?.at ?? 0) <= middle);
  assert.deepEqual(store.samples("/nowhere", end), []);
});

test("samples of very many groups are bounded; those that were quiet the longest go", () => {
  const store = begun();
  const many = 3 * MOST_SAMPLED_GROUPS;
  for (let group = 0; group < many; group++)
    change(store, BEGIN + group, { usage: { set: { [`/g${group}`]: { pids: { current: 1, refused: 0 } } }, gone: [] } });
  const kept = Array.from({ length: many }, (_, group) => store.samples(`/g${group}`, BEGIN + many).length);
  assert.equal(kept.filter((length) => length > 0).length, MOST_SAMPLED_GROUPS);
  assert.equal(kept.at(-1), 1);
});

test("new facts make what was before void, also what was paused", () => {
  const store = begun();
  makeGroup(store, 101);
  store.step(-1);
  store.receive({ type: "xray.facts", at: BEGIN + 500, facts: STORY, events: [], watch: WATCH });
  const { live, earlier, events, shown } = store.getSnapshot();
  assert.deepEqual([live, earlier, events, shown?.at], [true, 0, [], BEGIN + 500]);
});

test("a change before the first facts is dropped, and a snapshot stays the same object until something is said", () => {
  const store = new XrayStore();
  let calls = 0;
  const stop = store.subscribe(() => calls++);
  change(store, BEGIN, { groups: { set: {}, gone: ["/demo"] } });
  assert.equal(store.getSnapshot().shown, undefined);
  assert.equal(store.getSnapshot(), store.getSnapshot());
  store.receive({ type: "xray.facts", at: BEGIN, facts: STORY, events: [], watch: WATCH });
  assert.equal(calls, 1);
  stop();
  store.pause();
  assert.equal(calls, 1);
});

test("what a lesson points at is found by what the learner calls it", () => {
  assert.deepEqual(findTarget({ view: "cgroups", group: "/demo" }, STORY), { table: "groups", id: "/demo" });
  assert.deepEqual(findTarget({ view: "filesystems", overlay: "/root/merged" }, STORY), { table: "overlays", id: "0:63" });
  assert.equal(findTarget({ view: "network", interface: "veth0" }, STORY)?.table, "interfaces");
  assert.equal(findTarget({ view: "cgroups", group: "/nowhere" }, STORY), undefined);
  assert.equal(findTarget({ view: "cgroups", group: "constructor" }, STORY), undefined);
});
