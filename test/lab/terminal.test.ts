/** Terminal on real ptys: nothing lost, nothing doubled, nothing kept. Needs root. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { ACK_EVERY, HIGH_WATERMARK } from "../../lab-server/protocol.ts";
import { LocalHeldPty } from "../../lab-server/terminal/held-pty.ts";
import { Terminal, type TerminalViewer } from "../../lab-server/terminal/terminal.ts";
import { TerminalSandbox } from "./terminal-sandbox.ts";

const PATIENCE = { timeout: patient(60_000) };
let sandbox: TerminalSandbox;
before(async () => {
  sandbox = await TerminalSandbox.open();
});
after(() => sandbox.close());

/** A page: takes what comes, and acknowledges it as a page does, unless told not to. */
class Page implements TerminalViewer {
  readonly client: string;
  readonly #terminal: Terminal;
  chunks: Buffer[] = [];
  received: number;
  acknowledged = 0;
  readonly gaps: number[] = [];
  written = 0;
  acknowledges = true;
  #changed: () => void = () => {};

  constructor(terminal: Terminal, client = "page", from?: number) {
    this.#terminal = terminal;
    this.client = client;
    const attached = terminal.attach(this, from);
    this.received = attached.from;
    this.acknowledged = attached.from;
    if (attached.gap) this.gaps.push(attached.from);
  }
  data(bytes: Uint8Array): void {
    this.chunks.push(Buffer.from(bytes));
    this.received += bytes.length;
    if (this.acknowledges && this.received - this.acknowledged >= ACK_EVERY) {
      this.acknowledged = this.received;
      setImmediate(() => this.#terminal.ack(this, this.acknowledged));
    }
    this.#changed();
  }
  gap(from: number): void {
    this.gaps.push(from);
    this.received = from;
  }
  inputWritten(offset: number): void {
    this.written = offset;
    this.#changed();
  }
  queued(): number {
    return 0;
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
  async until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}\r\n`).join("");
const ended = (terminal: Terminal) => new Promise<number | null>((resolve) => terminal.onExit(resolve));

test("an echo comes back, input is confirmed, the exit code is told", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("read -r line; echo got $line; exit 5")));
  const page = new Page(terminal);
  terminal.input("page", Buffer.from("hello\r"));
  assert.equal(await ended(terminal), 5);
  assert.match(page.text, /hello\r\ngot hello\r\n/);
  assert.equal(page.written, 6);
});

test("a flood to a page that acknowledges nothing stops at the pty, and no memory grows", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("yes 0123456789abcdef")));
  const page = new Page(terminal);
  page.acknowledges = false;
  await page.until(() => terminal.offset > HIGH_WATERMARK);
  await sleep(300);
  const stopped = terminal.offset;
  const memory = process.memoryUsage().arrayBuffers;
  await sleep(700);
  assert.equal(terminal.offset, stopped);
  assert(stopped < HIGH_WATERMARK + 128 * 1024, `${stopped} bytes were read`);
  assert(process.memoryUsage().arrayBuffers <= memory + 64 * 1024);
  terminal.ack(page, page.received);
  await page.until(() => terminal.offset > stopped);
  terminal.close();
});

test("a page whose connection breaks again and again gets every byte once", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("read -r; seq 300000; read -r")));
  let page = new Page(terminal);
  terminal.input("page", Buffer.from("\r"));
  const total = `\r\n${lines(300_000)}`;
  let stream = "";
  for (let break_ = 1; break_ <= 12; break_++) {
    const until = Math.min(page.received + 100_000, total.length);
    await page.until(() => page.received >= until);
    terminal.detach(page);
    stream += page.text;
    if (break_ % 3 === 0) await sleep(30);
    page = new Page(terminal, "page", page.received);
    assert.deepEqual(page.gaps, []);
  }
  await page.until(() => page.received >= total.length);
  assert.equal(stream + page.text, total);
  terminal.close();
});

test("two pages see the same; one that stops reading is not waited for, and is told what it missed", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("read -r; seq 600000; read -r")));
  const [quick, lazy] = [new Page(terminal, "quick"), new Page(terminal, "lazy")];
  lazy.acknowledges = false;
  terminal.input("quick", Buffer.from("\r"));
  const total = `\r\n${lines(600_000)}`;
  await quick.until(() => quick.received >= total.length);
  assert.equal(quick.text, total);
  assert.deepEqual(quick.gaps, []);
  assert(lazy.text.length > 0 && quick.text.startsWith(lazy.text), "what it did get is the beginning");
  const before = lazy.text.length;
  lazy.acknowledges = true;
  terminal.ack(lazy, lazy.received);
  await lazy.until(() => lazy.received === terminal.offset);
  assert.equal(lazy.gaps.length, 1);
  assert.equal(lazy.text.slice(before), quick.text.slice(lazy.gaps[0]));
  terminal.close();
});

test("a page that comes late sees the last of the output", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("seq 1000; read -r")));
  const first = new Page(terminal);
  await first.until(() => first.text.endsWith("\n1000\r\n"));
  const late = new Page(terminal, "late");
  await late.until(() => late.text.length > 0);
  assert.equal(late.text, first.text);
  terminal.close();
});

test("what is typed over a broken connection arrives once", PATIENCE, async () => {
  const terminal = new Terminal(
    new LocalHeldPty(await sandbox.script("stty -icanon -echo; echo ready; head -c 2000 | tr -d '\\n' | sha256sum")),
  );
  const typed = Buffer.from(Array.from({ length: 2_000 }, (_, i) => 97 + (i % 26)));
  let page = new Page(terminal);
  await page.until(() => page.text.includes("ready"));
  for (let sent = 0; sent < typed.length; ) {
    terminal.input("page", typed.subarray(sent, sent + 150));
    terminal.detach(page);
    page = new Page(terminal, "page", page.received);
    sent = terminal.inputOffset("page");
  }
  await ended(terminal);
  const { createHash } = await import("node:crypto");
  assert.match(page.text, new RegExp(createHash("sha256").update(typed).digest("hex")));
});

test("the end of a command is heard", PATIENCE, async () => {
  const terminal = new Terminal(
    new LocalHeldPty(await sandbox.script("printf '\\033]133;D;0\\007'; printf '\\033]133;D;42\\033\\\\'")),
  );
  const codes: (number | null)[] = [];
  terminal.onCommandEnd((code) => codes.push(code));
  await ended(terminal);
  assert.deepEqual(codes, [0, 42]);
});

test("the output of a flood that ends is whole before the end is told", PATIENCE, async () => {
  const terminal = new Terminal(new LocalHeldPty(await sandbox.script("seq 100000; exit 2")));
  const page = new Page(terminal);
  const told = ended(terminal).then((code) => [code, page.text.length]);
  assert.deepEqual(await told, [2, lines(100_000).length]);
});
