/** One page's conversation over its WebSocket: reads what it says, answers, and carries terminal bytes. */
import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import { ClientMessage, MAX_TERMINALS, type ServerMessage, terminalFrame } from "./protocol.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import type { Listener, Session } from "./session.ts";
import type { Terminal, TerminalViewer } from "./terminal/terminal.ts";

/** Milliseconds that a page has to say `hello`. */
const HELLO_TIMEOUT = 10_000;
/** A page that says nothing sensible this often in a row is not one of ours. */
const MAX_BAD_FRAMES = 20;
/** RFC 6455: the endpoint ends the connection because of a message that violates its policy. */
const POLICY_VIOLATION = 1008;

export type Hello = Extract<ClientMessage, { type: "hello" }>;

export type PageOptions = {
  socket: WebSocket;
  log: Logger;
  /** Finds the session that the ticket names and enters it. Throws Refusal: all of them are fatal. */
  enter: (hello: Hello, page: Page) => Promise<Session>;
  onClose: () => void;
};

type Shown = { terminal: Terminal; viewer: TerminalViewer };

export class Page implements Listener {
  client = "";
  gone = false;
  #options: PageOptions;
  #session: Session | undefined;
  #helloTimer: NodeJS.Timeout;
  #saidHello = false;
  #shown = new Map<number, Shown>();
  #badFrames = 0;

  constructor(options: PageOptions) {
    this.#options = options;
    const { socket, log } = options;
    this.#helloTimer = setTimeout(
      () => this.#fail(new Refusal("bad-message", "The page did not say hello in time.")),
      HELLO_TIMEOUT,
    );
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", (error) => log.debug({ error }, "socket error"));
    socket.on("close", (code) => this.#close(code));
  }

  tell(message: ServerMessage): void {
    if (this.#options.socket.readyState === this.#options.socket.OPEN) this.#options.socket.send(JSON.stringify(message));
  }

  forget(number: number): void {
    const shown = this.#shown.get(number);
    this.#shown.delete(number);
    shown?.terminal.detach(shown.viewer);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.gone) return;
    try {
      const bytes = bytesOf(data);
      if (isBinary) this.#input(bytes);
      else this.#handle(parse(bytes));
      this.#badFrames = 0;
    } catch (error) {
      this.#complain(error);
      this.#badFrames += 1;
      if (this.#badFrames >= MAX_BAD_FRAMES) this.#fail(new Refusal("bad-message", "Too many messages in a row made no sense."));
    }
  }

  #input(frame: Uint8Array): void {
    const number = frame[0];
    if (number === undefined)
      throw new Refusal("bad-frame", "A binary frame names its terminal in its first byte, and this one is empty.");
    const shown = this.#shown.get(number);
    if (!shown) throw new Refusal("no-such-terminal", `Terminal ${number} is not open on this page. Open it before you type.`);
    this.#session?.touch();
    shown.terminal.input(this.client, frame.subarray(1));
  }

  /** Answers what can be answered at once; the rest complains later by itself. */
  #handle(message: ClientMessage): void {
    if (message.type === "hello") {
      if (this.#saidHello) throw new Refusal("bad-message", "The page said hello twice.");
      this.#saidHello = true;
      void this.#enter(message);
      return;
    }
    if (message.type === "ping") {
      this.tell({ type: "pong" });
      return;
    }
    const session = this.#session;
    if (!session) throw new Refusal("bad-message", "The page must say hello and be welcomed first.");
    switch (message.type) {
      case "open":
        this.#later(this.#open(session, message));
        break;
      case "resize":
        this.#demandShown(message.terminal).terminal.resize(message.cols, message.rows);
        break;
      case "ack": {
        const { terminal, viewer } = this.#demandShown(message.terminal);
        terminal.ack(viewer, message.offset);
        break;
      }
      case "close":
        session.closeTerminal(message.terminal);
        break;
      case "check":
        this.#later(session.check(message.task));
        break;
      case "reset":
        this.#later(session.reset());
        break;
      case "extend":
        session.extend();
        break;
    }
  }

