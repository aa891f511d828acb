/** Flow control and viewers of a Terminal, with a pty whose output is made here. Real ptys: test/lab/terminal.test.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ACK_EVERY, HIGH_WATERMARK, INPUT_WINDOW } from "../../lab-server/protocol.ts";
import { Refusal } from "../../lab-server/refusal.ts";
import type { Pty } from "../../lab-server/sandbox/driver.ts";
import { LocalHeldPty } from "../../lab-server/terminal/held-pty.ts";
import { Terminal, type TerminalViewer } from "../../lab-server/terminal/terminal.ts";
import { Typing } from "../../lab-server/terminal/typing.ts";

/** Each as much as a terminal may run ahead: together more than its ring keeps. */
const ROUNDS = Math.ceil(1.5 * ((1024 * 1024) / HIGH_WATERMARK));

class HandPty implements Pty {
  readonly pid = 1;
  paused = false;
  /** Called to let a write through. */
  readonly pendingWrites: (() => void)[] = [];
  produce: (bytes: Uint8Array) => void = () => {};
  end: (code: number | null) => void = () => {};
  onData(listener: (bytes: Uint8Array) => void): void {
    this.produce = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.end = listener;
  }
  write(): Promise<void> {
    return new Promise((resolve) => this.pendingWrites.push(resolve));
  }
  resize(): void {}
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  close(): void {
    this.end(null);
  }
}

class Watcher implements TerminalViewer {
  readonly client: string;
  readonly role?: "onlooker" | "tap";
  chunks: Uint8Array[] = [];
  gaps: number[] = [];
  written: number[] = [];
  socket = 0;
  constructor(client = "client", role?: "onlooker" | "tap") {
    this.client = client;
    if (role) this.role = role;
  }
  data(bytes: Uint8Array): void {
    this.chunks.push(bytes);
  }
  gap(from: number): void {
    this.gaps.push(from);
  }
  inputWritten(offset: number): void {
    this.written.push(offset);
  }
  queued(): number {
    return this.socket;
  }
  get received(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }
}

const CHUNK = new Uint8Array(4_096).fill(0x61);

/** As a pty does: writes until it is paused. */
function flood(pty: HandPty, most: number): number {
  let written = 0;
  for (; !pty.paused && written < most; written += CHUNK.length) pty.produce(CHUNK);
  return written;
}

test("reading stops when too much is unacknowledged, and the memory with it", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  terminal.attach(viewer);
  const written = flood(pty, 100 * HIGH_WATERMARK);
  assert(written > HIGH_WATERMARK && written <= HIGH_WATERMARK + CHUNK.length, `${written} bytes were read`);
  await sleep(20);
  assert.equal(viewer.received, written, "all that was read is sent");
  terminal.ack(viewer, written);
  assert.equal(pty.paused, false, "the acknowledgement lets it go on");
});

test("small acknowledgements do not make it stop and go", () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  terminal.attach(viewer);
  const written = flood(pty, 100 * HIGH_WATERMARK);
  terminal.ack(viewer, ACK_EVERY);
  assert.equal(pty.paused, true);
  terminal.ack(viewer, written - ACK_EVERY);
  assert.equal(pty.paused, false);
});

test("an acknowledgement of what was never sent opens nothing", () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  terminal.attach(viewer);
  flood(pty, 100 * HIGH_WATERMARK);
  terminal.ack(viewer, Number.MAX_SAFE_INTEGER);
  assert.equal(pty.paused, true);
});

test("the first output after silence goes out at once, what follows is gathered", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  terminal.attach(viewer);
  await sleep(1);
  pty.produce(Buffer.from("a"));
  assert.deepEqual(viewer.chunks.map(String), [String(Buffer.from("a"))]);
  for (let i = 0; i < 50; i++) pty.produce(Buffer.from("b"));
  assert.equal(viewer.chunks.length, 1);
  await sleep(30);
  assert.equal(Buffer.concat(viewer.chunks).toString(), `a${"b".repeat(50)}`);
  assert.equal(viewer.chunks.length, 2);
});

test("output in small pieces makes way for somebody who types at another terminal, and nothing of it is lost", async () => {
  const typing = new Typing();
  const [pty, theirs] = [new HandPty(), new HandPty()];
  const terminal = new Terminal(new LocalHeldPty(pty, typing));
  const neighbour = new Terminal(new LocalHeldPty(theirs, typing));
  const viewer = new Watcher();
  terminal.attach(viewer);
  await sleep(1);
  neighbour.input("neighbour", Buffer.from("k"));
  pty.produce(Buffer.from("a"));
  assert.equal(pty.paused, false, "what follows silence is an echo, and the next is read at once");
  pty.produce(CHUNK);
  assert.equal(pty.paused, false, "what comes in full pieces is read");
  pty.produce(Buffer.from("b"));
  assert.equal(pty.paused, true);
  await sleep(40);
  assert.equal(pty.paused, false);
  assert.equal(Buffer.concat(viewer.chunks).toString(), `a${Buffer.from(CHUNK)}b`);
});

