/** What the pages of a class say and type, as far as it needs no browser. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { asTyped } from "../../components/classroom/help/command.ts";
import { inLine, listed, pace } from "../../components/classroom/help/words.ts";
import { afterMessage, INITIAL_SNAPSHOT } from "../../components/lab/snapshot.ts";
import { afterWatchMessage, INITIAL_WATCH } from "../../components/lab/watch-snapshot.ts";
import type { ServerMessage } from "../../lab-server/protocol.ts";

test("a suggested command is one line, and has no key in it that would run or edit something", () => {
  assert.equal(asTyped("mkdir demo\n"), "mkdir demo");
  assert.equal(asTyped("echo a\r\necho b"), "echo a echo b");
  assert.equal(asTyped("ls\t-l"), "ls -l");
  assert.equal(asTyped("ls\u0003\u001b[A\u007f\u009b2J"), "ls[A2J");
  assert.equal(asTyped("grep 'naïve – ñ' 文.txt"), "grep 'naïve – ñ' 文.txt");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.doesNotMatch(asTyped(text), /[\p{Cc}\u2028\u2029]/u)));
});

test("places in the queue, names and the pace are said in words", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 22, 101].map(inLine), [
    "You are next",
    "You are 2nd in line",
    "You are 3rd in line",
    "You are 4th in line",
    "You are 11th in line",
    "You are 12th in line",
    "You are 13th in line",
    "You are 21st in line",
    "You are 22nd in line",
    "You are 101st in line",
  ]);
  assert.equal(listed(["Ada", "Grace"]), "Ada and Grace");
  assert.equal(pace(null, 8), undefined);
  assert.equal(pace(3, 8), "Step 3 of 8 is open");
  assert.equal(pace(8, 8), "All 8 steps are open");
  assert.equal(pace(0, 8), "No step is open yet");
});

test("a message that comes twice is there once, and old ones are forgotten", () => {
  const message = (id: number): ServerMessage => ({
    type: "message",
    message: { id: `m${id}`, from: "Ada", at: id, text: "hello" },
  });
  const all = [...Array(60).keys(), 59].reduce((snapshot, id) => afterMessage(snapshot, message(id)), INITIAL_SNAPSHOT);
  assert.equal(all.messages.length, 50);
  assert.deepEqual([all.messages[0]?.id, all.messages.at(-1)?.id], ["m10", "m59"]);
});

const sandbox = { id: "0123456789abcdef", cgroup: 2 as const, endsAt: 0, extendable: false };
const watch = (messages: readonly ServerMessage[]) => messages.reduce(afterWatchMessage, INITIAL_WATCH);

test("a page that watches has the learner's terminals, and none of its own", () => {
  const waiting = watch([{ type: "watching", name: "Bea", present: false, step: null }]);
  assert.deepEqual([waiting.link.state, waiting.terminals], ["open", []]);

  const there = watch([
    { type: "welcome", sandbox, terminals: [2, 3], tasks: [], fresh: false },
    { type: "size", terminal: 2, cols: 100, rows: 30 },
    { type: "size", terminal: 3, cols: 80, rows: 24 },
    { type: "size", terminal: 2, cols: 90, rows: 20 },
  ]);
  assert.deepEqual([there.terminals, there.active], [[2, 3], 2]);
  assert.deepEqual(there.sizes, { 2: { cols: 90, rows: 20 }, 3: { cols: 80, rows: 24 } });

  const first = watch([
    { type: "welcome", sandbox, terminals: [], tasks: [], fresh: true },
    { type: "size", terminal: 4, cols: 80, rows: 24 },
  ]);
  assert.deepEqual([first.terminals, first.active], [[4], 4]);
});

test("a shell that ended and began again is there again; another sandbox has other sizes", () => {
  const ended = watch([
    { type: "welcome", sandbox, terminals: [1], tasks: [], fresh: false },
    { type: "size", terminal: 1, cols: 80, rows: 24 },
    { type: "exited", terminal: 1, code: 0 },
  ]);
  assert.deepEqual(ended.exited, { 1: 0 });
  assert.deepEqual(afterWatchMessage(ended, { type: "size", terminal: 1, cols: 80, rows: 24 }).exited, {});
  const other = { ...sandbox, id: "fedcba9876543210" };
  const renewed = afterWatchMessage(ended, { type: "welcome", sandbox: other, terminals: [], tasks: [], fresh: true });
  assert.deepEqual([renewed.sizes, renewed.exited, renewed.terminals], [{}, {}, []]);
});
