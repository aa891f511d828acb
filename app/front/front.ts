/**
 * The site's listener, before Next: refuses what does not come from a page of this site or comes too often, keeps requests small,
 * forwards the lab-server's paths, and sets the headers that every answer has.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { learnerCookie, readLearner } from "../../classroom/learners.ts";
import { accountSecret, readSessionToken, sessionCookie } from "../../classroom/session-cookie.ts";
import { REQUEST_ID, SOCKET_PATH } from "../../lab-server/protocol.ts";
import { STAFF_SOCKET_PATH } from "../../lab-server/staff/wire.ts";
import type { Configuration } from "../configuration.ts";
import { FOREIGN_HOST, pathOf, type Refusal, refusalOf } from "./admission.ts";
import { clientAddress, clientNetwork } from "./client-address.ts";
import { LabLink } from "./lab-link.ts";
import { isSecure, originsAt } from "./origins.ts";
import { Rates } from "./rates.ts";
import { refuse, refuseUpgrade } from "./refuse.ts";

/** Milliseconds: until a request's head and its body are there, and between looks for those that are late. */
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
const CHECK_INTERVAL = 2_000;
const MAX_HEADER_SIZE = 16 * 1024;
const MAX_CONNECTIONS = 8_000;
/** WebSockets of one address. A classroom may share one. */
const MAX_SOCKETS_PER_ADDRESS = 500;
/** Seconds. */
export const A_YEAR = 365 * 24 * 60 * 60;
const STATIC = "/_next/static/";

const HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
};

export type FrontOptions = {
  configuration: Configuration;
  /** What answers requests that are let through. */
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What answers requests for the files of a build, their paths without what comes before; `next` where there is no such file. */
  files?: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  /** Other WebSockets than the lab-server's. Only in development are there such, and more of Next's paths than its files. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Something that nobody foresaw. */
  onError: (error: unknown) => void;
};

