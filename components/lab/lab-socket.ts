/** One WebSocket to the lab-server, from its first try to its end: frames in and out, and the watch that it is alive. */
import { type ClientMessage, PING_AFTER, ServerMessage, terminalFrame } from "../../lab-server/protocol.ts";

/** Milliseconds until a socket that does not open, or a server that does not answer a ping, counts as lost. */
const PATIENCE = 10_000;

export type LabSocketEvents = {
  open(): void;
  message(message: ServerMessage): void;
  output(terminal: number, bytes: Uint8Array): void;
  /** Once, and nothing after it. */
  lost(): void;
};

export class LabSocket {
  readonly #socket: WebSocket;
  readonly #events: LabSocketEvents;
  #watch: ReturnType<typeof setTimeout>;
  #isOver = false;

  constructor(url: string, events: LabSocketEvents) {
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#watch = setTimeout(() => this.#lose(), PATIENCE);
    this.#socket.onopen = () => {
      this.#heard();
      events.open();
    };
    this.#socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    this.#socket.onclose = () => this.#lose();
  }

  say(message: ClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  input(terminal: number, bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(terminalFrame(terminal, bytes));
  }

  /** Asks whether the server is there; if it does not answer in time the socket is lost. */
  probe(): void {
    clearTimeout(this.#watch);
    this.say({ type: "ping" });
    this.#watch = setTimeout(() => this.#lose(), PATIENCE);
  }

  /** Closes without a word to the listener. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#watch);
    this.#socket.close();
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    this.#heard();
    if (data instanceof ArrayBuffer) {
      const frame = new Uint8Array(data);
      if (frame[0] !== undefined) this.#events.output(frame[0], frame.subarray(1));
      return;
    }
    const parsed = parse(data);
    if (parsed === undefined) {
      // This page is older or newer than the server: what it says cannot be relied on.
      console.error("The lab-server said something that this page does not understand:", data);
      return;
    }
    this.#events.message(parsed);
  }

  #heard(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.probe(), PING_AFTER);
  }

  #lose(): void {
    if (this.#isOver) return;
    this.close();
    this.#events.lost();
  }
}

function parse(data: unknown): ServerMessage | undefined {
  try {
    return ServerMessage.parse(JSON.parse(String(data)));
  } catch {
    return undefined;
  }
}
