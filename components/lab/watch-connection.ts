/**
 * The connection of a page that watches a learner: it draws their terminals in their size, and types only while the learner lets it. No
 * React in it: `subscribe` and `getSnapshot` suit useSyncExternalStore.
 */
import { PROTOCOL_VERSION, type Reference, ServerMessage } from "../../lab-server/protocol.ts";
import { KeptSocket } from "../link/kept-socket.ts";
import type { LabConnectionOptions, XrayMessage } from "./connection.ts";
import { Look } from "./look.ts";
import type { TerminalSink } from "./output-stream.ts";
import { randomPageId } from "./page-id.ts";
import { ShownTerminal } from "./shown-terminal.ts";
import { isNewSandbox } from "./snapshot.ts";
import { afterWatchMessage, INITIAL_WATCH, type WatchSnapshot } from "./watch-snapshot.ts";

export class WatchConnection {
  readonly #socket: KeptSocket<ServerMessage>;
  readonly #client = randomPageId();
  readonly #listeners = new Set<() => void>();
  readonly #shown = new Map<number, ShownTerminal>();
  readonly #encoder = new TextEncoder();
  readonly #xray = new Look<(message: XrayMessage) => void>((look) => this.#socket.send({ type: "xray", look }));
  #snapshot = INITIAL_WATCH;
  /** Whether the sandbox's welcome came on this socket. */
  #isWelcome = false;

  constructor({ url, ticket }: LabConnectionOptions) {
    this.#socket = new KeptSocket(
      { url, ticket, reader: ServerMessage },
      {
        connecting: () => this.#set({ link: { state: "connecting" } }),
        open: (ticket) => this.#socket.send({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: this.#client }),
        message: (message) => this.#receive(message),
        frame: (frame) => {
          if (frame[0] !== undefined) this.#shown.get(frame[0])?.data(frame.subarray(1));
        },
        closed: () => this.#closed(),
        waiting: (wait) => this.#set({ link: { state: "reconnecting", ...wait } }),
        refused: ({ message }) => this.#set({ link: { state: "failed", code: "no-ticket", message } }),
      },
    );
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): WatchSnapshot => this.#snapshot;

  /** Connects, and from then on reconnects by itself until `dispose` or a fatal error. Also: try again now. */
  connect(): void {
    this.#socket.connect();
  }

  dispose(): void {
    this.#socket.dispose();
  }

  /** Draws a terminal of the learner from its beginning, as far as the lab-server still knows it. */
  openTerminal(id: number, sink: TerminalSink): void {
    const size = this.#snapshot.sizes[id];
    if (size === undefined) return;
    const shown = new ShownTerminal(this.#socket, id, size, sink);
    this.#shown.set(id, shown);
    if (this.#isWelcome && !(id in this.#snapshot.exited)) shown.open();
  }

  /** Stops drawing into the sink. */
  hideTerminal(id: number, sink: TerminalSink): void {
    if (this.#shown.get(id)?.sink === sink) this.#shown.delete(id);
  }

  setActive(id: number): void {
    this.#set({ active: id });
  }

  /** Types bytes, if the learner lets this page. */
  input(id: number, bytes: Uint8Array): void {
    if (this.#snapshot.typing === "yes") this.#shown.get(id)?.type(bytes);
  }

  /** Types text into the terminal in front; a newline is the Enter key. */
  type(text: string): void {
    this.input(this.#snapshot.active, this.#encoder.encode(text.replaceAll(/\r?\n/g, "\r")));
  }

  /** Asks the learner to let this page type, or gives that back. */
  wantToType(wanted: boolean): void {
    this.#socket.send({ type: "typing", wanted });
  }

  /** Looks at the X-ray, over losses and resets, until the function that it returns is called. One at a time. */
  lookAtXray(listener: (message: XrayMessage) => void): () => void {
    return this.#xray.begin(listener);
  }

  /** Asks for the files that a fact was read from; the answer comes to whoever looks. */
  askRaw = (of: Reference): void => this.#socket.send({ type: "xray.raw", of });

  #receive(message: ServerMessage): void {
    const before = this.#snapshot;
    this.#set(afterWatchMessage(before, message));
    switch (message.type) {
      case "watching":
        this.#socket.welcomed();
        this.#xray.welcome();
        break;
      case "welcome":
        this.#welcome(isNewSandbox(before, message));
        break;
      case "opened":
        this.#shown.get(message.terminal)?.opened(message.from, message.gap, message.input);
        break;
      case "input":
        this.#shown.get(message.terminal)?.confirm(message.offset);
        break;
      case "size":
        this.#sized(message, message.terminal in before.exited);
        break;
      case "typing":
        if (before.typing !== message.state) this.#mayType(message.state === "yes");
        break;
      case "error":
        if (message.fatal && message.code === "bad-ticket") this.#socket.ticketRefused();
        else if (message.fatal) this.#socket.disconnect();
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
    if (!isNewSandbox && !isNewSocket) return;
    for (const [id, shown] of this.#shown) {
      if (isNewSandbox) shown.renew();
      if (this.#snapshot.terminals.includes(id)) shown.open();
      else this.#shown.delete(id);
    }
  }

  /** Another size; or another shell in a terminal whose shell had ended. */
  #sized({ terminal, cols, rows }: Extract<ServerMessage, { type: "size" }>, isAnother: boolean): void {
    const shown = this.#shown.get(terminal);
    if (shown === undefined) return;
    shown.cols = cols;
    shown.rows = rows;
    if (!isAnother) return;
    shown.renew();
    shown.open();
  }

  /** What was typed before and has not arrived is meant for nobody any more; opened anew the terminal says how much did. */
  #mayType(may: boolean): void {
    for (const shown of this.#shown.values()) {
      shown.dropInput();
      if (may) shown.open();
    }
  }

  #closed(): void {
    this.#isWelcome = false;
    this.#xray.closed();
    for (const shown of this.#shown.values()) shown.closed();
    // On another socket it is asked for anew.
    if (this.#snapshot.typing !== "no") this.#set({ typing: "no" });
  }

  #set(change: Partial<WatchSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