test("output makes no way for who types at its own terminal", () => {
  const typing = new Typing();
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty, typing));
  new Terminal(new LocalHeldPty(new HandPty(), typing));
  terminal.input("own", Buffer.from("k"));
  for (const piece of ["a", "b"]) pty.produce(Buffer.from(piece));
  assert.equal(pty.paused, false);
});

test("a terminal that rests ends all the same", async () => {
  const typing = new Typing();
  const [pty, theirs] = [new HandPty(), new HandPty()];
  const terminal = new Terminal(new LocalHeldPty(pty, typing));
  new Terminal(new LocalHeldPty(theirs, typing)).input("neighbour", Buffer.from("k"));
  for (const piece of ["a", "b"]) pty.produce(Buffer.from(piece));
  const exit = new Promise((resolve) => terminal.onExit(resolve));
  pty.end(3);
  assert.equal(await exit, 3);
});

test("a viewer that lags is told of the gap, and the fast one does not wait for it", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const [fast, slow] = [new Watcher("fast"), new Watcher("slow")];
  terminal.attach(fast);
  terminal.attach(slow);
  for (let i = 0; i < ROUNDS; i++) {
    flood(pty, 2 * HIGH_WATERMARK);
    await sleep(6);
    terminal.ack(fast, terminal.offset);
  }
  assert.equal(fast.received, terminal.offset);
  assert.deepEqual(fast.gaps, []);
  assert(slow.received < 2 * HIGH_WATERMARK, `${slow.received} bytes went to the viewer that acknowledges nothing`);
  const before = slow.received;
  terminal.ack(slow, before);
  const [from = 0] = slow.gaps;
  for (let round = 0; round < ROUNDS; round++) terminal.ack(slow, from + slow.received - before);
  assert.equal(slow.gaps.length, 1);
  assert.equal(from + slow.received - before, terminal.offset, "from the gap on it has everything");
});

test("who looks on neither lets the terminal run ahead nor holds it up", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const [user, quick, slow] = [new Watcher("user"), new Watcher("quick", "onlooker"), new Watcher("slow", "onlooker")];
  for (const viewer of [user, quick, slow]) terminal.attach(viewer);
  const written = flood(pty, 100 * HIGH_WATERMARK);
  await sleep(20);
  terminal.ack(quick, quick.received);
  assert.equal(quick.received, written);
  assert.equal(pty.paused, true, "the user has acknowledged nothing");
  terminal.detach(quick);
  terminal.attach(quick, written);
  assert.equal(pty.paused, true, "nor has one that looks on and comes again");
  terminal.ack(user, user.received);
  assert.equal(pty.paused, false);
  for (let i = 0; i < 4; i++) {
    flood(pty, 2 * HIGH_WATERMARK);
    await sleep(6);
    terminal.ack(user, terminal.offset);
  }
  assert.equal(user.received, terminal.offset);
  assert(slow.received < 2 * HIGH_WATERMARK);
});

test("a tap gets what its socket takes and acknowledges nothing; one that falls behind begins anew", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const [user, tap] = [new Watcher("user"), new Watcher("tap", "tap")];
  terminal.attach(user);
  terminal.attach(tap);
  const run = async () => {
    for (let i = 0; i < ROUNDS; i++) {
      flood(pty, 2 * HIGH_WATERMARK);
      await sleep(6);
      terminal.ack(user, terminal.offset);
    }
  };
  await run();
  assert.equal(tap.received, terminal.offset);
  tap.socket = 10_000_000;
  await run();
  const received = tap.received;
  assert(received < terminal.offset);
  tap.socket = 0;
  await sleep(30);
  assert.equal(tap.gaps.length, 1);
  assert.equal((tap.gaps[0] ?? 0) + tap.received - received, terminal.offset);
  // One that leaves while it is told of the gap is sent nothing more.
  tap.socket = 10_000_000;
  await run();
  tap.gap = () => terminal.detach(tap);
  const before = tap.received;
  tap.socket = 0;
  await sleep(30);
  assert.equal(tap.received, before);
});

test("a terminal tells its size where that changes, and where a line begins near its end", () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty), { cols: 80, rows: 24 });
  const sizes: unknown[] = [];
  const forget = terminal.onSize((size) => sizes.push(size));
  terminal.resize(80, 24);
  terminal.resize(100, 30);
  forget();
  terminal.resize(60, 20);
  assert.deepEqual(sizes, [{ cols: 100, rows: 30 }]);
  assert.deepEqual(terminal.size, { cols: 60, rows: 20 });
  pty.produce(Buffer.from("first\nsecond\nthird"));
  assert.equal(terminal.lineStart(1_000), 0);
  assert.equal(terminal.lineStart(8), "first\nsecond\n".length);
  assert.equal(terminal.lineStart(3), "first\nsecond\nth".length);
});

