/** The WebSocket front: who may open a socket, how many, and whether they are still there. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { readTicket } from "../classroom/ticket.ts";
import { LessonError, LessonNotFound } from "../curriculum/lesson.ts";
import { loadLesson } from "../curriculum/library.ts";
import { refuseUpgrade } from "./http.ts";
import { type Hello, Page } from "./page.ts";
import { type ErrorCode, MAX_CLIENT_FRAME, type ServerMessage, SOCKET_PATH } from "./protocol.ts";
import { Refusal } from "./refusal.ts";
import { Session, type SessionOptions } from "./session.ts";

/** Milliseconds between pings; a page that has not answered the last one is gone. */
const PING_INTERVAL = 20_000;
const MAX_SOCKETS = 2_000;
const MAX_PAGES_PER_LEARNER = 8;
/** Close codes of RFC 6455 and the IANA registry. */
const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const INVALID_DATA = 1007;
const POLICY_VIOLATION = 1008;
const MESSAGE_TOO_BIG = 1009;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

export type SocketOptions = Omit<SessionOptions, "owner" | "onOver"> & {
  origins: ReadonlySet<string>;
  secret: Uint8Array;
  lessonsFolder: string;
};

/** ws closes a socket by itself whose frame is too large or no frame at all; this one says so first. */
class PageSocket extends WebSocket {
  /** Whether it answered the last ping. */
  alive = true;

  override close(code?: number, reason?: string | Buffer): void {
    if (code === MESSAGE_TOO_BIG)
      this.#tell("frame-too-large", `A frame is larger than ${MAX_CLIENT_FRAME} bytes. Split a long paste.`);
    if (code === PROTOCOL_ERROR || code === INVALID_DATA)
      this.#tell("bad-frame", "A frame breaks the rules of WebSockets (RFC 6455).");
    super.close(code, reason);
  }

  /** Ends the conversation before it begins. */
  refuse(code: ErrorCode, message: string, closeCode: number): void {
    this.on("error", () => this.terminate());
    this.#tell(code, message);
    super.close(closeCode);
  }

  #tell(code: ErrorCode, message: string): void {
    if (this.readyState !== this.OPEN) return;
    this.send(JSON.stringify({ type: "error", code, message, fatal: true } satisfies ServerMessage));
  }
}

