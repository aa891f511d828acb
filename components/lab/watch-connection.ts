/** The connection of a page that watches a learner: it draws their terminals in their size, and types only while the learner lets it. */
import { PROTOCOL_VERSION, type ServerMessage } from "../../lab-server/protocol.ts";
import type { TerminalSink } from "./output-stream.ts";
import { SandboxConnection, type SandboxConnectionOptions } from "./sandbox-connection.ts";
import { ShownTerminal } from "./shown-terminal.ts";
import { isNewSandbox } from "./snapshot.ts";
import { afterWatchMessage, INITIAL_WATCH, type WatchSnapshot } from "./watch-snapshot.ts";

export class WatchConnection extends SandboxConnection<WatchSnapshot> {
  constructor(options: SandboxConnectionOptions) {
    super(options, INITIAL_WATCH);
  }

  /** Draws a terminal of the learner from its beginning, as far as the lab-server still knows it. */
  openTerminal(id: number, sink: TerminalSink): void {
    const size = this.getSnapshot().sizes[id];
    if (size === undefined) return;
    const shown = new ShownTerminal(this.socket, id, size, sink);
    this.shown.set(id, shown);
    if (this.isWelcome && !(id in this.getSnapshot().exited)) shown.open();
  }

  /** Types bytes, if the learner lets this page. */
  input(id: number, bytes: Uint8Array): void {
    if (this.getSnapshot().typing === "yes") this.shown.get(id)?.type(bytes);
  }

  /** Asks the learner to let this page type, or gives that back. */
  wantToType(wanted: boolean): void {
    this.socket.send({ type: "typing", wanted });
  }

  protected hello(ticket: string): void {
    this.socket.send({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: this.client });
  }

  protected after = afterWatchMessage;

  protected receive(message: ServerMessage, before: WatchSnapshot): void {
    switch (message.type) {
      case "watching":
        this.socket.welcomed();
        this.xray.welcome();
        break;
      case "welcome":
        this.#welcome(isNewSandbox(before, message));
        break;
      case "opened":
        this.shown.get(message.terminal)?.opened(message.from, message.gap, message.input);
        break;
      case "size":
        this.#sized(message, message.terminal in before.exited);
        break;
      case "typing":
        if (before.typing !== message.state) this.#mayType(message.state === "yes");
    }
  }

  #welcome(isNewSandbox: boolean): void {
    const isNewSocket = !this.isWelcome;
    this.isWelcome = true;
    if (!isNewSandbox && !isNewSocket) return;
    for (const [id, shown] of this.shown) {
      if (isNewSandbox) shown.renew();
      if (this.getSnapshot().terminals.includes(id)) shown.open();
      else this.shown.delete(id);
    }
  }

  /** Another size; or another shell in a terminal whose shell had ended. */
  #sized({ terminal, cols, rows }: Extract<ServerMessage, { type: "size" }>, isAnother: boolean): void {
    const shown = this.shown.get(terminal);
    if (shown === undefined) return;
    shown.cols = cols;
    shown.rows = rows;
    if (!isAnother) return;
    shown.renew();
    shown.open();
  }

  /** What was typed before and has not arrived is meant for nobody any more; opened anew the terminal says how much did. */
  #mayType(may: boolean): void {
    for (const shown of this.shown.values()) {
      shown.dropInput();
      if (may) shown.open();
    }
  }

  protected override closed(): void {
    // On another socket it is asked for anew.
    const snapshot = this.getSnapshot();
    if (snapshot.typing !== "no") this.set({ ...snapshot, typing: "no" });
  }
}
