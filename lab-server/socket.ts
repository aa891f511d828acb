/** The WebSocket front: who may open a socket, how many there are, and whether they are still there. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { WebSocket, WebSocketServer } from "ws";
import { hostRefusal, refuseUpgrade, requestId } from "./http.ts";
import { type ErrorCode, MAX_CLIENT_FRAME, type ServerMessage } from "./protocol.ts";

/** Milliseconds between pings; a page that has not answered the last one is gone. */
const PING_INTERVAL = 20_000;
const MAX_SOCKETS = 2_000;
/** Close codes of RFC 6455 and the IANA registry. */
const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const INVALID_DATA = 1007;
const POLICY_VIOLATION = 1008;
const MESSAGE_TOO_BIG = 1009;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

/** Begins a conversation over a socket that may be there. `log` names the connection. */
export type Door = (socket: WebSocket, log: Logger) => void;

export type SocketOptions = {
  origins: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
  log: Logger;
  /** By path. */
  doors: ReadonlyMap<string, Door>;
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
  /** With the path that they came by. */
  #sockets = new Map<PageSocket, string>();
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
    for (const socket of this.#sockets.keys()) socket.close(restart ? SERVICE_RESTART : GOING_AWAY);
  }

  /** Resolves when the last page's connection has ended. */
  async gone(): Promise<void> {
    await Promise.all([...this.#sockets.keys()].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  }

  /** Ends connections that did not end by themselves. */
  terminate(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  /** How many pages are connected by this path. */
  count(path: string): number {
    return [...this.#sockets.values()].filter((each) => each === path).length;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const foreign = hostRefusal(request, this.#options.hosts);
    const path = pathOf(request) ?? "";
    const door = this.#options.doors.get(path);
    if (foreign) refuseUpgrade(socket, foreign.status, foreign.error);
    else if (this.#closing) refuseUpgrade(socket, 503, "The lab-server is stopping.");
    else if (!door) refuseUpgrade(socket, 404, "There is nothing here.");
    else this.#server.handleUpgrade(request, socket, head, (page) => this.#connect(page, request, path, door));
  }

  #connect(socket: PageSocket, request: IncomingMessage, path: string, door: Door): void {
    this.#sockets.set(socket, path);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("pong", () => {
      socket.alive = true;
    });
    const { origin, "sec-fetch-site": site } = request.headers;
    const log = this.#options.log.child({ connection: randomBytes(4).toString("hex"), request: requestId(request) });
    // A browser that says where the page stands to us (W3C Fetch Metadata) says more than an origin that is set by other means.
    if (origin === undefined || !this.#options.origins.has(origin) || (site !== undefined && site !== "same-origin")) {
      log.info({ origin, site }, "a socket from a foreign origin was refused");
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
    door(socket, log);
  }

  #ping(): void {
    for (const socket of this.#sockets.keys()) {
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
