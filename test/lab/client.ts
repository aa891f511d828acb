/** A page without a browser: speaks the protocol over a real WebSocket and keeps all that it hears. */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { patient } from "../../cli/lab/patience.ts";
import {
  ACK_EVERY,
  type ClientMessage,
  DEMONSTRATION,
  INPUT_WINDOW,
  MAX_CLIENT_FRAME,
  PROTOCOL_VERSION,
  ServerMessage,
  SOCKET_PATH,
  terminalFrame,
} from "../../lab-server/protocol.ts";

/** Milliseconds. Generous: what takes this long does not come. */
const PATIENCE = patient(30_000);
const LONGEST_PATIENCE = 4 * PATIENCE;

type Said<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** What a page knows of one terminal. */
class TerminalView {
  chunks: Buffer[] = [];
  /** Output offset of the first byte in `chunks`. */
  start = 0;
  received = 0;
  acknowledged = 0;
  /** All input typed, of which the first `sent` bytes went out on this socket or were said to have arrived. */
  input = Buffer.alloc(0);
  sent = 0;
  written = 0;
  isOpen = false;

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

export class LabClient {
  readonly opened: Promise<unknown>;
  readonly closed: Promise<{ code: number }>;
  readonly messages: ServerMessage[] = [];
  /** The text frames as they came. */
  readonly frames: string[] = [];
  client = "";
  /** Whether output is acknowledged by itself. */
  acknowledges = true;
  #socket: WebSocket;
  #changed = new EventEmitter();
  #terminals = new Map<number, TerminalView>();
  /** How far `hear` has read. */
  #heard = 0;
  #isClosed = false;
  /** When the last frame came. */
  #lastNews = 0;

