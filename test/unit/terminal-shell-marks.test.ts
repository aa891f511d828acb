import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type ShellMark, ShellMarkScanner } from "../../lab-server/terminal/shell-marks.ts";

function scan(...chunks: Uint8Array[]): ShellMark[] {
  const marks: ShellMark[] = [];
  const scanner = new ShellMarkScanner((mark) => marks.push(mark));
  for (const chunk of chunks) scanner.push(chunk);
  return marks;
}

const SESSION =
  "\x1b]133;D;0\x07\x1b]133;A\x1b\\root@lab:~# \x1b]133;B\x07ls\r\n\x1b]133;C\x07\x1b[01;34mbin\x1b[0m é\r\n\x1b]133;D;127\x1b\\";
const MARKS: ShellMark[] = [
  { kind: "command-end", code: 0 },
  { kind: "prompt-start" },
  { kind: "prompt-end" },
  { kind: "output-start" },
  { kind: "command-end", code: 127 },
];

test("finds every mark, whether BEL or ESC \\ closes it", () => {
  assert.deepEqual(scan(Buffer.from(SESSION)), MARKS);
});

test("finds them wherever the output is split in two", () => {
  const bytes = Buffer.from(SESSION);
  for (let at = 0; at <= bytes.length; at++)
    assert.deepEqual(scan(bytes.subarray(0, at), bytes.subarray(at)), MARKS, `split at ${at}`);
});

test("finds them byte by byte", () => {
  assert.deepEqual(scan(...Array.from(Buffer.from(SESSION), (byte) => Uint8Array.of(byte))), MARKS);
});

const text = (value: string) => scan(Buffer.from(value));

test("a command's end without a code, or with one that is none, has no code", () => {
  assert.deepEqual(
    text("\x1b]133;D\x07\x1b]133;D;\x07\x1b]133;D;x1\x07\x1b]133;D;1234\x07"),
    Array(4).fill({ kind: "command-end", code: null }),
  );
});

test("further parameters do not hide a mark", () => {
  assert.deepEqual(text("\x1b]133;A;cl=m;aid=12\x07\x1b]133;D;3;aid=12\x07"), [
    { kind: "prompt-start" },
    { kind: "command-end", code: 3 },
  ]);
});

test("other sequences are no marks", () => {
  assert.deepEqual(text("\x1b]0;133;D;0\x07\x1b]1337;D;0\x07]133;D;0\x07\x1b[133;D;0m\x1b]133;E\x07\x1b]133\x07"), []);
});

test("a sequence that is cut off by another does not hide the next", () => {
  assert.deepEqual(text("\x1b]133;D;9\x1b]133;D;7\x07"), [{ kind: "command-end", code: 7 }]);
  assert.deepEqual(text("\x1b\x1b]133;D;7\x07"), [{ kind: "command-end", code: 7 }]);
});

test("an endless sequence is dropped, and the scanner goes on after it", () => {
  assert.deepEqual(text(`\x1b]133;D;0${"0".repeat(1_000_000)}\x07\x1b]133;D;1\x07`), [{ kind: "command-end", code: 1 }]);
});

test("however output is cut, the marks are those of the whole", () => {
  const part = fc.constantFrom(
    "\x1b]133;D;0\x07",
    "\x1b]133;A\x1b\\",
    "\x1b",
    "]133;",
    "D;5",
    "\x07",
    "\x1b\\",
    "text",
    "\x1b[0m",
    "133;B",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(200), { maxLength: 10 }), (parts, cuts) => {
      const whole = Buffer.from(parts.join(""));
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end));
      assert.deepEqual(scan(...chunks), scan(whole));
    }),
  );
});
