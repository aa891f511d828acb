/** The terminals that a page shows. */
import type { Attendance } from "./attendance.ts";
import type { Listener } from "./listener.ts";
import { terminalBytes } from "./metrics.ts";
import type { ClientMessage } from "./protocol.ts";
import { Refusal } from "./refusal.ts";
import type { Terminal, TerminalViewer } from "./terminal/terminal.ts";

type Wish<T extends ClientMessage["type"]> = Omit<Extract<ClientMessage, { type: T }>, "type">;
type Shown = { terminal: Terminal; viewer: TerminalViewer };

export class PageTerminals {
  readonly #page: Listener;
  readonly #shown = new Map<number, Shown>();

  constructor(page: Listener) {
    this.#page = page;
  }

  /** Throws Refusal or SandboxError. */
  async open(attendance: Attendance, { terminal: number, cols, rows, from }: Wish<"open">): Promise<void> {
    const terminal = await attendance.openTerminal(number, cols, rows);
    this.forget(number);
    const page = this.#page;
    if (page.gone) return;
    const { client } = page;
    const viewer: TerminalViewer = {
      client,
      ...(attendance.isOnlooker ? { role: "onlooker" } : {}),
      data: (bytes) => page.showBytes(number, bytes),
      gap: (start) =>
        page.tell({ type: "opened", terminal: number, from: start, gap: true, input: terminal.inputOffset(client) }),
      inputWritten: (offset) => page.tell({ type: "input", terminal: number, offset }),
      queued: () => page.queued,
    };
    this.#shown.set(number, { terminal, viewer });
    // Who only looks on is not counted among those who type.
    const isKnown = attendance.isOnlooker ? false : terminal.meet(client);
    const attached = terminal.attach(viewer, isKnown ? from : undefined);
    const gap = attached.gap || (!isKnown && from !== undefined && from > 0);
    if (attendance.isOnlooker) page.tell({ type: "size", terminal: number, ...terminal.size });
    page.tell({ type: "opened", terminal: number, from: attached.from, gap, input: terminal.inputOffset(client) });
  }

  /** The page types: `frame` names the terminal in its first byte. Throws Refusal. */
  input(attendance: Attendance | undefined, frame: Uint8Array): void {
    const number = frame[0];
    if (number === undefined)
      throw new Refusal("bad-frame", "A binary frame names its terminal in its first byte, and this one is empty.");
    const shown = this.#shown.get(number);
    if (!shown || !attendance)
      throw new Refusal("no-such-terminal", `Terminal ${number} is not open on this page. Open it before you type.`);
    attendance.type(number);
    shown.terminal.input(this.#page.client, frame.subarray(1));
    terminalBytes.inc({ direction: "in" }, frame.length - 1);
  }

  /** Throws Refusal or SandboxError. */
  resize({ terminal, cols, rows }: Wish<"resize">): void {
    this.#demand(terminal).terminal.resize(cols, rows);
  }

  /** Throws Refusal. */
  ack({ terminal: number, offset }: Wish<"ack">): void {
    const { terminal, viewer } = this.#demand(number);
    terminal.ack(viewer, offset);
  }

  forget(number: number): void {
    const shown = this.#shown.get(number);
    this.#shown.delete(number);
    shown?.terminal.detach(shown.viewer);
  }

  forgetAll(): void {
    for (const number of [...this.#shown.keys()]) this.forget(number);
  }

  #demand(number: number): Shown {
    const shown = this.#shown.get(number);
    if (!shown) throw new Refusal("no-such-terminal", `Terminal ${number} is not open on this page.`);
    return shown;
  }
}
