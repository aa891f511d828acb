/**
 * The lab page's connection to the lab-server: knows what the page shows, and carries terminals' bytes. No React in it: `subscribe` and
 * `getSnapshot` suit useSyncExternalStore.
 */
import {
  type ClientMessage,
  DEMONSTRATION,
  MAX_TERMINALS,
  PROTOCOL_VERSION,
  type Reference,
  ServerMessage,
} from "../../lab-server/protocol.ts";
import { KeptSocket } from "../link/kept-socket.ts";
import { Look } from "./look.ts";
import type { TerminalSink } from "./output-stream.ts";
import { randomPageId } from "./page-id.ts";
import { ShownTerminal } from "./shown-terminal.ts";
import { afterMessage, INITIAL_SNAPSHOT, isNewSandbox, type LabSnapshot, withTerminal } from "./snapshot.ts";

export type { TerminalSink } from "./output-stream.ts";
export type { LabSnapshot } from "./snapshot.ts";

export type LabConnectionOptions = {
  /** `ws:` or `wss:` address of the lab-server's socket. */
  url: string;
  /** A fresh ticket; asked for before every connection. */
  ticket: () => Promise<string>;
  /** The first terminal is asked for in this size, before there is anything to draw it on. Without it, when that is there. */
  early?: { cols: number; rows: number };
};

/** What the lab-server says of the X-ray. */
export type XrayMessage = Extract<ServerMessage, { type: "xray.facts" | "xray.change" | "xray.raw" }>;

/** Where a demonstration is drawn: it begins in a size, anew each time that this is called, and its bytes follow. */
export type DemonstrationSink = { begin(cols: number, rows: number): void; write(bytes: Uint8Array): void };

/** What a learner says in a class. */
type ClassroomMessage = Extract<ClientMessage, { type: "hand" | "step" | "helper" }>;

export class LabConnection {
  readonly #socket: KeptSocket<ServerMessage>;
  readonly #client = randomPageId();
  readonly #listeners = new Set<() => void>();
  readonly #shown = new Map<number, ShownTerminal>();
  readonly #encoder = new TextEncoder();
  readonly #xray = new Look<(message: XrayMessage) => void>((look) => this.#say({ type: "xray", look }));
  readonly #demonstration = new Look<DemonstrationSink>((look) => this.#say({ type: "demonstration", look }));
  #snapshot = INITIAL_SNAPSHOT;
  #isWelcome = false;
  /** The terminal that `hello` asked for, until the welcome. */
  #asked: number | undefined;

  constructor({ url, ticket, early }: LabConnectionOptions) {
    this.#socket = new KeptSocket(
      { url, ticket, reader: ServerMessage },
      {
        connecting: () => this.#set({ link: { state: "connecting" } }),
        open: (ticket) => this.#hello(ticket),
        message: (message) => this.#receive(message),
        frame: (frame) => this.#draw(frame),
        closed: () => this.#closed(),
        waiting: (wait) => this.#set({ link: { state: "reconnecting", ...wait } }),
        refused: ({ message }) => this.#set({ link: { state: "failed", code: "no-ticket", message } }),
      },
    );
    const { active } = this.#snapshot;
    if (early) this.#shown.set(active, new ShownTerminal(this.#socket, active, early));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): LabSnapshot => this.#snapshot;

  /** Connects, and from then on reconnects by itself until `dispose` or a fatal error. Also: try again now. */
  connect(): void {
    this.#socket.connect();
  }

  /** Ends the connection. Shells go on. */
  dispose(): void {
    this.#socket.dispose();
  }