  async #enter(hello: Hello): Promise<void> {
    clearTimeout(this.#helloTimer);
    this.client = hello.client;
    try {
      const session = await this.#options.enter(hello, this);
      if (this.gone) {
        session.leave(this);
        return;
      }
      this.#session = session;
      if (hello.open) this.#later(this.#open(session, { type: "open", ...hello.open }));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #open(session: Session, { terminal: number, cols, rows, from }: Extract<ClientMessage, { type: "open" }>): Promise<void> {
    const terminal = await session.openTerminal(number, cols, rows);
    this.forget(number);
    if (this.gone) return;
    const { socket } = this.#options;
    const viewer: TerminalViewer = {
      client: this.client,
      data: (bytes) => {
        if (socket.readyState === socket.OPEN) socket.send(terminalFrame(number, bytes));
      },
      gap: (start) =>
        this.tell({ type: "opened", terminal: number, from: start, gap: true, input: terminal.inputOffset(this.client) }),
      inputWritten: (offset) => this.tell({ type: "input", terminal: number, offset }),
      queued: () => socket.bufferedAmount,
    };
    this.#shown.set(number, { terminal, viewer });
    const isKnown = knows(terminal, this.client);
    const attached = terminal.attach(viewer, isKnown ? from : undefined);
    const gap = attached.gap || (!isKnown && from !== undefined && from > 0);
    this.tell({ type: "opened", terminal: number, from: attached.from, gap, input: terminal.inputOffset(this.client) });
  }

  #demandShown(number: number): Shown {
    const shown = this.#shown.get(number);
    if (!shown) throw new Refusal("no-such-terminal", `Terminal ${number} is not open on this page.`);
    return shown;
  }

  #later(work: Promise<void>): void {
    work.catch((error: unknown) => this.#complain(error));
  }

  #complain(error: unknown): void {
    const { code, message } = refusalOf(error);
    if (code === "internal") this.#options.log.error({ error }, "a message could not be answered");
    else this.#options.log.debug({ code }, message);
    this.tell({ type: "error", code, message, fatal: false });
  }

  #fail(error: unknown): void {
    const { code, message } = refusalOf(error);
    if (code === "internal") this.#options.log.error({ error }, "a page could not be welcomed");
    else this.#options.log.info({ code }, "a page was refused");
    this.tell({ type: "error", code, message, fatal: true });
    this.#options.socket.close(POLICY_VIOLATION);
  }

  #close(code: number): void {
    this.gone = true;
    clearTimeout(this.#helloTimer);
    for (const number of [...this.#shown.keys()]) this.forget(number);
    this.#session?.leave(this);
    this.#options.log.debug({ code }, "a page left");
    this.#options.onClose();
  }
}

const clientsOf = new WeakMap<Terminal, Set<string>>();

/**
 * Whether the client has seen this terminal before. An offset of one that has not is of an earlier shell on the same number: it ended
 * while the client was away, or with an earlier lab-server.
 */
function knows(terminal: Terminal, client: string): boolean {
  const clients = clientsOf.get(terminal) ?? new Set();
  clientsOf.set(terminal, clients);
  const isKnown = clients.has(client);
  clients.add(client);
  return isKnown;
}

/** Throws Refusal with what is wrong. */
function parse(bytes: Uint8Array): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Refusal("bad-message", "A text frame is not JSON.", { cause });
  }
  const parsed = ClientMessage.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "message";
  const hint = where === "terminal" ? ` A sandbox has terminals 1 to ${MAX_TERMINALS}.` : "";
  throw new Refusal("bad-message", `The message cannot be understood, see its ${where}: ${issue?.message}.${hint}`);
}

/** The server keeps ws's default binary type, so that a message is one Buffer. */
function bytesOf(data: RawData): Uint8Array {
  if (Buffer.isBuffer(data)) return data;
  if (Array.isArray(data)) return Buffer.concat(data);
  return new Uint8Array(data);
}
