/** The lab page's connection to the lab-server: the learner's own sandbox, its tasks, and what is said in a class. */
import {
  type ClientMessage,
  DEMONSTRATION,
  MAX_TERMINALS,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "../../lab-server/protocol.ts";
import { Look } from "./look.ts";
import type { TerminalSink } from "./output-stream.ts";
import { SandboxConnection, type SandboxConnectionOptions } from "./sandbox-connection.ts";
import { ShownTerminal } from "./shown-terminal.ts";
import { afterMessage, INITIAL_SNAPSHOT, isNewSandbox, type LabSnapshot, withTerminal } from "./snapshot.ts";

export type LabConnectionOptions = SandboxConnectionOptions & {
  /** The first terminal is asked for in this size, before there is anything to draw it on. Without it, when that is there. */
  early?: { cols: number; rows: number };
};

/** Where a demonstration is drawn: it begins in a size, anew each time that this is called, and its bytes follow. */
export type DemonstrationSink = { begin(cols: number, rows: number): void; write(bytes: Uint8Array): void };

/** What a learner says in a class. */
type ClassroomMessage = Extract<ClientMessage, { type: "hand" | "step" | "helper" }>;

export class LabConnection extends SandboxConnection<LabSnapshot> {
  readonly #demonstration = new Look<DemonstrationSink>((look) => this.socket.send({ type: "demonstration", look }));
  /** The terminal that `hello` asked for, until the welcome. */
  #asked: number | undefined;

  constructor({ early, ...options }: LabConnectionOptions) {
    super(options, INITIAL_SNAPSHOT);
    const { active } = INITIAL_SNAPSHOT;
    if (early) this.shown.set(active, new ShownTerminal(this.socket, active, early));
  }

  /** Shows a terminal from its beginning, as far as the lab-server still knows it, and starts a shell if there is none. One that was asked for early goes on. */
  openTerminal(id: number, cols: number, rows: number, sink: TerminalSink): void {
    const before = id in this.getSnapshot().exited ? undefined : this.shown.get(id);
    if (before && before.sink === undefined) {
      before.drawOn(sink);
      this.resize(id, cols, rows);
      return;
    }
    const shown = new ShownTerminal(this.socket, id, { cols, rows }, sink, before);
    this.shown.set(id, shown);
    const { [id]: _, ...exited } = this.getSnapshot().exited;
    this.#change({ exited, terminals: withTerminal(this.getSnapshot().terminals, id) });
    if (this.isWelcome && this.getSnapshot().ended === undefined) shown.open();
  }

  /** Starts a shell again in a terminal whose shell has ended. */
  restartTerminal(id: number): void {
    const shown = this.shown.get(id);
    if (shown?.sink === undefined || !(id in this.getSnapshot().exited)) return;
    shown.sink.clear();
    this.openTerminal(id, shown.cols, shown.rows, shown.sink);
  }

  /** A tab for one more terminal, and the active one. Undefined if there are MAX_TERMINALS. */
  addTerminal(): number | undefined {
    const free = Array.from({ length: MAX_TERMINALS }, (_, index) => index + 1).find(
      (id) => !this.getSnapshot().terminals.includes(id),
    );
    if (free !== undefined) this.#change({ terminals: withTerminal(this.getSnapshot().terminals, free), active: free });
    return free;
  }

  /** Ends the terminal's shell and takes its tab away. */
  closeTerminal(id: number): void {
    if (!(id in this.getSnapshot().exited)) this.#say({ type: "close", terminal: id });
    this.shown.delete(id);
    const place = this.getSnapshot().terminals.indexOf(id);
    const terminals = this.getSnapshot().terminals.filter((other) => other !== id);
    const { [id]: _, ...exited } = this.getSnapshot().exited;
    const active = this.getSnapshot().active === id ? (terminals[Math.max(0, place - 1)] ?? 1) : this.getSnapshot().active;
    this.#change({ terminals, exited, active });
  }

  resize(id: number, cols: number, rows: number): void {
    const shown = this.shown.get(id);
    if (shown === undefined || (shown.cols === cols && shown.rows === rows)) return;
    shown.cols = cols;
    shown.rows = rows;
    if (shown.isOpen) this.#say({ type: "resize", terminal: id, cols, rows });
  }

  /** Types bytes. They wait here while there is no connection. */
  input(id: number, bytes: Uint8Array): void {
    const shown = this.shown.get(id);
    if (shown === undefined || id in this.getSnapshot().exited || this.getSnapshot().ended !== undefined) return;
    if (!shown.type(bytes))
      this.#change({ notice: { code: "frame-too-large", message: "That is too much to paste into a terminal at once." } });
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
    if (this.isWelcome) this.#say(message);
  }

  /** Looks at the demonstration in the class, over losses, until the function that it returns is called. One at a time. */
  lookAtDemonstration(sink: DemonstrationSink): () => void {
    return this.#demonstration.begin(sink);
  }

  dismissNotice(): void {
    this.#change({ notice: undefined });
  }

  protected hello(ticket: string): void {
    const active = this.shown.get(this.getSnapshot().active);
    // One that has output already is asked for after the welcome, which tells whether the sandbox is still the same.
    const asked = active?.isDrawn === false ? active : undefined;
    this.#asked = asked?.id;
    const open = asked && { open: { terminal: asked.id, cols: asked.cols, rows: asked.rows } };
    this.#say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: this.client, ...open });
  }

  protected override draw(terminal: number, bytes: Uint8Array): void {
    if (terminal === DEMONSTRATION) this.#demonstration.listener?.write(bytes);
    else super.draw(terminal, bytes);
  }

  protected after = afterMessage;

  protected receive(message: ServerMessage, before: LabSnapshot): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(isNewSandbox(before, message));
        break;
      case "opened":
        this.#opened(message);
        break;
      case "demonstration":
        this.#demonstration.listener?.begin(message.cols, message.rows);
    }
  }

  #welcome(isNewSandbox: boolean): void {
    const isNewSocket = !this.isWelcome;
    this.isWelcome = true;
    this.socket.welcomed();
    this.xray.welcome();
    this.#demonstration.welcome();
    if (isNewSandbox || isNewSocket) for (const shown of this.shown.values()) this.#reopen(shown, isNewSandbox);
    this.#asked = undefined;
  }

  /** Asks for a terminal on a new socket, or in a new sandbox, where it begins again. */
  #reopen(shown: ShownTerminal, isNewSandbox: boolean): void {
    if (shown.id in this.getSnapshot().exited) return;
    if (!this.getSnapshot().terminals.includes(shown.id)) {
      this.shown.delete(shown.id);
      return;
    }
    if (isNewSandbox) shown.renew();
    if (shown.id !== this.#asked) shown.open();
  }

  #opened({ terminal, from, gap, input }: Extract<ServerMessage, { type: "opened" }>): void {
    const shown = this.shown.get(terminal);
    if (shown === undefined) return;
    // The size may have changed while the answer was on its way, and another page may have set its own.
    this.#say({ type: "resize", terminal, cols: shown.cols, rows: shown.rows });
    shown.opened(from, gap, input);
  }

  protected override closed(): void {
    this.#demonstration.closed();
    // Who looks now is told again with the next welcome.
    if (this.getSnapshot().helpers.length > 0) this.#change({ helpers: [] });
  }

  #say(message: ClientMessage): void {
    this.socket.send(message);
  }

  #change(change: Partial<LabSnapshot>): void {
    this.set({ ...this.getSnapshot(), ...change });
  }
}
