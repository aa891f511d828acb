import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { differ } from "../../lab-server/xray/differ.ts";
import { applyChange, type Facts, NO_FACTS, type ProcessFact, type UsageFact } from "../../lab-server/xray/facts.ts";

/** JSON's objects are plain ones. */
const plain = { noNullPrototype: true } as const;
const count = fc.integer({ min: 0, max: 3 });
const process = fc.record<ProcessFact>(
  {
    pid: count,
    parent: fc.option(count),
    pids: fc.array(count, { maxLength: 2 }),
    comm: fc.constantFrom("sh", "sleep", "__proto__"),
    command: fc.constantFrom("sh", ""),
    state: fc.constantFrom("R", "S"),
    uid: fc.record({ host: count, sandbox: fc.option(count), inner: fc.option(count) }, plain),
    threads: count,
    startedAt: count,
    namespaces: fc.dictionary(fc.constantFrom("pid", "net"), fc.constantFrom("pid:1", "net:2"), plain),
    groups: fc.dictionary(fc.constantFrom("memory", "cpu"), fc.constantFrom("/", "/demo"), plain),
    root: fc.constantFrom("/", "/jail"),
  },
  plain,
);
const usage = fc.record<UsageFact>(
  { pids: fc.record({ current: count, refused: count }, plain), io: fc.record({ read: count, written: count }, plain) },
  { requiredKeys: [], ...plain },
);
const facts: fc.Arbitrary<Facts> = fc
  .record({
    processes: fc.dictionary(fc.constantFrom("1", "2", "3"), process, plain),
    usage: fc.dictionary(fc.constantFrom("/", "/demo", "/constructor"), usage, plain),
    leftOut: fc.record({ processes: count, mounts: count }, { requiredKeys: [], ...plain }),
  })
  .map((tables) => ({ ...NO_FACTS, ...tables }));

test("what changed, applied to what was before, is what was read", () => {
  fc.assert(
    fc.property(facts, facts, (before, read) => {
      const { facts, change } = differ(before, read);
      assert.deepEqual(facts, read);
      assert.deepEqual(applyChange(before, change ?? {}), read);
      // As the wire has it.
      assert.deepEqual(
        applyChange(JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(change ?? {}))),
        JSON.parse(JSON.stringify(read)),
      );
    }),
  );
});

test("what did not change stays the same object, and is not told", () => {
  fc.assert(
    fc.property(facts, facts, (before, read) => {
      const again = differ(before, structuredClone(before));
      assert.equal(again.facts, before);
      assert.equal(again.change, undefined);
      const { facts, change } = differ(before, read);
      for (const table of ["processes", "usage"] as const) {
        if (!change?.[table]) assert.equal(facts[table], before[table]);
        for (const id of Object.keys(facts[table]))
          if (!change?.[table] || !Object.hasOwn(change[table].set, id)) assert.equal(facts[table][id], before[table][id]);
      }
    }),
  );
});

test("a table that is the same object is not looked into", () => {
  const trap = new Proxy({}, { ownKeys: () => assert.fail("looked into") });
  const before = { ...NO_FACTS, mounts: trap };
  assert.equal(differ(before, { ...NO_FACTS, mounts: trap }).change, undefined);
});
