/** A staff page without a browser: an instructor's board, or an operator's page. Keeps the board as the page would have it. */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { patient } from "../../cli/lab/patience.ts";
import {
  type BoardLearner,
  STAFF_PROTOCOL_VERSION,
  STAFF_SOCKET_PATH,
  type StaffClientMessage,
  StaffServerMessage,
} from "../../lab-server/staff/wire.ts";

/** Milliseconds. Generous: what takes this long does not come. */
const PATIENCE = patient(30_000);

type Said<T extends StaffServerMessage["type"]> = Extract<StaffServerMessage, { type: T }>;
type Asked = StaffClientMessage extends infer M ? (M extends { id: number } ? Omit<M, "id"> : never) : never;

export class StaffClient {
  readonly opened: Promise<unknown>;
  readonly messages: StaffServerMessage[] = [];
  /** As they came. */
  readonly frames: string[] = [];
  readonly learners = new Map<string, BoardLearner>();
  isClosed = false;
  readonly #socket: WebSocket;
  readonly #changed = new EventEmitter();
  #nextId = 1;

  constructor(port: number, origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.#changed.setMaxListeners(0);
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}${STAFF_SOCKET_PATH}`, { origin, headers, perMessageDeflate: false });
    this.#socket.on("error", () => {});
    this.opened = once(this.#socket, "open");
    this.#socket.once("close", () => {
      this.isClosed = true;
      this.#changed.emit("change");
    });
    this.#socket.on("message", (data) => {
      this.frames.push(String(data));
      this.#hear(StaffServerMessage.parse(JSON.parse(String(data))));
    });
  }

  hello(ticket: string): void {
    this.say({ type: "hello", protocol: STAFF_PROTOCOL_VERSION, ticket });
  }

  say(message: StaffClientMessage): void {
    this.raw(JSON.stringify(message));
  }

  raw(frame: string | Uint8Array): void {
    this.#socket.send(frame);
  }

  /** Asks for something and waits for the answer. */
  async ask(wish: Asked): Promise<Said<"done" | "statistics" | "error">> {
    const id = this.#nextId++;
    this.raw(JSON.stringify({ ...wish, id }));
    const isAnswer = (message: StaffServerMessage): message is Said<"done" | "statistics" | "error"> =>
      (message.type === "done" || message.type === "statistics" || message.type === "error") && message.id === id;
    await this.until(`an answer to ${wish.type}`, () => this.messages.some(isAnswer));
    const answer = this.messages.find(isAnswer);
    assert(answer);
    return answer;
  }

  /** The row of a learner. */
  row(learner: string): BoardLearner {
    const row = this.learners.get(learner);
    assert(row, `${learner} is on the board`);
    return row;
  }

  /** Waits until the board's row of the learner is so. */
  async see(learner: string, what: string, holds: (row: BoardLearner) => boolean): Promise<BoardLearner> {
    await this.until(`${what} of ${learner}`, () => {
      const row = this.learners.get(learner);
      return row !== undefined && holds(row);
    });
    return this.row(learner);
  }

  /** The fatal error that ends the conversation. */
  async refusal(): Promise<string> {
    await this.until("the end", () => this.isClosed, true);
    const fatal = this.messages.flatMap((message) => (message.type === "error" && message.fatal ? [message.code] : []));
    return fatal[0] ?? "none";
  }

  last<T extends StaffServerMessage["type"]>(type: T): Said<T> | undefined {
    return this.messages.findLast((message): message is Said<T> => message.type === type);
  }

  async until(what: string, holds: () => boolean, mayClose = false): Promise<void> {
    for (const end = Date.now() + PATIENCE; !holds(); ) {
      if (Date.now() > end || (this.isClosed && !mayClose)) {
        const heard = this.messages.slice(-20).map((message) => JSON.stringify(message).slice(0, 600));
        throw new Error(`waited for ${what}: ${this.isClosed ? "the socket closed" : "it did not come"}.\n${heard.join("\n")}`);
      }
      const timer = setTimeout(() => this.#changed.emit("change"), 1_000);
      await once(this.#changed, "change");
      clearTimeout(timer);
    }
  }

  cut(): void {
    this.#socket.terminate();
  }

  #hear(message: StaffServerMessage): void {
    this.messages.push(message);
    if (message.type === "board") this.learners.clear();
    if (message.type === "board" || message.type === "board.change")
      for (const row of message.learners) this.learners.set(row.learner, row);
    if (message.type === "board.change") for (const learner of message.gone) this.learners.delete(learner);
    this.#changed.emit("change");
  }
}
