/** What is alike in all conversations over a WebSocket: how fast it is read, how it begins, and what becomes of what makes no sense. */
import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import type * as z from "zod/mini";
import { errors } from "./metrics.ts";
import { Pace } from "./pace.ts";
import { Refusal, refusalOf } from "./refusal.ts";

/** Milliseconds that a page has to say `hello`. */
const HELLO_TIMEOUT = 10_000;
/** A page that says nothing sensible this often in a row is not one of ours. */
const MAX_BAD_FRAMES = 20;
/** Bytes. So many are copied behind their first byte; more are sent as they lie. */
const FEW = 4 * 1024;
/** RFC 6455: the endpoint ends the connection because of a message that violates its policy. */
const POLICY_VIOLATION = 1008;

export type ConversationOptions = {
  socket: WebSocket;
  log: Logger;
  /** A text frame, and a binary one. What they throw the page is told. */
  onText: (bytes: Uint8Array) => void;
  onBytes: (bytes: Uint8Array) => void;
  onClose: () => void;
};

/** What an error message says besides: which terminal or which wish it is about. */
export type About = { terminal?: number | undefined; id?: number | undefined };

export class Conversation {
  gone = false;
  /** Says which connection it is, and once it is known which sandbox. */
  log: Logger;
  readonly #options: ConversationOptions;
  readonly #pace: Pace;
  readonly #helloTimer: NodeJS.Timeout;
  #saidHello = false;
  #badFrames = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { socket, log } = options;
    this.log = log;
    this.#pace = new Pace(socket);
    this.#helloTimer = setTimeout(
      () => this.fail(new Refusal("bad-message", "The page did not say hello in time.")),
      HELLO_TIMEOUT,
    );
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", (error) => this.log.debug({ error }, "socket error"));
    socket.on("close", (code) => this.#close(code));
  }

  /** Bytes that wait to be sent. */
  get queued(): number {
    return this.#options.socket.bufferedAmount;
  }

  /** A page says hello once. Throws Refusal. */
  greet(): void {
    if (this.#saidHello) throw new Refusal("bad-message", "The page said hello twice.");
    this.#saidHello = true;
    clearTimeout(this.#helloTimer);
  }

  /** Sends a text frame. */
  send(frame: string): void {
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(frame);
  }

  /** Sends a text frame that is UTF-8 already. */
  sendText(frame: Uint8Array): void {
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(frame, { binary: false });
  }

  /**
   * Sends a binary message of `first` and `bytes`, which must stay as they are. Many go as a fragment of their own (RFC 6455, 5.4): a copy of
   * each piece of a flood would be collected as garbage while somebody waits for an echo.
   */
  sendBytes(first: number, bytes: Uint8Array): void {
    const { socket } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (bytes.length > FEW) {
      socket.send(Buffer.of(first), { binary: true, fin: false });
      socket.send(bytes, { binary: true, fin: true });
      return;
    }
    const frame = Buffer.allocUnsafe(1 + bytes.length);
    frame[0] = first;
    frame.set(bytes, 1);
    socket.send(frame);
  }

  complain(error: unknown, about: About = {}): void {
    const { code, message } = refusalOf(error);
    if (code === "internal") this.log.error({ error }, "a message could not be answered");
    else this.log.debug({ code }, message);
    errors.inc({ code });
    this.send(JSON.stringify({ type: "error", code, message, fatal: false, ...about }));
  }

  /** Ends it: coming again by itself does not help. */
  fail(error: unknown): void {
    const { code, message } = refusalOf(error);
    if (code === "internal") this.log.error({ error }, "a page could not be welcomed");
    else this.log.info({ code }, "a page was refused");
    errors.inc({ code });
    this.send(JSON.stringify({ type: "error", code, message, fatal: true }));
    this.#options.socket.close(POLICY_VIOLATION);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.gone) return;
    try {
      const bytes = bytesOf(data);
      this.#pace.read(bytes.length);
      if (isBinary) this.#options.onBytes(bytes);
      else this.#options.onText(bytes);
      this.#badFrames = 0;
    } catch (error) {
      this.complain(error);
      // What is asked too often makes sense all the same.
      if (refusalOf(error).code !== "too-fast") this.#badFrames += 1;
      if (this.#badFrames >= MAX_BAD_FRAMES) this.fail(new Refusal("bad-message", "Too many messages in a row made no sense."));
    }
  }

  #close(code: number): void {
    this.gone = true;
    clearTimeout(this.#helloTimer);
    this.#pace.close();
    this.#options.onClose();
    this.log.debug({ code }, "a page left");
  }
}

/** A text frame as a message. Throws Refusal with what is wrong; `hintOf` may say more of a field. */
export function parseMessage<T>(schema: z.ZodMiniType<T>, bytes: Uint8Array, hintOf: (field: string) => string = () => ""): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Refusal("bad-message", "A text frame is not JSON.", { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "message";
  throw new Refusal("bad-message", `The message cannot be understood, see its ${where}: ${issue?.message}.${hintOf(where)}`);
}

/** The server keeps ws's default binary type, so that a message is one Buffer. */
function bytesOf(data: RawData): Uint8Array {
  if (Buffer.isBuffer(data)) return data;
  if (Array.isArray(data)) return Buffer.concat(data);
  return new Uint8Array(data);
}
