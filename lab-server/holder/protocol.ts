/**
 * The wire between the lab-server and its holder, a unix socket. A frame is a length (of what follows, 4 bytes), a kind (1 byte), and its
 * body. All numbers are big-endian.
 *
 * The two may be of different releases: the holder goes on while the lab-server is replaced. So within one version things are only
 * added, and both sides skip kinds, messages and fields that they do not know. A change that breaks this is a new version: the
 * lab-server then ends the old holder, and its shells with it.
 */
import type { Writable } from "node:stream";
import { z } from "zod";
import { Launch } from "../sandbox/runc/pty-launch.ts";

export const HOLDER_PROTOCOL = 1;
/** Name of the socket in the holder's folder. */
export const SOCKET = "socket";

/** A longer frame is none of ours, bytes. */
const MAX_FRAME = 4 * 1024 * 1024;
const HEADER = 5;
/** Bytes. */
const FEW = 4 * 1024;
const KIND = { message: 0, output: 1, input: 2 } as const;

/** Names a pty for as long as its holder lives. */
const handle = z.int().min(0);
const offset = z.int().min(0);

/** What the lab-server says. */
export const ServerToHolder = z.discriminatedUnion("type", [
  /** First message of a connection. */
  z.object({ type: z.literal("hello"), protocol: z.int() }),
  z.object({ type: z.literal("open"), request: z.int(), sandbox: z.string(), terminal: z.int(), launch: Launch }),
  z.object({ type: z.literal("acknowledge"), handle, offset }),
  z.object({ type: z.literal("meet"), handle, client: z.string() }),
  z.object({ type: z.literal("resize"), handle, cols: z.int(), rows: z.int() }),
  /** Hang up if the shell still runs, and forget it once its end was told. */
  z.object({ type: z.literal("close"), handle }),
]);
export type ServerToHolder = z.infer<typeof ServerToHolder>;

const Account = z.object({ arrived: offset, written: offset });

const Held = z.object({
  handle,
  sandbox: z.string(),
  terminal: z.int(),
  pid: z.int(),
  /** Offset of the oldest output byte kept; output frames from there on follow. */
  start: offset,
  /** Offset up to which output was acknowledged. Added later: a holder may not tell. */
  acknowledged: offset.default(0),
  clients: z.array(z.tuple([z.string(), Account])),
  /** Its shell has ended, which no lab-server has heard yet. */
  exit: z.object({ code: z.int().nullable() }).optional(),
});
export type Held = z.infer<typeof Held>;

/** What the holder says. */
export const HolderToServer = z.discriminatedUnion("type", [
  /** The answer to `hello`. Where it speaks another version, nothing follows. */
  z.object({ type: z.literal("hello"), protocol: z.int() }),
  z.object({ type: z.literal("held"), held: z.array(Held) }),
  /** Everything that was kept has been sent. */
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("opened"), request: z.int(), handle, pid: z.int() }),
  z.object({ type: z.literal("failed"), request: z.int(), message: z.string() }),
  z.object({ type: z.literal("written"), handle, client: z.string(), offset }),
  z.object({ type: z.literal("exited"), handle, code: z.int().nullable() }),
]);
export type HolderToServer = z.infer<typeof HolderToServer>;

export type Output = { handle: number; offset: number; bytes: Uint8Array };
export type Input = Output & { client: string };
export type Frame = { message: unknown } | { output: Output } | { input: Input };

export function messageFrame(message: ServerToHolder | HolderToServer): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([header(KIND.message, text.length, 0), text]);
}

export function sendOutput(socket: Writable, { handle, offset, bytes }: Output): void {
  const head = header(KIND.output, 10 + bytes.length, 10);
  head.writeUInt32BE(handle, HEADER);
  head.writeUIntBE(offset, HEADER + 4, 6);
  send(socket, head, bytes);
}

export function sendInput(socket: Writable, { handle, client, offset, bytes }: Input): void {
  const name = Buffer.from(client);
  const head = header(KIND.input, 11 + name.length + bytes.length, 11 + name.length);
  head.writeUInt32BE(handle, HEADER);
  head.writeUIntBE(offset, HEADER + 4, 6);
  head.writeUInt8(name.length, HEADER + 10);
  name.copy(head, HEADER + 11);
  send(socket, head, bytes);
}

/** Puts frames together again. What a frame holds is the listener's only until it returns. Throws Error where what comes is no frame. */
export class FrameReader {
  readonly #listener: (frame: Frame) => void;
  /** Holds the beginning of a frame whose end is still to come: always the same memory, where a buffer for each would soon be garbage. */
  #memory: Buffer = Buffer.alloc(0);
  #kept = 0;

  constructor(listener: (frame: Frame) => void) {
    this.#listener = listener;
  }

  /** Of `bytes` nothing is kept. */
  push(bytes: Buffer): void {
    let rest = this.#kept === 0 ? bytes : this.#append(bytes);
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE(0);
      if (length < 1 || length > MAX_FRAME) throw new Error(`A frame of ${length} bytes is none of the holder's protocol.`);
      if (rest.length < 4 + length) break;
      const frame = parse(rest.readUInt8(4), rest.subarray(HEADER, 4 + length));
      rest = rest.subarray(4 + length);
      if (frame !== undefined) this.#listener(frame);
    }
    this.#kept = 0;
    this.#append(rest);
  }

  /** All that is kept then. `bytes` may lie in the memory themselves. */
  #append(bytes: Buffer): Buffer {
    const end = this.#kept + bytes.length;
    if (end > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#memory.length));
      this.#memory.copy(larger, 0, 0, this.#kept);
      this.#memory = larger;
    }
    bytes.copy(this.#memory, this.#kept);
    this.#kept = end;
    return this.#memory.subarray(0, end);
  }
}

function header(kind: number, bodyLength: number, fixed: number): Buffer {
  const head = Buffer.allocUnsafe(HEADER + fixed);
  head.writeUInt32BE(1 + bodyLength, 0);
  head.writeUInt8(kind, 4);
  return head;
}

/** Few bytes are copied beside their head, many are sent as they lie. */
function send(socket: Writable, head: Buffer, bytes: Uint8Array): void {
  if (bytes.length <= FEW) {
    socket.write(Buffer.concat([head, bytes]));
    return;
  }
  socket.cork();
  socket.write(head);
  socket.write(bytes);
  socket.uncork();
}

function parse(kind: number, body: Buffer): Frame | undefined {
  if (kind === KIND.message) return { message: JSON.parse(body.toString()) };
  if (kind !== KIND.output && kind !== KIND.input) return undefined;
  const handle = body.readUInt32BE(0);
  const offset = body.readUIntBE(4, 6);
  if (kind === KIND.output) return { output: { handle, offset, bytes: body.subarray(10) } };
  const end = 11 + body.readUInt8(10);
  return { input: { handle, offset, client: body.toString("utf8", 11, end), bytes: body.subarray(end) } };
}