export class Front {
  /** Not listening yet. */
  readonly server: Server;
  readonly #options: FrontOptions;
  readonly #lab: LabLink;
  readonly #rates = new Rates();
  readonly #accountSecret: string;
  /** WebSockets by client. */
  readonly #sockets = new Map<string, number>();

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#accountSecret = accountSecret(options.configuration.secret);
    this.#lab = new LabLink(options.configuration.labServer);
    this.server = createServer(
      {
        maxHeaderSize: MAX_HEADER_SIZE,
        headersTimeout: HEAD_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        connectionsCheckingInterval: CHECK_INTERVAL,
      },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => {
          options.onError(error);
          if (response.headersSent) response.destroy();
          else refuse(request, response, { status: 500, message: "Something went wrong. The site's log says what." });
        });
      },
    );
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Takes no more connections, ends WebSockets, and resolves when the requests that are under way are answered. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.#lab.close();
    this.server.closeIdleConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origins } = this.#options.configuration;
    const id = nameRequest(request);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", id);
    if (isSecure(request.headers.host, origins)) response.setHeader("Strict-Transport-Security", `max-age=${A_YEAR}`);

    const refusal = refusalOf(request, origins) ?? (await this.#tooOften(request));
    if (refusal) refuse(request, response, refusal);
    else if (!this.#options.upgrade && /^\/_next\/(?!static\/)/.test(request.url ?? "")) {
      // Of Next's own paths a built site of ours needs its files; the others, such as the one that scales images, it does not use.
      refuse(request, response, { status: 404, message: "There is nothing here." });
    } else if (request.url?.startsWith("/lab/")) this.#lab.answer(request, response);
    else if (!(await this.#file(request, response))) {
      this.#tellWhoAsks(request);
      await this.#options.answer(request, response);
    }
  }

  /** Whether the request was for a file of the build, and is answered. */
  async #file(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { files } = this.#options;
    const { url = "", method } = request;
    if (!files || !url.startsWith(STATIC) || (method !== "GET" && method !== "HEAD")) return false;
    // They are small: whole ones are sent.
    delete request.headers.range;
    request.url = url.slice(STATIC.length - 1);
    const isThere = await new Promise<boolean>((resolve) => {
      response.once("close", () => resolve(true));
      files(request, response, () => resolve(false));
    });
    request.url = url;
    return isThere;
  }

  /** Next believes these headers, so they say what is known here and not what was sent. */
  #tellWhoAsks(request: IncomingMessage): void {
    const { headers } = request;
    const address = this.#addressOf(request);
    for (const name of Object.keys(headers)) if (/^x-(forwarded|middleware|action)-/.test(name)) delete headers[name];
    headers["x-forwarded-for"] = address;
    headers["x-forwarded-proto"] = isSecure(headers.host, this.#options.configuration.origins) ? "https" : "http";
  }

  async #tooOften(request: IncomingMessage): Promise<Refusal | undefined> {
    const network = this.#networkOf(request);
    const path = pathOf(request) ?? "";
    if (path.startsWith("/_next/")) return undefined;
    const wait = this.#rates.take(request, path, { network, learner: await this.#learnerOf(request) });
    return wait === 0 ? undefined : tooOften(wait);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const path = pathOf(request);
    if (path !== SOCKET_PATH && path !== STAFF_SOCKET_PATH) {
      if (this.#options.upgrade && path?.startsWith("/_next/")) this.#options.upgrade(request, socket, head);
      else refuseUpgrade(socket, { status: 404, message: "There is nothing here." });
      return;
    }
    nameRequest(request);
    if (originsAt(request.headers.host, this.#options.configuration.origins).length === 0) {
      refuseUpgrade(socket, FOREIGN_HOST);
      return;
    }
    const network = this.#networkOf(request);
    const wait = this.#rates.takeSocket(network);
    const open = this.#sockets.get(network) ?? 0;
    if (wait > 0 || open >= MAX_SOCKETS_PER_ADDRESS) {
      refuseUpgrade(socket, tooOften(wait));
      return;
    }
    this.#sockets.set(network, open + 1);
    this.#lab.carry(request, socket, head, path, () => this.#leave(network));
  }

  #leave(network: string): void {
    const left = (this.#sockets.get(network) ?? 1) - 1;
    if (left > 0) this.#sockets.set(network, left);
    else this.#sockets.delete(network);
  }

  #addressOf({ socket, headers }: IncomingMessage): string {
    const forwarded = headers["x-forwarded-for"];
    const list = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
    return clientAddress(socket.remoteAddress ?? "", list, this.#options.configuration.trustedProxies);
  }

  #networkOf(request: IncomingMessage): string {
    return clientNetwork(this.#addressOf(request));
  }

  /** Who is counted as one: a session that was not forged, whether it has ended or not, or else an anonymous learner. */
  async #learnerOf({ headers }: IncomingMessage): Promise<string | undefined> {
    const { origins, secret } = this.#options.configuration;
    const secure = isSecure(headers.host, origins);
    const session = cookieOf(headers.cookie, sessionCookie(secure));
    const token = session === undefined ? undefined : readSessionToken(session, this.#accountSecret);
    if (token !== undefined) return `session ${token}`;
    const cookie = cookieOf(headers.cookie, learnerCookie(secure));
    return cookie === undefined ? undefined : (await readLearner(cookie, secret))?.id;
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  return header
    ?.split(/; */)
    .find((each) => each.startsWith(prefix))
    ?.slice(prefix.length);
}

function tooOften(seconds: number): Refusal {
  const headers = { "Retry-After": String(Math.max(1, Math.ceil(seconds))) };
  return { status: 429, message: "That was asked too often from here. Wait a moment, then try again.", headers };
}

/** Its name in the logs of both processes. A reverse proxy may have given one already. */
function nameRequest({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  const id = typeof given === "string" && REQUEST_ID.test(given) ? given : randomBytes(8).toString("hex");
  headers["x-request-id"] = id;
  return id;
}
