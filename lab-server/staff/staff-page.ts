/** One staff page's conversation over its WebSocket. */
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import { Allowance } from "../allowance.ts";
import { Conversation, parseMessage } from "../conversation.ts";
import { Refusal, tooFast } from "../refusal.ts";
import type { Desk, StaffWish } from "./desk.ts";
import type { BoardViewer } from "./news.ts";
import { StaffClientMessage, type StaffServerMessage } from "./wire.ts";

/** Wishes: so many at once, so many a second. */
const MOST_WISHES = 40;
const WISHES_PER_SECOND = 4;

export type StaffPageOptions = {
  socket: WebSocket;
  log: Logger;
  /** Finds out by its ticket what the page may do. Throws Refusal: all of them are fatal. */
  enter: (ticket: string, page: StaffPage) => Promise<Desk>;
  onClose: () => void;
};

export class StaffPage implements BoardViewer {
  readonly #options: StaffPageOptions;
  readonly #conversation: Conversation;
  readonly #allowance = new Allowance(MOST_WISHES, WISHES_PER_SECOND);
  #desk: Desk | undefined;

  constructor(options: StaffPageOptions) {
    this.#options = options;
    const { socket, log } = options;
    this.#conversation = new Conversation({
      socket,
      log,
      onText: (bytes) => this.#handle(parseMessage(StaffClientMessage, bytes)),
      onBytes: () => {
        throw new Refusal("bad-frame", "A staff page sends no bytes.");
      },
      onClose: () => {
        this.#desk?.leave();
        options.onClose();
      },
    });
  }

  get gone(): boolean {
    return this.#conversation.gone;
  }

  get queued(): number {
    return this.#conversation.queued;
  }

  get log(): Logger {
    return this.#conversation.log;
  }

  tell(message: StaffServerMessage): void {
    this.#conversation.send(JSON.stringify(message));
  }

  show(frame: Uint8Array): void {
    this.#conversation.sendText(frame);
  }

  /** Sends the page away: coming again by itself does not help. */
  dismiss(refusal: Refusal): void {
    this.#conversation.fail(refusal);
  }

  #handle(message: StaffClientMessage): void {
    if (message.type === "hello") {
      this.#conversation.greet();
      void this.#enter(message.ticket);
    } else if (message.type === "ping") this.tell({ type: "pong" });
    else if (!this.#desk) throw new Refusal("bad-message", "The page must say hello first, and hear what it asked to see.");
    else void this.#answer(this.#desk, message);
  }

  async #enter(ticket: string): Promise<void> {
    try {
      const desk = await this.#options.enter(ticket, this);
      if (this.gone) desk.leave();
      else this.#desk = desk;
    } catch (error) {
      this.#conversation.fail(error);
    }
  }

  async #answer(desk: Desk, wish: StaffWish): Promise<void> {
    const { id } = wish;
    try {
      if (!this.#allowance.take()) throw tooFast();
      const answer = await desk.handle(wish);
      if (answer) this.tell({ type: "done", id, ...answer });
    } catch (error) {
      this.#conversation.complain(error, { id });
    }
  }
}
