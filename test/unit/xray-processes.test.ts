import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fold } from "../../components/xray/processes/fold.ts";
import { type Box, type Item, type LookAt, placeProcesses } from "../../components/xray/processes/layout.ts";
import { shareBoxes } from "../../components/xray/processes/share.ts";
import { pidWords, processSays, userWord } from "../../components/xray/processes/words.ts";
import { type Facts, NAMESPACE_TYPES, type NamespaceFact, type ProcessFact } from "../../lab-server/protocol.ts";
import { BEGIN, STORY } from "../fixtures/xray/story.ts";

/** Long after everything in the story. */
const NOW = BEGIN + 3_600_000;

/** A layout in few words: boxes in brackets by their names, processes by their innermost pid. */
function drawn(items: readonly Item[]): string {
  return items.map(oneDrawn).join(" ");
}

function oneDrawn(item: Item): string {
  switch (item.kind) {
    case "box":
      return `${item.namespaces.map(({ name }) => name).join("+") || "sandbox"}[${drawn(item.items)}]`;
    case "process": {
      const below = drawn(item.items);
      return `${item.process.pids.at(-1)}${item.from ? "^" : ""}${below === "" ? "" : `(${below})`}`;
    }
    case "elsewhere":
      return `>${item.namespaces.map(({ name }) => name).join("+")}`;
    case "more":
      return `+${item.count}${item.comm ? ` ${item.comm}` : ""}${item.opened ? "!" : ""}`;
  }
}

function place(facts: Pick<Facts, "processes" | "namespaces">, look: LookAt): string {
  return drawn(placeProcesses(facts, look, NOW).boxes);
}

const story = Object.values(STORY.processes)[0] as ProcessFact;

function processes(...rows: (Pick<ProcessFact, "pid" | "parent"> & Partial<ProcessFact>)[]): Facts["processes"] {
  return Object.fromEntries(
    rows.map((row) => [String(row.pid), { ...story, startedAt: row.pid, pids: [row.pid], comm: "sh", command: "sh", ...row }]),
  );
}

type FewWords = Pick<NamespaceFact, "type" | "inode"> & Partial<Pick<NamespaceFact, "origin" | "parent" | "madeBy">>;

function namespaces(...rows: readonly FewWords[]): Facts["namespaces"] {
  return Object.fromEntries(
    rows.map(({ type, inode, origin = "made", parent = null, madeBy = null }): [string, NamespaceFact] => [
      `${type}:${inode}`,
      { type, inode, name: `${type} ${inode}`, origin, parent, madeBy, owner: null, madeAt: null, pinned: [] },
    ]),
  );
}

test("pid namespaces lie in one another, each below the process that made it", () => {
  assert.equal(place(STORY, "pid"), "pid 1[1(8(15(pid 2[1(6(pid 3[1(2)]))]) 30 40 50 51))]");
});

test("a user namespace lies in its parent, and a process that changed only others stays in the tree", () => {
  assert.equal(place(STORY, "user"), "user 1[1(8(15(1(6(user 2[1(2)]))) 30 40 50 51))]");
});

test("namespaces without nesting stand side by side, and both sides tell where the tree goes on", () => {
  assert.equal(place(STORY, "mnt"), "mnt 1[1(8(15(>mnt 2) 30 40 50 51))] mnt 2[1^(6(>mnt 3))] mnt 3[1^(2)]");
});

test("a namespace that only a mount holds is an empty box", () => {
  assert.match(place(STORY, "net"), /^net 1\[1.*\] net 2\[\]$/);
});

test("all types at once: a box says in what it differs from the box around it", () => {
  assert.equal(place(STORY, "all"), "sandbox[1(8(15(pid 2+mnt 2+uts 2[1(6(pid 3+mnt 3+user 2[1(2)]))]) 30 40 50 51))] net 2[]");
});

test("a process that went into a namespace from elsewhere is drawn there and told of at its parent", () => {
  const own = namespaces({ type: "pid", inode: 1, origin: "sandbox" }, { type: "pid", inode: 2, parent: "pid:1" });
  const rows = processes(
    { pid: 10, parent: null, namespaces: { pid: "pid:1" } },
    { pid: 11, parent: 10, namespaces: { pid: "pid:1" } },
    { pid: 12, parent: 11, pids: [12, 1], namespaces: { pid: "pid:2" } },
    { pid: 20, parent: 10, namespaces: { pid: "pid:1" } },
    { pid: 21, parent: 20, pids: [21, 5], namespaces: { pid: "pid:2" } },
  );
  assert.equal(place({ processes: rows, namespaces: own }, "pid"), "pid 1[10(11(pid 2[1 5^]) 20(>pid 2))]");
});