test("a viewer whose socket is full gets the rest when it has drained", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  terminal.attach(viewer);
  await sleep(1);
  viewer.socket = 10_000_000;
  pty.produce(CHUNK);
  assert.equal(viewer.received, 0);
  viewer.socket = 0;
  await sleep(30);
  assert.equal(viewer.received, CHUNK.length);
});

test("a viewer that comes back continues at its offset; what it got counts as acknowledged", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const lost = new Watcher();
  terminal.attach(lost);
  const written = flood(pty, 100 * HIGH_WATERMARK);
  terminal.detach(lost);
  const back = new Watcher();
  assert.deepEqual(terminal.attach(back, written), { from: written, gap: false });
  assert.equal(pty.paused, false);
  pty.produce(Buffer.from("more"));
  await sleep(10);
  assert.equal(Buffer.concat(back.chunks).toString(), "more");
  assert.equal(lost.received, written);
});

test("a viewer with an offset that this terminal never reached begins anew", () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  pty.produce(Buffer.from("prompt"));
  assert.deepEqual(terminal.attach(new Watcher(), 5_000), { from: 0, gap: true });
});

test("with nobody there the newest output is kept and the shell stops", () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const written = flood(pty, 100 * HIGH_WATERMARK);
  assert(written <= HIGH_WATERMARK + CHUNK.length);
  assert.deepEqual(terminal.attach(new Watcher()), { from: 0, gap: false });
});

test("the end comes after all of the output, with the code", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const viewer = new Watcher();
  viewer.socket = 10_000_000;
  terminal.attach(viewer);
  const heard: string[] = [];
  terminal.onExit((code) => heard.push(`${viewer.received} bytes, code ${code}`));
  pty.produce(CHUNK);
  pty.end(3);
  terminal.onExit((code) => heard.push(`late, code ${code}`));
  assert.deepEqual(heard, [`${CHUNK.length} bytes, code 3`, "late, code 3"]);
});

test("input is counted by client and confirmed when the shell has it", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  const [one, two] = [new Watcher("one"), new Watcher("two")];
  terminal.attach(one);
  terminal.attach(two);
  terminal.input("one", Buffer.from("echo"));
  terminal.input("two", Buffer.from("ls"));
  assert.equal(terminal.inputOffset("one"), 4);
  assert.equal(terminal.inputOffset("two"), 2);
  assert.deepEqual(one.written, []);
  for (const through of pty.pendingWrites) through();
  await sleep(30);
  assert.deepEqual([one.written, two.written], [[4], [2]]);
  const back = new Watcher("one");
  terminal.attach(back);
  await sleep(30);
  assert.deepEqual(back.written, [4], "who comes back hears what was written meanwhile");
});

test("a client that does not wait for the shell is refused, and the others are not", () => {
  const terminal = new Terminal(new LocalHeldPty(new HandPty()));
  const piece = new Uint8Array(INPUT_WINDOW / 4);
  for (let i = 0; i < 4; i++) terminal.input("one", piece);
  assert.throws(() => terminal.input("one", Uint8Array.of(1)), Refusal);
  assert.equal(terminal.inputOffset("one"), INPUT_WINDOW);
  terminal.input("two", Uint8Array.of(1));
});

test("no more than 32 clients are remembered", () => {
  const terminal = new Terminal(new LocalHeldPty(new HandPty()));
  for (let i = 0; i < 33; i++) terminal.input(`client-${i}`, Uint8Array.of(1));
  assert.equal(terminal.inputOffset("client-0"), 0);
  assert.equal(terminal.inputOffset("client-1"), 1);
});

test("tells the end of a command, though its mark comes in two pieces", async () => {
  const pty = new HandPty();
  const codes: (number | null)[] = [];
  new Terminal(new LocalHeldPty(pty)).onCommandEnd((code) => codes.push(code));
  pty.produce(Buffer.from("x\x1b]133;"));
  pty.produce(Buffer.from("D;2\x07"));
  await sleep(30);
  assert.deepEqual(codes, [2]);
});

test("lines count that are entered into what the shell runs, and not the shell's own", async () => {
  const pty = new HandPty();
  const terminal = new Terminal(new LocalHeldPty(pty));
  let lines = 0;
  terminal.onLine(() => {
    lines += 1;
  });
  const mark = async (kind: string) => {
    pty.produce(Buffer.from(`\x1b]133;${kind}\x07`));
    await sleep(30);
  };
  const type = (text: string) => terminal.input("client", Buffer.from(text));
  await mark("A");
  type("chroot box sh\r");
  assert.equal(lines, 0);
  await mark("C");
  type("hostname ");
  assert.equal(lines, 0);
  type("box\r");
  type("exit\r");
  assert.equal(lines, 2);
  await mark("D;0");
  await mark("A");
  type("ls\r");
  assert.equal(lines, 2);
});
