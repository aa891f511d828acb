import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { OutputRing } from "../../lab-server/terminal/ring.ts";

const MIB = 1024 * 1024;

/** Everything from `offset` on, piece by piece. */
function readAll(ring: OutputRing, offset: number, most: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = offset; at < ring.end; ) {
    const piece = ring.read(at, most);
    assert(piece.length > 0 && piece.length <= most, "a piece is neither empty nor too long");
    pieces.push(piece);
    at += piece.length;
  }
  return Buffer.concat(pieces);
}

/** Bytes whose values tell their offset. */
function pattern(start: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => ((start + index) * 31 + ((start + index) >> 8)) & 0xff);
}

test("what was appended is read back from any offset, in any pieces", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 70_000 }), (lengths, seed, most) => {
      const ring = new OutputRing();
      for (const length of lengths) ring.append(pattern(ring.end, length));
      assert.equal(ring.start, 0);
      const offset = seed % (ring.end + 1);
      assert.deepEqual(readAll(ring, offset, most), Buffer.from(pattern(offset, ring.end - offset)));
    }),
  );
});

test("of more than fits the newest stays, at least 15/16 of the ring and at most all of it", () => {
  const ring = new OutputRing();
  for (let i = 0; i < 1_000; i++) ring.append(pattern(ring.end, 4_095));
  assert.equal(ring.end, 4_095_000);
  assert(ring.end - ring.start <= MIB && ring.end - ring.start >= (MIB * 15) / 16, `${ring.end - ring.start} bytes are kept`);
  assert.deepEqual(readAll(ring, ring.start, 65_536), Buffer.from(pattern(ring.start, ring.end - ring.start)));
  assert.throws(() => ring.read(ring.start - 1, 1), RangeError);
  assert.throws(() => ring.read(ring.end + 1, 1), RangeError);
});

test("one chunk larger than the ring leaves its end", () => {
  const ring = new OutputRing();
  ring.append(pattern(0, 3 * MIB));
  assert.equal(ring.end, 3 * MIB);
  assert.deepEqual(readAll(ring, ring.start, MIB), Buffer.from(pattern(ring.start, ring.end - ring.start)));
});

test("a piece that was read stays as it was when its bytes have left the ring", () => {
  const ring = new OutputRing();
  ring.append(pattern(0, 1_000));
  const piece = ring.read(0, 1_000);
  ring.append(new Uint8Array(2 * MIB));
  assert(ring.start > 1_000);
  assert.deepEqual(Buffer.from(piece), Buffer.from(pattern(0, 1_000)));
});
