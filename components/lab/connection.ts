/**
 * The lab page's connection to the lab-server: keeps one WebSocket open through losses, knows what the page shows, and
 * carries terminals' bytes so that nothing is lost or doubled. No React in it: `subscribe` and `getSnapshot` suit useSyncExternalStore.
 */
import { type ClientMessage, MAX_TERMINALS, PROTOCOL_VERSION, type ServerMessage } from "../../lab-server/protocol.ts";
import { InputQueue } from "./input-queue.ts";
import { LabSocket } from "./lab-socket.ts";
import { OutputStream, type TerminalSink } from "./output-stream.ts";
import { randomPageId } from "./page-id.ts";
import { reconnectDelay } from "./reconnect-delay.ts";
import { afterMessage, INITIAL_SNAPSHOT, isNewSandbox, type LabSnapshot, withTerminal } from "./snapshot.ts";

export type { TerminalSink } from "./output-stream.ts";
export type { LabSnapshot } from "./snapshot.ts";

export type LabConnectionOptions = {
  /** `ws:` or `wss:` address of the lab-server's socket. */
  url: string;
  /** A fresh ticket; asked for before every connection. */
  ticket: () => Promise<string>;
};

type Shown = { cols: number; rows: number; sink: TerminalSink; output: OutputStream; input: InputQueue; isOpen: boolean };

/** Errors after which a terminal that was asked for does not come. */
const OPEN_FAILURES: readonly string[] = ["too-many-terminals", "create-failed", "disk-full", "no-such-terminal", "internal"];

export class LabConnection {
  readonly #options: LabConnectionOptions;
  readonly #client = randomPageId();
  readonly #listeners = new Set<() => void>();
  readonly #shown = new Map<number, Shown>();
  readonly #encoder = new TextEncoder();
  #snapshot = INITIAL_SNAPSHOT;
  #socket: LabSocket | undefined;
  #isWelcome = false;
  /** The terminal that `hello` asked for, until the welcome. */
  #asked: number | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each try, so that a ticket that comes late opens no second socket. */
  #try = 0;

