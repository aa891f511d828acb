/** Frames of the holder's wire, as a socket brings them: cut anywhere, in memory that is used again. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import fc from "fast-check";
import { type Frame, FrameReader, messageFrame, sendInput, sendOutput } from "../../lab-server/holder/protocol.ts";

const MESSAGE = { type: "meet", handle: 7, client: "somebody" } as const;

/** What goes over the wire for a message, an output of each length, and an input. */
function wire(lengths: readonly number[]): Buffer {
  const stream = new PassThrough({ highWaterMark: 2 ** 30 });
  stream.write(messageFrame(MESSAGE));
  for (const [index, length] of lengths.entries())
    sendOutput(stream, { handle: index, offset: 2 ** 40 + index, bytes: Buffer.alloc(length, 0x61 + (index % 26)) });
  sendInput(stream, { handle: 9, client: "c", offset: 5, bytes: Buffer.from("typed") });
  return Buffer.from(stream.read());
}

/** The frames of what comes in pieces of these lengths, over and over, each piece in the same memory. */
function read(bytes: Buffer, pieces: readonly number[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((frame) => frames.push(copyOf(frame)));
  const memory = Buffer.alloc(Math.max(...pieces));
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const length = Math.min(pieces[turn % pieces.length] ?? 1, bytes.length - from);
    bytes.copy(memory, 0, from, from + length);
    reader.push(memory.subarray(0, length));
    memory.fill(0xff);
    from += length;
  }
  return frames;
}

/** What a frame holds is good until the next. */
function copyOf(frame: Frame): Frame {
  if ("output" in frame) return { output: { ...frame.output, bytes: Uint8Array.from(frame.output.bytes) } };
  if ("input" in frame) return { input: { ...frame.input, bytes: Uint8Array.from(frame.input.bytes) } };
  return frame;
}

test("frames are whole, however they are cut", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 5 });
  const pieces = fc.array(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, pieces, (outputs, cuts) => {
      const [message, ...rest] = read(wire(outputs), cuts);
      assert.deepEqual(message, { message: MESSAGE });
      const input = rest.pop();
      assert.deepEqual(input, { input: { handle: 9, client: "c", offset: 5, bytes: Uint8Array.from(Buffer.from("typed")) } });
      assert.equal(rest.length, outputs.length);
      for (const [index, frame] of rest.entries()) {
        assert("output" in frame);
        assert.equal(frame.output.offset, 2 ** 40 + index);
        assert.equal(frame.output.bytes.length, outputs[index]);
        assert(frame.output.bytes.every((byte) => byte === 0x61 + (index % 26)));
      }
    }),
    { numRuns: 60 },
  );
});

test("a frame that comes byte by byte is whole, and so is the next", () => {
  assert.equal(read(wire([3, 0, 40]), [1]).length, 5);
});

test("what is no frame is said", () => {
  const reader = new FrameReader(() => {});
  assert.throws(() => reader.push(Buffer.from("GET / HTTP/1.1\r\n\r\n")), /none of the holder's protocol/);
});