  constructor(url: string, origin: string) {
    this.#changed.setMaxListeners(0);
    this.#socket = new WebSocket(`${url}${SOCKET_PATH}`, {
      ...(origin === "" ? {} : { origin }),
      perMessageDeflate: false,
    });
    this.#socket.on("error", () => {});
    this.opened = once(this.#socket, "open");
    this.closed = new Promise((resolve) => this.#socket.once("close", (code) => resolve({ code })));
    this.#socket.once("close", () => {
      this.#isClosed = true;
      this.#changed.emit("change");
    });
    this.#socket.on("message", () => {
      this.#lastNews = Date.now();
    });
    this.#socket.on("message", (data: Buffer, isBinary) => (isBinary ? this.#output(data) : this.#message(data)));
  }

  hello(ticket: string, client: string): void {
    this.client = client;
    this.say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client });
  }

  say(message: ClientMessage): void {
    this.raw(JSON.stringify(message));
  }

  /** Sends a frame as it is: text as a text frame, bytes as a binary one. */
  raw(frame: string | Uint8Array): void {
    this.#socket.send(frame);
  }

  /** Takes over what that page knew, as one does that lost its connection. */
  resumeFrom(page: LabClient): void {
    for (const [number, view] of page.#terminals) {
      const mine = this.#terminal(number);
      Object.assign(mine, view, { chunks: [...view.chunks], acknowledged: view.received, isOpen: false });
    }
  }

  /** Opens a terminal, from where it was if this page resumes. */
  async open(number: number, { cols = 80, rows = 24 } = {}): Promise<Said<"opened">> {
    const view = this.#terminals.get(number);
    this.say({ type: "open", terminal: number, cols, rows, ...(view ? { from: view.received } : {}) });
    return this.hear("opened", (message) => message.terminal === number);
  }

  type(number: number, text: string): void {
    const view = this.#terminal(number);
    view.input = Buffer.concat([view.input, Buffer.from(text)]);
    this.#sendInput(number);
  }

  output(number: number): string {
    return this.#terminal(number).bytes.toString();
  }

  /** Offset of the terminal's output up to which this page has it. */
  received(number: number): number {
    return this.#terminal(number).received;
  }

  bytes(number: number): Buffer {
    return this.#terminal(number).bytes;
  }

  /** The next message of this type that was not heard yet; those before it are skipped. Fails if the socket closes first. */
  async hear<T extends ServerMessage["type"]>(type: T, accepts: (message: Said<T>) => boolean = () => true): Promise<Said<T>> {
    const isIt = (message: ServerMessage): message is Said<T> => message.type === type && accepts(message as Said<T>);
    let found: Said<T> | undefined;
    await this.until(`a message ${type}`, () => {
      while (found === undefined && this.#heard < this.messages.length) {
        const message = this.messages[this.#heard++];
        if (message && isIt(message)) found = message;
      }
      return found !== undefined;
    });
    assert(found);
    return found;
  }

  /** Waits until the terminal has shown the text. */
  see(number: number, text: string | RegExp): Promise<void> {
    return this.until(`${text} in terminal ${number}`, () => {
      const output = this.output(number);
      return typeof text === "string" ? output.includes(text) : text.test(output);
    });
  }

  /** Types a command and waits for its output, which must not be in what is typed. */
  async run(number: number, command: string, text: string | RegExp): Promise<void> {
    this.type(number, `${command}\n`);
    await this.see(number, text);
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const begun = Date.now();
    while (!holds()) {
      // As long as something comes there is hope, up to a point.
      const left = Math.min(Math.max(begun, this.#lastNews) + PATIENCE, begun + LONGEST_PATIENCE) - Date.now();
      if (left <= 0 || this.#isClosed) {
        const screens = [...this.#terminals].map(([number, view]) => `terminal ${number}: ${view.bytes.toString().slice(-2000)}`);
        const reason = this.#isClosed ? "the socket closed" : "it did not come";
        throw new Error(
          `waited for ${what}: ${reason}.\n${this.messages.map((message) => JSON.stringify(message)).join("\n")}\n${screens.join("\n")}`,
        );
      }
      const timer = setTimeout(() => this.#changed.emit("change"), left);
      await once(this.#changed, "change");
      clearTimeout(timer);
    }
  }

  /** Reads nothing more from the network, until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends the connection as a lost network does: without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #terminal(number: number): TerminalView {
    const view = this.#terminals.get(number) ?? new TerminalView();
    this.#terminals.set(number, view);
    return view;
  }

  #message(data: Buffer): void {
    this.frames.push(data.toString());
    const message = ServerMessage.parse(JSON.parse(data.toString()));
    this.messages.push(message);
    if (message.type === "opened") {
      const view = this.#terminal(message.terminal);
      if (message.gap || view.chunks.length === 0) Object.assign(view, { chunks: [], start: message.from });
      Object.assign(view, { received: message.from, acknowledged: message.from, sent: message.input, isOpen: true });
      // Fewer than were once written: it is another shell, for which what was typed was not meant.
      if (message.input < view.written) Object.assign(view, { input: Buffer.alloc(0), sent: 0, written: 0 });
      this.#sendInput(message.terminal);
    } else if (message.type === "input") {
      this.#terminal(message.terminal).written = message.offset;
      this.#sendInput(message.terminal);
    } else if (message.type === "demonstration") {
      // What was drawn of it is void.
      this.#terminals.delete(DEMONSTRATION);
    } else if (message.type === "exited") {
      this.#terminals.delete(message.terminal);
    } else if (message.type === "ended") {
      this.#terminals.clear();
    }
    this.#changed.emit("change");
  }

  #output(frame: Buffer): void {
    const number = frame[0];
    assert(number !== undefined);
    const view = this.#terminal(number);
    view.chunks.push(frame.subarray(1));
    view.received += frame.length - 1;
    if (this.acknowledges && number !== DEMONSTRATION && view.received - view.acknowledged >= ACK_EVERY) {
      view.acknowledged = view.received;
      this.say({ type: "ack", terminal: number, offset: view.received });
    }
    this.#changed.emit("change");
  }

  #sendInput(number: number): void {
    const view = this.#terminal(number);
    while (view.isOpen && view.sent < view.input.length && view.sent - view.written < INPUT_WINDOW) {
      // A frame's first byte names the terminal.
      const room = Math.min(INPUT_WINDOW - (view.sent - view.written), MAX_CLIENT_FRAME);
      const bytes = view.input.subarray(view.sent, view.sent + room);
      this.raw(terminalFrame(number, bytes));
      view.sent += bytes.length;
    }
  }
}
