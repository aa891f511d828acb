/** The HTTP front: health for whoever supervises the process, and what the site shows of this machine. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../classroom/database.ts";
import { exposition } from "./metrics.ts";
import { REQUEST_ID } from "./protocol.ts";
import type { SandboxDriver } from "./sandbox/driver.ts";
import type { Keeper } from "./sandbox/keeper.ts";

/** Milliseconds. Nothing here takes a body or long. */
const REQUEST_TIMEOUT = 10_000;
const KEEP_ALIVE_TIMEOUT = 5_000;
const MAX_HEADER_SIZE = 16 * 1024;
const MAX_CONNECTIONS = 4_000;
/** The site forwards those below /lab/; the others are for whoever reaches this port itself. */
const PATHS: ReadonlySet<string> = new Set(["/lab/healthz", "/lab/host", "/healthz", "/readyz", "/metrics"]);
/** A host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port (RFC 9110, section 7.2). */
const HOST_HEADER = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/;

export type HttpOptions = {
  driver: SandboxDriver;
  database: Database;
  keeper: Keeper;
  log: Logger;
  /** Names that this machine is reached by, besides its addresses: others may be those of a page that was led here (DNS rebinding). */
  hosts: ReadonlySet<string>;
  /** Whether a learner who comes now can be served. */
  isReady: () => boolean;
};

/** Not listening yet. */
export function createHttpServer(options: HttpOptions): Server {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_SIZE, requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
    (request, response) => {
      const started = performance.now();
      const log = options.log.child({ request: requestId(request) });
      response.on("close", () => {
        const milliseconds = Math.round(performance.now() - started);
        log.debug({ method: request.method, path: request.url, status: response.statusCode, milliseconds }, "a request");
      });
      answer({ ...options, log }, request, response).catch((error: unknown) => {
        log.error({ error, path: request.url }, "a request could not be answered");
        reply(response, 500, { error: "Something went wrong in the lab-server; its log says what." });
      });
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", (error, socket) => {
    options.log.debug({ error }, "a request made no sense");
    refuseUpgrade(socket, 400, "The request makes no sense.");
  });
  return server;
}

/** The id under which logs of all processes tell of this request: the one that came with it, else a new one. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomBytes(8).toString("hex");
}

/** Answers on a raw socket, where node:http gives no response object, and closes it. */
export function refuseUpgrade(socket: Duplex, status: number, error: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // node:http leaves a connection half open for as long as the other side does.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** Why a request to this Host is refused; undefined where it is not. */
export function hostRefusal(
  { headers, headersDistinct }: IncomingMessage,
  hosts: ReadonlySet<string>,
): { status: number; error: string } | undefined {
  const [matched, address, name] = HOST_HEADER.exec(headers.host ?? "") ?? [];
  if (matched === undefined || headersDistinct.host?.length !== 1)
    return { status: 400, error: "The Host header is missing or malformed." };
  // A name without a dot is one of the machine's own network, such as localhost: nobody else can own it.
  if (isIP(address ?? name ?? "") !== 0 || !name?.includes(".") || hosts.has(name.toLowerCase())) return undefined;
  return {
    status: 421,
    error: "Nothing is served under this name. Ask by the machine's IP address, or by the name in UNBOXED_LAB_HOST.",
  };
}

async function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const refusal = hostRefusal(request, options.hosts);
  if (refusal) return reply(response, refusal.status, { error: refusal.error });
  const path = request.url?.split("?")[0];
  if (path === undefined || !PATHS.has(path)) return reply(response, 404, { error: "There is nothing here." });
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return reply(response, 405, { error: "Only GET is answered here." });
  }
  if (path === "/lab/host") return reply(response, 200, host(options));
  if (path === "/metrics") {
    const { type, text } = await exposition();
    return send(response, 200, type, text);
  }
  const problems = await unhealthy(options);
  if (path === "/readyz" && !options.isReady())
    problems.push("It starts no new sandboxes now: it is starting, draining or stopping.");
  const key = path === "/readyz" ? "ready" : "healthy";
  return problems.length === 0 ? reply(response, 200, { [key]: true }) : reply(response, 503, { [key]: false, problems });
}

function host({ driver, keeper }: HttpOptions) {
  const { cgroup, kernel, driver: engine } = driver.host;
  return { cgroup, kernel, driver: engine, sandboxes: keeper.size, capacity: keeper.capacity };
}

async function unhealthy({ driver, database, log }: HttpOptions): Promise<string[]> {
  const looks = { driver: driver.list(), database: sql`select 1`.execute(database) };
  const problems = await Promise.all(
    Object.entries(looks).map(async ([what, look]) => {
      try {
        await look;
        return [];
      } catch (error) {
        log.error({ error }, `the ${what} cannot be used`);
        return [`The ${what} cannot be used.`];
      }
    }),
  );
  return problems.flat();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, "application/json", JSON.stringify(body));
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
  });
  response.end(text);
}