test("a namespace hangs from the parent of its pid 1, also where somebody older went into it", () => {
  const own = namespaces({ type: "pid", inode: 1, origin: "sandbox" }, { type: "pid", inode: 2, parent: "pid:1" });
  const rows = processes(
    { pid: 10, parent: null, namespaces: { pid: "pid:1" } },
    { pid: 11, parent: 10, pids: [11, 7], namespaces: { pid: "pid:2" } },
    { pid: 12, parent: 10, namespaces: { pid: "pid:1" } },
    { pid: 13, parent: 12, pids: [13, 1], namespaces: { pid: "pid:2" } },
  );
  assert.equal(place({ processes: rows, namespaces: own }, "pid"), "pid 1[10(12(pid 2[7^ 1]) >pid 2)]");
});

test("an empty pid namespace lies below the process that made it for its children", () => {
  const own = namespaces(
    { type: "pid", inode: 1, origin: "sandbox" },
    { type: "pid", inode: 2, parent: "pid:1", madeBy: { pid: 11, command: "unshare -p" } },
  );
  const rows = processes(
    { pid: 10, parent: null, namespaces: { pid: "pid:1" } },
    { pid: 11, parent: 10, namespaces: { pid: "pid:1" } },
  );
  assert.equal(place({ processes: rows, namespaces: own }, "pid"), "pid 1[10(11(pid 2[]))]");
});

test("a zombie, which has left its namespaces, stays with its parent", () => {
  const own = namespaces({ type: "uts", inode: 1, origin: "sandbox" }, { type: "uts", inode: 2 });
  const rows = processes(
    { pid: 10, parent: null, namespaces: { uts: "uts:1" } },
    { pid: 11, parent: 10, namespaces: { uts: "uts:2" } },
    { pid: 12, parent: 11, state: "Z", namespaces: {} },
  );
  assert.equal(place({ processes: rows, namespaces: own }, "uts"), "uts 1[10(>uts 2)] uts 2[11^(12)]");
});

test("marks: what a process does not share with its parent; the first of a box, with the sandbox", () => {
  const marks = new Map<number, string>();
  const collect = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === "process") marks.set(item.process.pid, item.differs.map(({ name }) => name).join(" "));
      if (item.kind === "process" || item.kind === "box") collect(item.items);
    }
  };
  collect(placeProcesses(STORY, "pid", NOW).boxes);
  assert.equal(marks.get(50_010), "");
  assert.equal(marks.get(50_021), "mnt 2 uts 2");
  assert.equal(marks.get(50_030), "", "it shares everything with the bash above it");
  assert.equal(marks.get(50_031), "mnt 3 uts 2 user 2");
});

test("whatever is read, each process is drawn once and nothing turns in a circle", () => {
  const row = fc.record({
    parent: fc.option(fc.integer({ min: 1, max: 12 })),
    startedAt: fc.integer({ min: 0, max: 5 }),
    namespace: fc.integer({ min: 0, max: 4 }),
    inner: fc.integer({ min: 1, max: 2 }),
  });
  const nesting = fc.array(fc.option(fc.integer({ min: 1, max: 4 })), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 12 }),
      nesting,
      fc.constantFrom<LookAt>("pid", "user", "uts", "all"),
      (rows, parents, look) => {
        const type = look === "all" ? "pid" : look;
        const facts = {
          processes: processes(
            ...rows.map(({ parent, startedAt, namespace, inner }, index) => ({
              pid: index + 1,
              parent,
              startedAt,
              pids: [index + 1, inner],
              namespaces: namespace === 0 ? {} : { [type]: `${type}:${namespace}` },
            })),
          ),
          namespaces: namespaces(
            ...parents.map((parent, index) => ({
              type,
              inode: index + 1,
              origin: index === 0 ? ("sandbox" as const) : ("made" as const),
              parent: parent === null ? null : `${type}:${parent}`,
            })),
          ),
        };
        const seen: number[] = [];
        const collect = (items: readonly Item[]): void => {
          for (const item of items) {
            if (item.kind === "process") seen.push(item.process.pid);
            if (item.kind === "process" || item.kind === "box") collect(item.items);
          }
        };
        collect(placeProcesses(facts, look, NOW).boxes);
        assert.deepEqual(
          seen.sort((a, b) => a - b),
          rows.map((_, index) => index + 1),
        );
      },
    ),
  );
});

const FEW = namespaces(
  { type: "pid", inode: 1, origin: "sandbox" },
  { type: "uts", inode: 1, origin: "sandbox" },
  { type: "uts", inode: 2 },
);
const IN_FIRST = { pid: "pid:1", uts: "uts:1" };

