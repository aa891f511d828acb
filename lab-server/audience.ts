/** Those who see a session: the learner's own pages, and whoever looks on. */
import type { Listener } from "./listener.ts";
import type { ServerMessage, TaskState } from "./protocol.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { Size } from "./terminal/terminal.ts";
import { Watchers } from "./watchers.ts";

export class Audience {
  readonly pages = new Set<Listener>();
  readonly watchers: Watchers;

  /** `onWatchers`: who looks on has changed, or what they may do; the learner's pages have been told. */
  constructor(onWatchers: () => void) {
    this.watchers = new Watchers(() => {
      this.tell({ type: "helpers", helpers: this.watchers.helpers });
      onWatchers();
    });
  }

  get size(): number {
    return this.pages.size + this.watchers.size;
  }

  /** Tells the learner's pages. */
  tell(message: ServerMessage): void {
    for (const page of this.pages) page.tell(message);
  }

  tellAll(message: ServerMessage): void {
    for (const page of this.#all) page.tell(message);
  }

  /** The terminal's shell has ended. */
  exited(terminal: number, code: number | null): void {
    for (const page of this.#all) page.forget(terminal);
    this.tellAll({ type: "exited", terminal, code });
  }

  /** The sandbox is gone, and its terminals with it. */
  ended({ terminals }: Sandbox, reason: Extract<ServerMessage, { type: "ended" }>["reason"]): void {
    for (const page of this.#all) for (const number of terminals.keys()) page.forget(number);
    this.tellAll({ type: "ended", reason });
    this.watchers.forbid();
  }

  /** Welcomes those who look on, or one of them: they are told the terminals' sizes too. */
  welcomeWatchers(sandbox: Sandbox, tasks: TaskState[], pages: readonly Listener[] = this.watchers.pages): void {
    for (const page of pages) {
      page.tell(welcome(sandbox, tasks, false));
      for (const [terminal, { size }] of sandbox.terminals) page.tell({ type: "size", terminal, ...size });
    }
  }

  /** Those who look on follow a terminal's size. */
  tellSize(terminal: number, size: Size): void {
    for (const page of this.watchers.pages) page.tell({ type: "size", terminal, ...size });
  }

  get #all(): Listener[] {
    return [...this.pages, ...this.watchers.pages];
  }
}

/** What a page is told when the sandbox is ready for it. `fresh`: it was made just now. */
export function welcome(sandbox: Sandbox, tasks: TaskState[], fresh: boolean): ServerMessage {
  const terminals = [...sandbox.terminals.keys()].sort();
  return { type: "welcome", sandbox: sandbox.info, terminals, tasks, fresh };
}
