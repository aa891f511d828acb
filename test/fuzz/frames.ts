/** What may come over a page's WebSocket, from right to absurd. */
import fc, { type Arbitrary } from "fast-check";
import { type ClientMessage, MAX_CLIENT_FRAME, MAX_TERMINALS, PROTOCOL_VERSION } from "../../lab-server/protocol.ts";

export type Frame = string | Uint8Array;

const terminal = fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: MAX_TERMINALS }));
const cols = fc.integer({ min: 2, max: 1000 });
const rows = fc.integer({ min: 1, max: 1000 });
const offset = fc.oneof(fc.nat(100_000), fc.maxSafeNat());
const name = fc.oneof(fc.constantFrom("make-a-file", "no-such-task"), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/));

/** A message as the protocol has it. A reset is rare: it takes a second. */
export const message: Arbitrary<ClientMessage> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("ping" as const) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("ack" as const), terminal, offset }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("resize" as const), terminal, cols, rows }) },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant("open" as const), terminal, cols, rows, from: offset },
      { requiredKeys: ["type", "terminal", "cols", "rows"] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("close" as const), terminal }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("check" as const), task: name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("extend" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("xray" as const), look: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("hand" as const), raised: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("step" as const), task: name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("helper" as const), helper: fc.uuid(), mayType: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("typing" as const), wanted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("demonstration" as const), look: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("hello" as const),
      protocol: fc.constant(PROTOCOL_VERSION),
      ticket: fc.string({ maxLength: 300 }),
      client: fc.uuid(),
    }),
  },
);

/** Values that stand where others are meant. */
const odd = fc.constantFrom<unknown>(
  ...[null, true, -1, 0, 0.5, 1e308, -0, 2 ** 53, 2 ** 64, "", "1", "\0", "x".repeat(5000), [], [[]], {}, { toString: null }],
);
const oddKey = fc.constantFrom("__proto__", "constructor", "toString", "type", "terminal", "", "a".repeat(200));

/** A right message with one of its values, or of these keys, another one. */
function altered(right: Arbitrary<object>, keys: readonly string[]): Arbitrary<string> {
  return fc
    .tuple(right, fc.oneof(fc.constantFrom(...keys), oddKey), odd)
    .map(([message, key, value]) => JSON.stringify({ ...message, ...Object.fromEntries([[key, value]]) }));
}

/** The text of a message with a piece of it replaced. */
function spliced(right: Arbitrary<object>): Arbitrary<string> {
  return fc
    .tuple(
      right,
      fc.nat(200),
      fc.nat(40),
      fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom('"', "\\", "{", "[", "1e999", ",")),
    )
    .map(([message, at, length, piece]) => {
      const text = JSON.stringify(message);
      const from = at % (text.length + 1);
      return text.slice(0, from) + piece + text.slice(from + length);
    });
}

const nested = fc
  .tuple(fc.constantFrom("[", '{"type":', '{"type":"ping","a":['), fc.nat(12_000))
  .map(([opening, depth]) => opening.repeat(Math.min(depth, Math.floor(MAX_CLIENT_FRAME / opening.length))));

const typed = fc.tuple(fc.oneof(fc.constantFrom(1, 2), fc.nat(255)), fc.uint8Array({ maxLength: 60 })).map(([first, bytes]) => {
  return Uint8Array.of(first, ...bytes);
});

/** Sizes around the limit; one byte beyond ends the connection. */
const large = fc
  .tuple(fc.constantFrom(1000, MAX_CLIENT_FRAME - 1, MAX_CLIENT_FRAME, MAX_CLIENT_FRAME + 1, MAX_CLIENT_FRAME + 2), fc.boolean())
  .map(([length, isText]): Frame => (isText ? "x".repeat(length) : new Uint8Array(length).fill(7)));

/** Any frame to a lab page's socket. */
export const frame = framesAround(message, ["terminal", "cols", "rows", "offset", "from", "task", "type", "look", "of"]);

/** Any frame, about half of them right, so that a connection lives for a while. `keys`: those whose values are replaced. */
export function framesAround(right: Arbitrary<object>, keys: readonly string[]): Arbitrary<Frame> {
  return fc.oneof(
    { weight: 500, arbitrary: right.map((message): Frame => JSON.stringify(message)) },
    { weight: 150, arbitrary: typed },
    { weight: 120, arbitrary: altered(right, keys) },
    { weight: 120, arbitrary: spliced(right) },
    { weight: 40, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
    { weight: 40, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 20, arbitrary: fc.jsonValue().map((value): Frame => JSON.stringify(value)) },
    { weight: 10, arbitrary: nested },
    { weight: 1, arbitrary: large },
  );
}

/** Bytes that break the rules of WebSockets themselves (RFC 6455), after a handshake that was right. */
export const wireBytes: Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  // A head of any flags, opcode, mask and length, and what follows it.
  fc
    .tuple(fc.nat(255), fc.boolean(), fc.oneof(fc.nat(125), fc.constantFrom(126, 127)), fc.uint8Array({ maxLength: 140 }))
    .map(([head, masked, length, rest]) => Uint8Array.of(head, (masked ? 0x80 : 0) | length, ...rest)),
  // Close frames of any code.
  fc.nat(0xffff).map((code) => Uint8Array.of(0x88, 0x82, 0, 0, 0, 0, code >> 8, code & 0xff)),
);