/** A shell with so many children. */
function bomb(children: number, own: (index: number) => Partial<ProcessFact> = () => ({})): Box[] {
  const rows = Array.from({ length: children }, (_, index) => ({
    pid: 100 + index,
    parent: 10,
    comm: "stress-ng",
    namespaces: IN_FIRST,
    ...own(index),
  }));
  return placeProcesses(
    { processes: processes({ pid: 10, parent: null, namespaces: IN_FIRST }, ...rows), namespaces: FEW },
    "pid",
    NOW,
  ).boxes;
}

test("a fork bomb is four of its kind and a number, until the learner asks", () => {
  const boxes = bomb(240);
  assert.equal(drawn(fold(boxes, { opened: new Set() })), "pid 1[10(100 101 102 103 +236 stress-ng)]");
  assert.equal(drawn(fold(boxes, { opened: new Set(), keep: 200 })), "pid 1[10(100 101 102 103 +235 stress-ng 200)]");
  assert.match(drawn(fold(bomb(30), { opened: new Set(["10 stress-ng"]) })), /^pid 1\[10\(100 101 .* 129 \+26 stress-ng!\)\]$/);
});

test("a few of a kind are all drawn", () => {
  assert.equal(drawn(fold(bomb(8), { opened: new Set() })), "pid 1[10(100 101 102 103 104 105 106 107)]");
});

test("one of a kind that is in another namespace is not folded away", () => {
  const boxes = bomb(20, (index) => (index === 15 ? { namespaces: { ...IN_FIRST, uts: "uts:2" } } : {}));
  assert.equal(drawn(fold(boxes, { opened: new Set() })), "pid 1[10(100 101 102 103 +15 stress-ng 115)]");
});

test("of too many of all kinds the deepest are counted, all of them", () => {
  const rows = Array.from({ length: 400 }, (_, index) => ({
    pid: 100 + index,
    parent: index === 0 ? 10 : 100 + ((index - 1) >> 1),
    comm: `p${index}`,
    namespaces: IN_FIRST,
  }));
  const { boxes } = placeProcesses(
    { processes: processes({ pid: 10, parent: null, namespaces: IN_FIRST }, ...rows), namespaces: FEW },
    "pid",
    NOW,
  );
  let shown = 0;
  let counted = 0;
  const collect = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === "process") shown += 1;
      if (item.kind === "more") counted += item.count;
      if (item.kind === "process" || item.kind === "box") collect(item.items);
    }
  };
  collect(fold(boxes, { opened: new Set() }));
  assert.equal(shown, 160);
  assert.equal(shown + counted, 401);
});

test("what did not change stays the same object; what changed, and what lies around it, does not", () => {
  const first = shareBoxes(placeProcesses(STORY, "pid", NOW).boxes, new Map());
  const row = STORY.processes["50032"] as ProcessFact;
  const changed = { ...STORY, processes: { ...STORY.processes, 50032: { ...row, state: "R" } } };
  const second = shareBoxes(placeProcesses(changed, "pid", NOW + 100).boxes, first.known);
  const stayed = [...second.known].filter(([name, item]) => first.known.get(name) === item).map(([name]) => name);
  assert.deepEqual(stayed, ["process 50040", "process 50050", "process 50060", "process 50061"]);
  const third = shareBoxes(placeProcesses({ ...changed }, "pid", NOW + 200).boxes, second.known);
  assert.equal(third.boxes[0], second.boxes[0]);
});

test("a process and a namespace are new for a moment", () => {
  const { boxes } = placeProcesses(STORY, "pid", BEGIN + 61_000);
  const { known } = shareBoxes(boxes, new Map());
  const isNew = (name: string) => {
    const item = known.get(name);
    return item !== undefined && "isNew" in item && item.isNew;
  };
  assert.equal(isNew("box pid:4026533101"), true);
  assert.equal(isNew("box pid:4026533001"), false, "nobody made it here");
  assert.equal(isNew("process 50061"), false);
});

test("words: numbers from inside out, and who a process is on both sides", () => {
  const inner = STORY.processes["50031"] as ProcessFact;
  assert.deepEqual(pidWords(inner), ["1", "7", "22"]);
  assert.equal(userWord(inner), "root inside, user 1000 outside");
  assert.equal(userWord(story), undefined);
  assert.equal(userWord({ ...story, uid: { host: 1, sandbox: null, inner: null } }), "no user of the sandbox");
  assert.equal(
    processSays(inner, [STORY.namespaces["mnt:4026533103"] as NamespaceFact], undefined),
    "bash, pid 1, 7 further out, 22 further out, sleeping, root inside, user 1000 outside, in mnt 2",
  );
});

test("every type of namespace can be looked at", () => {
  for (const type of NAMESPACE_TYPES) assert.match(place(STORY, type), new RegExp(`^${type} 1\\[1`));
});
