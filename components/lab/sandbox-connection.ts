/**
 * What every page's connection to a sandbox has: a socket that is kept open, a snapshot of what the page shows of it, the terminals that it
 * draws, and the X-ray. No React in it: `subscribe` and `getSnapshot` suit useSyncExternalStore.
 */
import { type Reference, ServerMessage } from "../../lab-server/protocol.ts";
import { KeptSocket } from "../link/kept-socket.ts";
import { Look } from "./look.ts";
import type { TerminalSink } from "./output-stream.ts";
import { randomPageId } from "./page-id.ts";
import type { ShownTerminal } from "./shown-terminal.ts";
import type { LabSnapshot } from "./snapshot.ts";

export type SandboxConnectionOptions = {
  /** `ws:` or `wss:` address of the lab-server's socket. */
  url: string;
  /** A fresh ticket; asked for before every connection. */
  ticket: () => Promise<string>;
};

/** What the lab-server says of the X-ray. */
export type XrayMessage = Extract<ServerMessage, { type: "xray.facts" | "xray.change" | "xray.raw" }>;

export abstract class SandboxConnection<Snapshot extends LabSnapshot> {
  protected readonly socket: KeptSocket<ServerMessage>;
  protected readonly client = randomPageId();
  protected readonly shown = new Map<number, ShownTerminal>();
  protected readonly xray = new Look<(message: XrayMessage) => void>((look) => this.socket.send({ type: "xray", look }));
  /** Whether the sandbox's welcome came on this socket. */
  protected isWelcome = false;
  readonly #listeners = new Set<() => void>();
  readonly #encoder = new TextEncoder();
  #snapshot: Snapshot;

  constructor({ url, ticket }: SandboxConnectionOptions, initial: Snapshot) {
    this.#snapshot = initial;
    this.socket = new KeptSocket(
      { url, ticket, reader: ServerMessage },
      {
        connecting: () => this.set({ ...this.#snapshot, link: { state: "connecting" } }),
        open: (ticket) => this.hello(ticket),
        message: (message) => this.#receive(message),
        frame: (frame) => {
          if (frame[0] !== undefined) this.draw(frame[0], frame.subarray(1));
        },
        closed: () => this.#closed(),
        waiting: (wait) => this.set({ ...this.#snapshot, link: { state: "reconnecting", ...wait } }),
        refused: ({ message }) => this.set({ ...this.#snapshot, link: { state: "failed", code: "no-ticket", message } }),
      },
    );
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): Snapshot => this.#snapshot;

  /** Connects, and from then on reconnects by itself until `dispose` or a fatal error. Also: try again now. */
  connect(): void {
    this.socket.connect();
  }

  /** Ends the connection. Shells go on. */
  dispose(): void {
    this.socket.dispose();
  }

  /** Stops drawing into the sink. The shell goes on. */
  hideTerminal(id: number, sink: TerminalSink): void {
    if (this.shown.get(id)?.sink === sink) this.shown.delete(id);
  }

  /** Types bytes into a terminal, where that may be. */
  abstract input(id: number, bytes: Uint8Array): void;

  /** Types text into the terminal in front; a newline is the Enter key. */
  type(text: string): void {
    this.input(this.#snapshot.active, this.#encoder.encode(text.replaceAll(/\r?\n/g, "\r")));
  }

  /** Puts a terminal in front. */
  setActive(id: number): void {
    if (id !== this.#snapshot.active) this.set({ ...this.#snapshot, active: id });
  }

  /** Looks at the X-ray, over losses and resets, until the function that it returns is called. One at a time. */
  lookAtXray(listener: (message: XrayMessage) => void): () => void {
    return this.xray.begin(listener);
  }

  /** Asks for the files that a fact was read from; the answer comes to whoever looks. */
  askRaw = (of: Reference): void => this.socket.send({ type: "xray.raw", of });

  /** The page introduces itself on a new socket. */
  protected abstract hello(ticket: string): void;

  /** The snapshot after what the lab-server said. */
  protected abstract after(before: Snapshot, message: ServerMessage): Snapshot;

  /** What else is to be done about it. */
  protected abstract receive(message: ServerMessage, before: Snapshot): void;

  /** There is no socket any more. */
  protected closed(): void {}

  /** Bytes of a terminal. */
  protected draw(terminal: number, bytes: Uint8Array): void {
    this.shown.get(terminal)?.data(bytes);
  }

  protected set(snapshot: Snapshot): void {
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  #receive(message: ServerMessage): void {
    const before = this.#snapshot;
    this.set(this.after(before, message));
    switch (message.type) {
      case "input":
        this.shown.get(message.terminal)?.confirm(message.offset);
        break;
      case "error":
        if (message.fatal && message.code === "bad-ticket") this.socket.ticketRefused();
        else if (message.fatal) this.socket.disconnect();
        break;
      case "xray.facts":
      case "xray.change":
      case "xray.raw":
        this.xray.listener?.(message);
        break;
      default:
        this.receive(message, before);
    }
  }

  #closed(): void {
    this.isWelcome = false;
    this.xray.closed();
    for (const shown of this.shown.values()) shown.closed();
    this.closed();
  }
}