export class SocketServer {
  #options: SocketOptions;
  #server = new WebSocketServer({
    noServer: true,
    WebSocket: PageSocket,
    // The first byte of a binary frame names the terminal.
    maxPayload: MAX_CLIENT_FRAME + 1,
    perMessageDeflate: false,
  });
  #sockets = new Set<PageSocket>();
  #sessions = new Map<string, Session>();
  /** By learner, then by client: a page that connects again takes its own place. */
  #clients = new Map<string, Map<string, PageSocket>>();
  #pings: NodeJS.Timeout;
  #closing = false;

  constructor(http: Server, options: SocketOptions) {
    this.#options = options;
    http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#pings = setInterval(() => this.#ping(), PING_INTERVAL);
    this.#pings.unref();
  }

  /** Takes no more pages and sends away those that are there. Where sandboxes stay, pages are told that this is only a restart. */
  close(restart: boolean): void {
    this.#closing = true;
    clearInterval(this.#pings);
    for (const socket of this.#sockets) socket.close(restart ? SERVICE_RESTART : GOING_AWAY);
  }

  /** Resolves when the last page's connection has ended. */
  async gone(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  }

  /** Ends connections that did not end by themselves. */
  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (this.#closing) refuseUpgrade(socket, 503, "The lab-server is stopping.");
    else if (pathOf(request) !== SOCKET_PATH) refuseUpgrade(socket, 404, "There is nothing here.");
    else this.#server.handleUpgrade(request, socket, head, (page) => this.#connect(page, request));
  }

  #connect(socket: PageSocket, request: IncomingMessage): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("pong", () => {
      socket.alive = true;
    });
    const { origin } = request.headers;
    const log = this.#options.log.child({ connection: randomBytes(4).toString("hex") });
    if (origin === undefined || !this.#options.origins.has(origin)) {
      log.info({ origin }, "a socket from a foreign origin was refused");
      socket.refuse(
        "bad-origin",
        "This address is not one of the site's. The operator sets the site's addresses in UNBOXED_ORIGIN.",
        POLICY_VIOLATION,
      );
      return;
    }
    if (this.#sockets.size > MAX_SOCKETS) {
      socket.refuse("server-full", "Too many pages are open on this server. Try again in a few minutes.", TRY_AGAIN_LATER);
      return;
    }
    let leave = () => {};
    new Page({
      socket,
      log,
      enter: async (hello, page) => {
        const ticket = await this.#readTicket(hello);
        if (page.gone) throw new Refusal("bad-message", "The page left before it was welcomed.");
        leave = this.#admit(ticket.learner, hello.client, socket);
        const session = await this.#enter(ticket, page);
        log.info({ ...ticket, sandbox: session.sandboxId }, "a page entered");
        return session;
      },
      onClose: () => leave(),
    });
  }

  async #readTicket(hello: Hello): ReturnType<typeof readTicket> {
    try {
      return await readTicket(hello.ticket, this.#options.secret);
    } catch (cause) {
      throw new Refusal("bad-ticket", "The page's ticket is not valid or too old. Reload the page.", { cause });
    }
  }

  async #enter(owner: { learner: string; lesson: string }, page: Page): Promise<Session> {
    const lesson = await this.#loadLesson(owner.lesson);
    const key = `${owner.learner}/${owner.lesson}`;
    let session = this.#sessions.get(key);
    if (!session) {
      const { keeper, driver, database, log } = this.#options;
      const made = new Session(
        { keeper, driver, database, log, owner, onOver: () => this.#sessions.get(key) === made && this.#sessions.delete(key) },
        lesson,
      );
      this.#sessions.set(key, made);
      session = made;
    }
    await session.enter(page, lesson);
    return session;
  }

  async #loadLesson(slug: string) {
    try {
      return await loadLesson(this.#options.lessonsFolder, slug);
    } catch (cause) {
      if (cause instanceof LessonNotFound) throw new Refusal("no-such-lesson", cause.message, { cause });
      if (!(cause instanceof LessonError)) throw cause;
      this.#options.log.warn({ lesson: slug, problems: cause.problems }, "a lesson has mistakes");
      throw new Refusal("no-such-lesson", `The lesson “${slug}” has mistakes and cannot be opened until its author mends it.`, {
        cause,
      });
    }
  }

  /** Returns what to call when the socket closes. Throws Refusal where the learner has too many. */
  #admit(learner: string, client: string, socket: PageSocket): () => void {
    const pages = this.#clients.get(learner) ?? new Map<string, PageSocket>();
    const before = pages.get(client);
    if (!before && pages.size >= MAX_PAGES_PER_LEARNER) {
      throw new Refusal(
        "learner-full",
        `You have ${pages.size} pages of this site open. Close one of them, then reload this page.`,
      );
    }
    // The page lost this connection, and we have not noticed yet.
    before?.terminate();
    pages.set(client, socket);
    this.#clients.set(learner, pages);
    return () => {
      if (pages.get(client) === socket) pages.delete(client);
      if (pages.size === 0 && this.#clients.get(learner) === pages) this.#clients.delete(learner);
    };
  }

  #ping(): void {
    for (const socket of this.#sockets) {
      if (!socket.alive) {
        socket.terminate();
        continue;
      }
      socket.alive = false;
      socket.ping();
    }
  }
}

function pathOf(request: IncomingMessage): string | undefined {
  return URL.canParse(request.url ?? "", "http://lab") ? new URL(request.url ?? "", "http://lab").pathname : undefined;
}
