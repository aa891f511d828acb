/** A terminal of an instructor that a class looks at. It waits for nobody: a page that cannot follow begins again near the end. */
import type { Listener } from "../listener.ts";
import { DEMONSTRATION } from "../protocol.ts";
import type { Session } from "../session.ts";
import type { Size, Terminal, TerminalViewer } from "../terminal/terminal.ts";

/** Bytes of the output so far that a page begins with. */
const TAIL = 128 * 1024;
/** Milliseconds: while a window is dragged its size changes many times. */
const SETTLE = 200;

export type DemonstrationOptions = {
  /** The instructor's own, and which of its terminals. */
  session: Session;
  number: number;
  terminal: Terminal;
  /** Who shows it: their account and their name. */
  account: string;
  from: string;
  /** It has another size. */
  onSize: () => void;
  /** The terminal has ended. */
  onEnd: () => void;
};

export class Demonstration {
  readonly session: Session;
  readonly number: number;
  readonly account: string;
  readonly from: string;
  readonly #terminal: Terminal;
  readonly #views = new Map<Listener, TerminalViewer>();
  readonly #forgetSize: () => void;
  #settling: NodeJS.Timeout | undefined;
  #over = false;

  constructor({ session, number, terminal, account, from, onSize, onEnd }: DemonstrationOptions) {
    this.session = session;
    this.number = number;
    this.account = account;
    this.from = from;
    this.#terminal = terminal;
    this.#forgetSize = terminal.onSize(() => {
      this.#settling ??= setTimeout(() => {
        this.#settling = undefined;
        onSize();
        for (const page of [...this.#views.keys()]) this.show(page);
      }, SETTLE);
    });
    terminal.onExit(() => {
      if (!this.#over) onEnd();
    });
  }

  get size(): Size {
    return this.#terminal.size;
  }

  /** Shows it to a page, from near the end of what there is. */
  show(page: Listener): void {
    this.hide(page);
    const viewer: TerminalViewer = {
      role: "tap",
      client: page.client,
      data: (bytes) => page.showBytes(DEMONSTRATION, bytes),
      gap: () => this.show(page),
      inputWritten: () => {},
      queued: () => page.queued,
    };
    this.#views.set(page, viewer);
    page.tell({ type: "demonstration", ...this.size });
    this.#terminal.attach(viewer, this.#terminal.lineStart(TAIL));
  }

  hide(page: Listener): void {
    const viewer = this.#views.get(page);
    if (viewer) this.#terminal.detach(viewer);
    this.#views.delete(page);
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#settling);
    this.#forgetSize();
    for (const page of [...this.#views.keys()]) this.hide(page);
  }
}
