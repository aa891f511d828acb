/** The parts of the page's connection that need no browser. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { InputQueue } from "../../components/lab/input-queue.ts";
import { LateSink } from "../../components/lab/late-sink.ts";
import { OutputStream } from "../../components/lab/output-stream.ts";
import { randomPageId } from "../../components/lab/page-id.ts";
import { afterMessage, INITIAL_SNAPSHOT, type LabSnapshot } from "../../components/lab/snapshot.ts";
import { reconnectDelay } from "../../components/link/reconnect-delay.ts";
import {
  ACK_EVERY,
  ClientMessage,
  INPUT_WINDOW,
  MAX_CLIENT_FRAME,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "../../lab-server/protocol.ts";

function drain(queue: InputQueue): Buffer {
  const pieces: Uint8Array[] = [];
  for (let piece = queue.next(); piece !== undefined; piece = queue.next()) pieces.push(piece);
  for (const piece of pieces) assert(piece.length + 1 <= MAX_CLIENT_FRAME, "a piece fits a frame");
  return Buffer.concat(pieces);
}

test("output that comes before there is a terminal is kept, drawn in order, and acknowledged only then", () => {
  const sink = new LateSink();
  const acknowledged: number[] = [];
  const output = new OutputStream(sink, (offset) => acknowledged.push(offset));
  output.begin(0, false);
  output.data(Buffer.alloc(ACK_EVERY, "a"));
  output.data(Buffer.from("b"));
  assert.deepEqual(acknowledged, []);
  const drawn: string[] = [];
  const screen = {
    write(bytes: Uint8Array, done: () => void) {
      drawn.push(Buffer.from(bytes).toString());
      done();
    },
    clear: () => drawn.splice(0),
  };
  sink.drawOn(screen);
  output.data(Buffer.from("c"));
  assert.deepEqual(drawn, ["a".repeat(ACK_EVERY), "b", "c"]);
  assert.deepEqual(acknowledged, [ACK_EVERY]);
});

test("what was kept for a terminal is forgotten where its output begins again", () => {
  const sink = new LateSink();
  const output = new OutputStream(sink, () => {});
  output.begin(0, false);
  output.data(Buffer.from("of the sandbox before"));
  output.begin(0, false);
  output.data(Buffer.from("of this one"));
  const drawn: string[] = [];
  sink.drawOn({ write: (bytes) => drawn.push(Buffer.from(bytes).toString()), clear: () => drawn.splice(0) });
  assert.deepEqual(drawn, ["of this one"]);
});

test("a long paste goes out in frames, as far as the window allows, and the rest when it opens", () => {
  const queue = new InputQueue();
  const paste = Buffer.alloc(INPUT_WINDOW * 2 + 100, "abcdefg");
  queue.push(paste);
  const first = drain(queue);
  assert.equal(first.length, INPUT_WINDOW);
  queue.confirm(INPUT_WINDOW);
  const second = drain(queue);
  queue.confirm(INPUT_WINDOW * 2);
  assert.deepEqual(Buffer.concat([first, second, drain(queue)]), paste);
});

test("far too much is refused whole", () => {
  const queue = new InputQueue();
  assert.equal(queue.push(new Uint8Array(5 * 1024 * 1024)), false);
  assert.equal(queue.push(Buffer.from("ls")), true);
  assert.equal(drain(queue).toString(), "ls");
});

test("input typed into a new shell is not what was meant for the old one", () => {
  const queue = new InputQueue();
  queue.push(Buffer.from("old"));
  drain(queue);
  queue.confirm(3);
  queue.push(Buffer.from("rm -rf x"));
  queue.resume(0);
  assert.equal(drain(queue).toString(), "");
  queue.push(Buffer.from("new"));
  assert.equal(drain(queue).toString(), "new");
});

test("over connections that break anywhere every byte arrives once and in order", () => {
  const step = fc.oneof(
    fc.record({ type: fc.integer({ min: 1, max: 100_000 }) }),
    fc.record({ lose: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.constant({ write: true as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new InputQueue();
      let typed = Buffer.alloc(0);
      let arrived = Buffer.alloc(0);
      let written = 0;
      for (const now of steps) {
        if ("type" in now) {
          const bytes = Buffer.from(Uint8Array.from({ length: now.type }, (_, i) => (typed.length + i) % 251));
          if (queue.push(bytes)) typed = Buffer.concat([typed, bytes]);
          arrived = Buffer.concat([arrived, drain(queue)]);
        } else if ("lose" in now) {
          // What was sent last gets there in part, and the next connection says how much did.
          const sent = drain(queue);
          arrived = Buffer.concat([arrived, sent.subarray(0, Math.floor(sent.length * now.lose))]);
          queue.resume(arrived.length);
          arrived = Buffer.concat([arrived, drain(queue)]);
        } else {
          written = arrived.length;
          queue.confirm(written);
          arrived = Buffer.concat([arrived, drain(queue)]);
        }
        assert(arrived.length - written <= INPUT_WINDOW, "the server's window is kept");
      }
      for (let before = -1; before < arrived.length; ) {
        before = arrived.length;
        queue.confirm(arrived.length);
        arrived = Buffer.concat([arrived, drain(queue)]);
      }
      assert.deepEqual(arrived, typed);
    }),
  );
});

class Paper {
  text = "";
  pending: (() => void)[] = [];
  write(bytes: Uint8Array, done: () => void): void {
    this.text += Buffer.from(bytes).toString();
    this.pending.push(done);
  }
  clear(): void {
    this.text = "";
  }
  draw(): void {
    for (const done of this.pending.splice(0)) done();
  }
}

test("acknowledges what is drawn, not what has come", () => {
  const paper = new Paper();
  const acks: number[] = [];
  const stream = new OutputStream(paper, (offset) => acks.push(offset));
  stream.begin(0, false);
  stream.data(new Uint8Array(ACK_EVERY));
  assert.deepEqual(acks, []);
  paper.draw();
  assert.deepEqual(acks, [ACK_EVERY]);
  stream.data(new Uint8Array(10));
  paper.draw();
  assert.deepEqual(acks, [ACK_EVERY], "a little more is not worth a message");
});

test("a stream that goes on keeps what is drawn; one with a gap, or another one, does not", () => {
  const paper = new Paper();
  const stream = new OutputStream(paper, () => {});
  stream.begin(0, false);
  stream.data(Buffer.from("one"));
  stream.begin(3, false);
  stream.data(Buffer.from(" two"));
  assert.equal(paper.text, "one two");
  stream.begin(100, true);
  stream.data(Buffer.from("three"));
  assert.equal(paper.text, "three");
  assert.equal(stream.received, 105);
  stream.begin(0, false);
  assert.equal(paper.text, "");
});

test("bytes of before a gap are not acknowledged when they are drawn after it", () => {
  const paper = new Paper();
  const acks: number[] = [];
  const stream = new OutputStream(paper, (offset) => acks.push(offset));
  stream.begin(0, false);
  stream.data(new Uint8Array(ACK_EVERY * 2));
  stream.begin(5_000_000, true);
  paper.draw();
  assert.deepEqual(acks, []);
});

test("waits longer with each try, from half a second to ten, and never all at once", () => {
  for (let attempt = 1; attempt < 60; attempt++) {
    const [least, most] = [reconnectDelay(attempt, () => 0), reconnectDelay(attempt, () => 1)];
    assert(least >= 500 && most <= 10_000 && least < most, `try ${attempt}: ${least} to ${most}`);
  }
  assert.equal(
    reconnectDelay(1, () => 0),
    500,
  );
  assert.equal(
    reconnectDelay(50, () => 1),
    10_000,
  );
});

test("the page's id is one that the protocol takes", () => {
  const hello = { type: "hello", protocol: PROTOCOL_VERSION, ticket: "t", client: randomPageId() };
  assert.equal(ClientMessage.safeParse(hello).success, true);
  assert.notEqual(randomPageId(), randomPageId());
});

const hear = (...messages: ServerMessage[]): LabSnapshot => messages.reduce(afterMessage, INITIAL_SNAPSHOT);
const welcome = (id: string, terminals: number[]): ServerMessage => ({
  type: "welcome",
  sandbox: { id, cgroup: 2, endsAt: 1, extendable: true },
  terminals,
  tasks: [{ id: "a-task", done: false }],
  fresh: false,
});

test("tabs are those of the sandbox; a fresh sandbox begins with one", () => {
  assert.deepEqual(hear(welcome("one", [])).terminals, [1]);
  assert.deepEqual(hear(welcome("one", [1, 3])).terminals, [1, 3]);
  assert.deepEqual(hear(welcome("one", [1, 3]), { type: "exited", terminal: 3, code: 1 }, welcome("two", [])).terminals, [1]);
});

test("an exit stays on screen over a reconnect, and goes with the sandbox", () => {
  const exited = hear(welcome("one", [1]), { type: "exited", terminal: 1, code: 4 });
  assert.deepEqual(exited.exited, { 1: 4 });
  assert.deepEqual(afterMessage(exited, welcome("one", [])).exited, { 1: 4 });
  assert.deepEqual(afterMessage(exited, welcome("two", [])).exited, {});
});

test("a terminal that was refused can be asked for again; a refusal of something else leaves terminals alone", () => {
  const tooFast = { type: "error", code: "too-fast", message: "Wait.", fatal: false } as const;
  const open = hear(welcome("one", [1, 2]));
  assert.deepEqual(afterMessage(open, tooFast).exited, {});
  const refused = afterMessage(open, { ...tooFast, terminal: 2 });
  assert.deepEqual(refused.exited, { 2: null });
  assert.deepEqual(refused.notice, { code: "too-fast", message: "Wait." });
  assert.deepEqual(afterMessage(open, { ...tooFast, terminal: 3 }).exited, {}, "its tab was closed meanwhile");
});

test("what the page shows follows what it hears", () => {
  const shown = hear(
    { type: "preparing", what: "Making a sandbox" },
    welcome("one", [1]),
    { type: "checking", task: "a-task", running: true },
    { type: "task", task: { id: "a-task", done: true } },
    { type: "ending", reason: "idle", endsAt: 9, extendable: true },
    { type: "error", code: "disk-full", message: "Full.", fatal: false },
  );
  assert.equal(shown.link.state, "open");
  assert.deepEqual(shown.checking, ["a-task"]);
  assert.equal(shown.tasks["a-task"]?.done, true);
  assert.deepEqual(shown.ending, { reason: "idle", endsAt: 9, extendable: true });
  assert.deepEqual(shown.notice, { code: "disk-full", message: "Full." });
  const ended = afterMessage(shown, { type: "ended", reason: "idle" });
  assert.deepEqual([ended.ended, ended.ending, ended.checking], ["idle", undefined, []]);
  assert.equal(afterMessage(ended, welcome("two", [])).ended, undefined);
  assert.equal(afterMessage(ended, { type: "pong" }), ended, "nothing changed, so nothing is drawn");
  const failed = afterMessage(shown, { type: "error", code: "bad-ticket", message: "No.", fatal: true });
  assert.deepEqual(failed.link, { state: "failed", code: "bad-ticket", message: "No." });
});