  /** Shows a terminal from its beginning, as far as the lab-server still knows it, and starts a shell if there is none. One that was asked for early goes on. */
  openTerminal(id: number, cols: number, rows: number, sink: TerminalSink): void {
    const before = id in this.#snapshot.exited ? undefined : this.#shown.get(id);
    if (before && before.sink === undefined) {
      before.drawOn(sink);
      this.resize(id, cols, rows);
      return;
    }
    const shown = new ShownTerminal(this.#socket, id, { cols, rows }, sink, before);
    this.#shown.set(id, shown);
    const { [id]: _, ...exited } = this.#snapshot.exited;
    this.#set({ exited, terminals: withTerminal(this.#snapshot.terminals, id) });
    if (this.#isWelcome && this.#snapshot.ended === undefined) shown.open();
  }

  /** Stops drawing into the sink. The shell goes on. */
  hideTerminal(id: number, sink: TerminalSink): void {
    if (this.#shown.get(id)?.sink === sink) this.#shown.delete(id);
  }

  /** Starts a shell again in a terminal whose shell has ended. */
  restartTerminal(id: number): void {
    const shown = this.#shown.get(id);
    if (shown?.sink === undefined || !(id in this.#snapshot.exited)) return;
    shown.sink.clear();
    this.openTerminal(id, shown.cols, shown.rows, shown.sink);
  }

  /** A tab for one more terminal, and the active one. Undefined if there are MAX_TERMINALS. */
  addTerminal(): number | undefined {
    const free = Array.from({ length: MAX_TERMINALS }, (_, index) => index + 1).find(
      (id) => !this.#snapshot.terminals.includes(id),
    );
    if (free !== undefined) this.#set({ terminals: withTerminal(this.#snapshot.terminals, free), active: free });
    return free;
  }

  /** Ends the terminal's shell and takes its tab away. */
  closeTerminal(id: number): void {
    if (!(id in this.#snapshot.exited)) this.#say({ type: "close", terminal: id });
    this.#shown.delete(id);
    const place = this.#snapshot.terminals.indexOf(id);
    const terminals = this.#snapshot.terminals.filter((other) => other !== id);
    const { [id]: _, ...exited } = this.#snapshot.exited;
    const active = this.#snapshot.active === id ? (terminals[Math.max(0, place - 1)] ?? 1) : this.#snapshot.active;
    this.#set({ terminals, exited, active });
  }

  resize(id: number, cols: number, rows: number): void {
    const shown = this.#shown.get(id);
    if (shown === undefined || (shown.cols === cols && shown.rows === rows)) return;
    shown.cols = cols;
    shown.rows = rows;
    if (shown.isOpen) this.#say({ type: "resize", terminal: id, cols, rows });
  }

  /** Types bytes. They wait here while there is no connection. */
  input(id: number, bytes: Uint8Array): void {
    const shown = this.#shown.get(id);
    if (shown === undefined || id in this.#snapshot.exited || this.#snapshot.ended !== undefined) return;
    if (!shown.type(bytes))
      this.#set({ notice: { code: "frame-too-large", message: "That is too much to paste into a terminal at once." } });
  }

  /** Types text into the active terminal; a newline is the Enter key. */
  type(text: string): void {
    this.input(this.#snapshot.active, this.#encoder.encode(text.replaceAll(/\r?\n/g, "\r")));
  }

  setActive(id: number): void {
    if (id !== this.#snapshot.active) this.#set({ active: id });
  }

  check(task: string): void {
    this.#say({ type: "check", task });
  }

  /** A fresh sandbox in place of this one, or of the one that has ended. */
  reset(): void {
    this.#say({ type: "reset" });
  }

  extend(): void {
    this.#say({ type: "extend" });
  }

  /** Says something in the class. Nothing happens while there is no connection. */
  sayInClass(message: ClassroomMessage): void {
    if (this.#isWelcome) this.#say(message);
  }

  /** Looks at the X-ray, over losses and resets, until the function that it returns is called. One at a time. */
  lookAtXray(listener: (message: XrayMessage) => void): () => void {
    return this.#xray.begin(listener);
  }

  /** Looks at the demonstration in the class, over losses, until the function that it returns is called. One at a time. */
  lookAtDemonstration(sink: DemonstrationSink): () => void {
    return this.#demonstration.begin(sink);
  }

  /** Asks for the files that a fact was read from; the answer comes to whoever looks. */
  askRaw = (of: Reference): void => this.#say({ type: "xray.raw", of });

  dismissNotice(): void {
    this.#set({ notice: undefined });
  }

  #hello(ticket: string): void {
    const active = this.#shown.get(this.#snapshot.active);
    // One that has output already is asked for after the welcome, which tells whether the sandbox is still the same.
    const asked = active?.isDrawn === false ? active : undefined;
    this.#asked = asked?.id;
    const open = asked && { open: { terminal: asked.id, cols: asked.cols, rows: asked.rows } };
    this.#say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: this.#client, ...open });
  }

  #draw(frame: Uint8Array): void {
    const [terminal] = frame;
    if (terminal === undefined) return;
    if (terminal === DEMONSTRATION) this.#demonstration.listener?.write(frame.subarray(1));
    else this.#shown.get(terminal)?.data(frame.subarray(1));
  }

  #receive(message: ServerMessage): void {
    const before = this.#snapshot;
    this.#set(afterMessage(before, message));
    switch (message.type) {
      case "welcome":
        this.#welcome(isNewSandbox(before, message));
        break;
      case "opened":
        this.#opened(message);
        break;
      case "input":
        this.#shown.get(message.terminal)?.confirm(message.offset);
        break;
      case "error":
        if (message.fatal && message.code === "bad-ticket") this.#socket.ticketRefused();
        else if (message.fatal) this.#socket.disconnect();
        break;
      case "demonstration":
        this.#demonstration.listener?.begin(message.cols, message.rows);
        break;
      case "xray.facts":
      case "xray.change":
      case "xray.raw":
        this.#xray.listener?.(message);
    }
  }

  #welcome(isNewSandbox: boolean): void {
    const isNewSocket = !this.#isWelcome;
    this.#isWelcome = true;
    this.#socket.welcomed();
    this.#xray.welcome();
    this.#demonstration.welcome();
    if (isNewSandbox || isNewSocket) for (const shown of this.#shown.values()) this.#reopen(shown, isNewSandbox);
    this.#asked = undefined;
  }

  /** Asks for a terminal on a new socket, or in a new sandbox, where it begins again. */
  #reopen(shown: ShownTerminal, isNewSandbox: boolean): void {
    if (shown.id in this.#snapshot.exited) return;
    if (!this.#snapshot.terminals.includes(shown.id)) {
      this.#shown.delete(shown.id);
      return;
    }
    if (isNewSandbox) shown.renew();
    if (shown.id !== this.#asked) shown.open();
  }

  #opened({ terminal, from, gap, input }: Extract<ServerMessage, { type: "opened" }>): void {
    const shown = this.#shown.get(terminal);
    if (shown === undefined) return;
    // The size may have changed while the answer was on its way, and another page may have set its own.
    this.#say({ type: "resize", terminal, cols: shown.cols, rows: shown.rows });
    shown.opened(from, gap, input);
  }

  #closed(): void {
    this.#isWelcome = false;
    this.#xray.closed();
    this.#demonstration.closed();
    for (const shown of this.#shown.values()) shown.closed();
    // Who looks now is told again with the next welcome.
    if (this.#snapshot.helpers.length > 0) this.#set({ helpers: [] });
  }

  #say(message: ClientMessage): void {
    this.#socket.send(message);
  }

  #set(change: Partial<LabSnapshot>): void {
    if (change === this.#snapshot) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
