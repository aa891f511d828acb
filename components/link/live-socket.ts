/** One WebSocket to the lab-server, from its first try to its end: frames in and out, and the watch that it is alive. */
import { PING_AFTER } from "../../lab-server/protocol.ts";

/** Milliseconds until a socket that does not open, or a server that does not answer a ping, counts as lost. */
const PATIENCE = 10_000;

export type LiveSocketEvents<Said> = {
  open(): void;
  message(message: Said): void;
  /** A binary frame; where nobody listens they are dropped. */
  frame?(frame: Uint8Array): void;
  /** Once, and nothing after it. */
  lost(): void;
};

/** What text frames must be; a schema of zod fits. */
export type Reader<Said> = { parse(data: unknown): Said };

export class LiveSocket<Said> {
  readonly #socket: WebSocket;
  readonly #reader: Reader<Said>;
  readonly #events: LiveSocketEvents<Said>;
  #watch: ReturnType<typeof setTimeout>;
  #isOver = false;

  constructor(url: string, reader: Reader<Said>, events: LiveSocketEvents<Said>) {
    this.#reader = reader;
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

  /** Sends a frame, bytes as they are and anything else as JSON. Nothing is sent while the socket is not open. */
  send(frame: object | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(frame instanceof Uint8Array ? frame : JSON.stringify(frame));
  }

  /** Asks whether the server is there; if it does not answer in time the socket is lost. */
  probe(): void {
    clearTimeout(this.#watch);
    this.send({ type: "ping" });
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
      this.#events.frame?.(new Uint8Array(data));
      return;
    }
    const parsed = this.#read(data);
    if (parsed === undefined) {
      // This page is older or newer than the server: what it says cannot be relied on.
      console.error("The lab-server said something that this page does not understand:", data);
      return;
    }
    this.#events.message(parsed);
  }

  #read(data: unknown): Said | undefined {
    try {
      return this.#reader.parse(JSON.parse(String(data)));
    } catch {
      return undefined;
    }
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
