/** One lab page's conversation over its WebSocket: reads what it says, answers, and carries terminal bytes. */
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import { Allowance } from "./allowance.ts";
import type { Attendance } from "./attendance.ts";
import { Conversation, parseMessage } from "./conversation.ts";
import type { Listener } from "./listener.ts";
import { terminalBytes } from "./metrics.ts";
import { PageTerminals } from "./page-terminals.ts";
import { ClientMessage, MAX_TERMINALS, type Reference, type ServerMessage } from "./protocol.ts";
import { Refusal, tooFast } from "./refusal.ts";

/** Questions for the files behind a fact: so many at once, so many a second. */
const MOST_RAW = 12;
const RAW_PER_SECOND = 4;

export type Hello = Extract<ClientMessage, { type: "hello" }>;

export type PageOptions = {
  socket: WebSocket;
  log: Logger;
  /** Finds out by its ticket in which capacity the page comes, and lets it in. Throws Refusal: all of them are fatal. */
  enter: (hello: Hello, page: Page) => Promise<Attendance>;
  onClose: () => void;
};

export class Page implements Listener {
  client = "";
  readonly #options: PageOptions;
  readonly #conversation: Conversation;
  readonly #terminals = new PageTerminals(this);
  #attendance: Attendance | undefined;
  #rawAllowance = new Allowance(MOST_RAW, RAW_PER_SECOND);

  constructor(options: PageOptions) {
    this.#options = options;
    const { socket, log } = options;
    this.#conversation = new Conversation({
      socket,
      log,
      onText: (bytes) => this.#handle(parseMessage(ClientMessage, bytes, hintOf)),
      onBytes: (bytes) => this.#terminals.input(this.#attendance, bytes),
      onClose: () => this.#close(),
    });
  }

  get gone(): boolean {
    return this.#conversation.gone;
  }

  get queued(): number {
    return this.#conversation.queued;
  }

  tell(message: ServerMessage): void {
    this.#conversation.send(JSON.stringify(message));
  }

  show(frame: Uint8Array): void {
    this.#conversation.sendText(frame);
  }

  showBytes(terminal: number, bytes: Uint8Array): void {
    if (this.gone) return;
    this.#conversation.sendBytes(terminal, bytes);
    terminalBytes.inc({ direction: "out" }, bytes.length);
  }

  forget(number: number): void {
    this.#terminals.forget(number);
  }

  dismiss(refusal: Refusal): void {
    this.#conversation.fail(refusal);
  }

  /** Answers what can be answered at once; the rest complains later by itself. */
  #handle(message: ClientMessage): void {
    if (message.type === "hello") {
      this.#conversation.greet();
      void this.#enter(message);
      return;
    }
    if (message.type === "ping") {
      this.tell({ type: "pong" });
      return;
    }
    const attendance = this.#attendance;
    if (!attendance) throw new Refusal("bad-message", "The page must say hello and be welcomed first.");
    switch (message.type) {
      case "open":
        this.#later(this.#terminals.open(attendance, message), message.terminal);
        break;
      case "resize":
        if (!attendance.isOnlooker) this.#terminals.resize(message);
        break;
      case "ack":
        this.#terminals.ack(message);
        break;
      case "xray":
        attendance.session.look(this, message.look);
        break;
      case "xray.raw":
        this.#later(this.#raw(attendance, message.of));
        break;
      default: {
        const work = attendance.handle(message);
        if (work) this.#later(work);
      }
    }
  }

  async #enter(hello: Hello): Promise<void> {
    this.client = hello.client;
    try {
      const attendance = await this.#options.enter(hello, this);
      if (this.gone) {
        attendance.leave();
        return;
      }
      this.#attendance = attendance;
      this.#conversation.log = this.#conversation.log.child({ sandbox: attendance.session.sandbox?.id });
      if (hello.open) this.#later(this.#terminals.open(attendance, hello.open), hello.open.terminal);
    } catch (error) {
      this.#conversation.fail(error);
    }
  }

  async #raw({ session }: Attendance, of: Reference): Promise<void> {
    if (!this.#rawAllowance.take()) throw tooFast();
    this.tell({ type: "xray.raw", of, files: await session.raw(of) });
  }

  /** `terminal`: the one that the work opens. */
  #later(work: Promise<unknown>, terminal?: number): void {
    work.catch((error: unknown) => this.#conversation.complain(error, { terminal }));
  }

  #close(): void {
    this.#terminals.forgetAll();
    this.#attendance?.leave();
    this.#options.onClose();
  }
}

function hintOf(field: string): string {
  return field === "terminal" ? ` A sandbox has terminals 1 to ${MAX_TERMINALS}.` : "";
}