  constructor(options: LabConnectionOptions) {
    this.#options = options;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): LabSnapshot => this.#snapshot;

  /** Connects, and from then on reconnects by itself until `dispose` or a fatal error. Also: try again now. */
  connect(): void {
    this.#disconnect();
    window.addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    if (this.#snapshot.link.state !== "reconnecting") this.#attempt = 0;
    this.#set({ link: { state: "connecting" } });
    const attempt = this.#try;
    this.#options.ticket().then(
      (ticket) => {
        if (attempt === this.#try) this.#open(ticket);
      },
      (error: unknown) => {
        console.error("No ticket for the lab-server:", error);
        if (attempt === this.#try) this.#reconnectLater();
      },
    );
  }

  /** Ends the connection. Shells go on. */
  dispose(): void {
    this.#disconnect();
    window.removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
  }

  /** Shows a terminal from its beginning, as far as the lab-server still knows it, and starts a shell if there is none. */
  openTerminal(id: number, cols: number, rows: number, sink: TerminalSink): void {
    const wasExited = id in this.#snapshot.exited;
    const input = wasExited ? undefined : this.#shown.get(id)?.input;
    const shown = { cols, rows, sink, input: input ?? new InputQueue(), output: this.#outputTo(id, sink), isOpen: false };
    this.#shown.set(id, shown);
    const { [id]: _, ...exited } = this.#snapshot.exited;
    this.#set({ exited, terminals: withTerminal(this.#snapshot.terminals, id) });
    if (this.#isWelcome && this.#snapshot.ended === undefined) this.#say({ type: "open", terminal: id, cols, rows });
  }

  /** Stops drawing into the sink. The shell goes on. */
  hideTerminal(id: number, sink: TerminalSink): void {
    if (this.#shown.get(id)?.sink === sink) this.#shown.delete(id);
  }

  /** Starts a shell again in a terminal whose shell has ended. */
  restartTerminal(id: number): void {
    const shown = this.#shown.get(id);
    if (shown === undefined || !(id in this.#snapshot.exited)) return;
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
    if (shown.input.push(bytes)) this.#sendInput(id, shown);
    else this.#set({ notice: { code: "frame-too-large", message: "That is too much to paste into a terminal at once." } });
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

  dismissNotice(): void {
    this.#set({ notice: undefined });
  }

  #open(ticket: string): void {
    this.#socket = new LabSocket(this.#options.url, {
      open: () => this.#hello(ticket),
      message: (message) => this.#receive(message),
      output: (terminal, bytes) => this.#shown.get(terminal)?.output.data(bytes),
      lost: () => this.#reconnectLater(),
    });
  }

  #hello(ticket: string): void {
    const active = this.#shown.get(this.#snapshot.active);
    // One that has output already is asked for after the welcome, which tells whether the sandbox is still the same.
    this.#asked = active?.output.received === 0 ? this.#snapshot.active : undefined;
    const open =
      active && this.#asked !== undefined ? { open: { terminal: this.#asked, cols: active.cols, rows: active.rows } } : {};
    this.#say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: this.#client, ...open });
  }

  #receive(message: ServerMessage): void {
    const before = this.#snapshot;
    this.#set(afterMessage(before, message));
    if (message.type === "welcome") this.#welcome(isNewSandbox(before, message));
    else if (message.type === "opened") this.#opened(message);
    else if (message.type === "input") this.#confirmed(message.terminal, message.offset);
    else if (message.type === "error") this.#failed(message);
  }

  #welcome(isNewSandbox: boolean): void {
    const isNewSocket = !this.#isWelcome;
    this.#isWelcome = true;
    this.#attempt = 0;
    if (isNewSandbox || isNewSocket) for (const [id, shown] of this.#shown) this.#reopen(id, shown, isNewSandbox);
    this.#asked = undefined;
  }

  /** Asks for a terminal on a new socket, or in a new sandbox, where it begins again. */
  #reopen(id: number, shown: Shown, isNewSandbox: boolean): void {
    if (id in this.#snapshot.exited) return;
    if (!this.#snapshot.terminals.includes(id)) {
      this.#shown.delete(id);
      return;
    }
    shown.isOpen = false;
    if (isNewSandbox) {
      shown.sink.clear();
      shown.output = this.#outputTo(id, shown.sink);
      shown.input = new InputQueue();
    }
    if (id === this.#asked) return;
    const { received } = shown.output;
    const from = received > 0 ? { from: received } : {};
    this.#say({ type: "open", terminal: id, cols: shown.cols, rows: shown.rows, ...from });
  }

  #opened({ terminal, from, gap, input }: Extract<ServerMessage, { type: "opened" }>): void {
    const shown = this.#shown.get(terminal);
    if (shown === undefined) return;
    shown.output.begin(from, gap);
    shown.input.resume(input);
    shown.isOpen = true;
    // The size may have changed while the answer was on its way, and another page may have set its own.
    this.#say({ type: "resize", terminal, cols: shown.cols, rows: shown.rows });
    this.#sendInput(terminal, shown);
  }

  #confirmed(terminal: number, offset: number): void {
    const shown = this.#shown.get(terminal);
    if (shown === undefined) return;
    shown.input.confirm(offset);
    this.#sendInput(terminal, shown);
  }

  #sendInput(terminal: number, shown: Shown): void {
    if (!shown.isOpen || this.#socket === undefined) return;
    for (let piece = shown.input.next(); piece !== undefined; piece = shown.input.next()) this.#socket.input(terminal, piece);
  }

  #failed({ code, fatal }: Extract<ServerMessage, { type: "error" }>): void {
    if (fatal) this.#disconnect();
    else if (OPEN_FAILURES.includes(code)) {
      const failed = [...this.#shown].filter(([, { isOpen }]) => !isOpen).map(([id]) => [id, null]);
      this.#set({ exited: { ...this.#snapshot.exited, ...Object.fromEntries(failed) } });
    }
  }

  #reconnectLater(): void {
    this.#disconnect();
    this.#attempt += 1;
    const delay = reconnectDelay(this.#attempt);
    this.#set({ link: { state: "reconnecting", at: Date.now() + delay, attempt: this.#attempt } });
    this.#retry = setTimeout(() => this.connect(), delay);
  }

  /** The network or the page is back. */
  #wake = (): void => {
    if (document.visibilityState === "hidden") return;
    if (this.#snapshot.link.state === "reconnecting") this.connect();
    else if (this.#isWelcome) this.#socket?.probe();
  };

  #disconnect(): void {
    this.#try += 1;
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = undefined;
    this.#isWelcome = false;
    for (const shown of this.#shown.values()) shown.isOpen = false;
  }

  #outputTo(id: number, sink: TerminalSink): OutputStream {
    return new OutputStream(sink, (offset) => this.#say({ type: "ack", terminal: id, offset }));
  }

  #say(message: ClientMessage): void {
    this.#socket?.say(message);
  }

  #set(change: Partial<LabSnapshot>): void {
    if (change === this.#snapshot) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
