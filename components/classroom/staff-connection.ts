/** A staff page's connection to the lab-server: one WebSocket kept open through losses, and questions that are answered by id. */
import {
  STAFF_PROTOCOL_VERSION,
  STAFF_SOCKET_PATH,
  type StaffClientMessage,
  StaffServerMessage,
} from "../../lab-server/staff/wire.ts";
import { KeptSocket } from "../link/kept-socket.ts";

/** Milliseconds that an answer may take. A reset makes a sandbox, which takes longest. */
const PATIENCE = 30_000;

export type StaffLink =
  | { state: "connecting" }
  | { state: "open" }
  /** `at`: when the next try begins, milliseconds since the epoch. */
  | { state: "reconnecting"; at: number; attempt: number }
  /** Trying again by itself would not help. `code`: the lab-server's, or the status of the site's answer. */
  | { state: "failed"; code: string; message: string };

type WithoutId<T> = T extends { id: number } ? Omit<T, "id"> : never;
/** What is answered by `done`, `error` or `statistics`. */
export type StaffRequest = WithoutId<StaffClientMessage>;
export type StaffAnswer = Extract<StaffServerMessage, { type: "done" | "statistics" }>;
/** What the lab-server says by itself. */
export type StaffNews = Extract<StaffServerMessage, { type: "board" | "board.change" | "operations" }>;

type Waiting = { resolve: (answer: StaffAnswer) => void; reject: (error: Error) => void; timer: ReturnType<typeof setTimeout> };

export type StaffConnectionOptions = {
  /** A fresh ticket; asked for before every connection. */
  ticket: () => Promise<string>;
  /** Hears the board or the operations, whole after each connection, and what changes. */
  onNews: (news: StaffNews) => void;
};

/** Address of the lab-server's socket for staff, at the origin of this page. */
function staffAddress(): string {
  const url = new URL(STAFF_SOCKET_PATH, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

export class StaffConnection {
  readonly #onNews: StaffConnectionOptions["onNews"];
  readonly #socket: KeptSocket<StaffServerMessage>;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<number, Waiting>();
  #link: StaffLink = { state: "connecting" };
  #lastId = 0;

  constructor({ ticket, onNews }: StaffConnectionOptions) {
    this.#onNews = onNews;
    this.#socket = new KeptSocket(
      { url: staffAddress(), ticket, reader: StaffServerMessage },
      {
        // Between two tries it stays what it was: a loss that is being mended.
        connecting: () => {
          if (this.#link.state !== "reconnecting") this.#set({ state: "connecting" });
        },
        open: (ticket) => this.#socket.send({ type: "hello", protocol: STAFF_PROTOCOL_VERSION, ticket }),
        message: (message) => this.#receive(message),
        closed: () => this.#giveUp("The connection to the lab-server was lost before it answered. Look whether it was done."),
        waiting: (wait) => this.#set({ state: "reconnecting", ...wait }),
        refused: ({ status, message }) => this.#set({ state: "failed", code: String(status), message }),
      },
    );
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): StaffLink => this.#link;

  /** Connects, and from then on reconnects by itself until `dispose` or a fatal error. Also: try again now. */
  connect(): void {
    this.#socket.connect();
  }

  dispose(): void {
    this.#socket.dispose();
  }

  /** Asks for something. Rejects with one sentence for whoever asked. */
  ask(request: StaffRequest): Promise<StaffAnswer> {
    if (this.#link.state !== "open")
      return Promise.reject(new Error("There is no connection to the lab-server now. Try again when it is back."));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#settle(id)?.reject(new Error("The lab-server did not answer in time. Look whether it was done.")),
        PATIENCE,
      );
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send({ ...request, id });
    });
  }

  #receive(message: StaffServerMessage): void {
    switch (message.type) {
      case "board":
      case "operations":
        if (this.#link.state !== "open") {
          this.#socket.welcomed();
          this.#set({ state: "open" });
        }
        this.#onNews(message);
        break;
      case "board.change":
        this.#onNews(message);
        break;
      case "done":
      case "statistics":
        this.#settle(message.id)?.resolve(message);
        break;
      case "error":
        if (message.id !== undefined) this.#settle(message.id)?.reject(new Error(message.message));
        else console.error(`The lab-server says: ${message.message} (${message.code})`);
        if (message.fatal) {
          this.#set({ state: "failed", code: message.code, message: message.message });
          if (message.code === "bad-ticket") this.#socket.ticketRefused();
          else this.#socket.disconnect();
        }
        break;
      case "pong":
        break;
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #giveUp(why: string): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new Error(why));
  }

  #set(link: StaffLink): void {
    this.#link = link;
    for (const listener of this.#listeners) listener();
  }
}
