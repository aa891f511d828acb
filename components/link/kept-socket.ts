/** Keeps a WebSocket to the lab-server open through losses: a fresh ticket for every try, longer and longer waits, at once when the network is back. */
import { LiveSocket, type Reader } from "./live-socket.ts";
import { reconnectDelay } from "./reconnect-delay.ts";
import { NoTicket } from "./tickets.ts";

export type KeptSocketOptions<Said> = {
  /** `ws:` or `wss:` address of the lab-server's socket. */
  url: string;
  /** A fresh ticket; asked for before every connection. */
  ticket: () => Promise<string>;
  reader: Reader<Said>;
};

export type KeptSocketEvents<Said> = {
  /** A try begins. */
  connecting(): void;
  /** The socket is open: now the page introduces itself. */
  open(ticket: string): void;
  message(message: Said): void;
  frame?(frame: Uint8Array): void;
  /** There is no socket any more. */
  closed(): void;
  /** The next try begins by itself; `at` in milliseconds since the epoch. */
  waiting(wait: { at: number; attempt: number }): void;
  /** The site gives no ticket, and trying again by itself would not help. */
  refused(refusal: NoTicket): void;
};

export class KeptSocket<Said> {
  readonly #options: KeptSocketOptions<Said>;
  readonly #events: KeptSocketEvents<Said>;
  #socket: LiveSocket<Said> | undefined;
  #isWelcome = false;
  #isWaiting = false;
  /** Whether the server has refused a ticket since it last greeted the page. */
  #isTicketRefused = false;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each try, so that a ticket that comes late opens no second socket. */
  #try = 0;

  constructor(options: KeptSocketOptions<Said>, events: KeptSocketEvents<Said>) {
    this.#options = options;
    this.#events = events;
  }

  /** Connects, and from then on reconnects by itself until `dispose` or `disconnect`. Also: try again now. */
  connect(): void {
    this.disconnect();
    window.addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    if (!this.#isWaiting) this.#attempt = 0;
    this.#isWaiting = false;
    this.#events.connecting();
    const attempt = this.#try;
    this.#options.ticket().then(
      (ticket) => {
        if (attempt === this.#try) this.#open(ticket);
      },
      (error: unknown) => {
        if (attempt !== this.#try) return;
        console.error("No ticket for the lab-server:", error);
        if (error instanceof NoTicket && error.isFinal) {
          this.disconnect();
          this.#events.refused(error);
        } else this.#reconnectLater();
      },
    );
  }

  /** The server has greeted the page: the next loss is a first one. */
  welcomed(): void {
    this.#isWelcome = true;
    this.#isTicketRefused = false;
    this.#attempt = 0;
  }

  /** The server does not take the ticket. One that came with a slow page may be too old by then, so another is tried, once. */
  ticketRefused(): void {
    const isFirst = !this.#isTicketRefused;
    this.#isTicketRefused = true;
    if (isFirst) this.connect();
    else this.disconnect();
  }

  send(frame: object | Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(frame);
  }

  /** Closes the socket, and tries no more until `connect`. */
  disconnect(): void {
    this.#try += 1;
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = undefined;
    this.#isWelcome = false;
    this.#events.closed();
  }

  /** Ends it for good. */
  dispose(): void {
    this.disconnect();
    window.removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
  }

  #open(ticket: string): void {
    const { url, reader } = this.#options;
    this.#socket = new LiveSocket(url, reader, {
      open: () => this.#events.open(ticket),
      message: (message) => this.#events.message(message),
      frame: (frame) => this.#events.frame?.(frame),
      lost: () => this.#reconnectLater(),
    });
  }

  #reconnectLater(): void {
    this.disconnect();
    this.#attempt += 1;
    this.#isWaiting = true;
    const delay = reconnectDelay(this.#attempt);
    this.#events.waiting({ at: Date.now() + delay, attempt: this.#attempt });
    this.#retry = setTimeout(() => this.connect(), delay);
  }

  /** The network or the page is back. */
  #wake = (): void => {
    if (document.visibilityState === "hidden") return;
    if (this.#isWaiting) this.connect();
    else if (this.#isWelcome) this.#socket?.probe();
  };
}
