/** The HTTP front: health for whoever supervises the process, and what the site shows of this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../classroom/database.ts";
import type { SandboxDriver } from "./sandbox/driver.ts";
import type { Keeper } from "./sandbox/keeper.ts";

/** Milliseconds. Nothing here takes a body or long. */
const REQUEST_TIMEOUT = 10_000;
const KEEP_ALIVE_TIMEOUT = 5_000;
const MAX_HEADER_SIZE = 16 * 1024;
const MAX_CONNECTIONS = 4_000;
/** A host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port (RFC 9110, section 7.2). */
const HOST_HEADER = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/;

export type HttpOptions = { driver: SandboxDriver; database: Database; keeper: Keeper; log: Logger };

/** Not listening yet. */
export function createHttpServer(options: HttpOptions): Server {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_SIZE, requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
    (request, response) => {
      answer(options, request, response).catch((error: unknown) => {
        options.log.error({ error, path: request.url }, "a request could not be answered");
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
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

async function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  if (!HOST_HEADER.test(request.headers.host ?? ""))
    return reply(response, 400, { error: "The Host header is missing or malformed." });
  const path = request.url?.split("?")[0];
  if (path !== "/lab/healthz" && path !== "/lab/host") return reply(response, 404, { error: "There is nothing here." });
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return reply(response, 405, { error: "Only GET is answered here." });
  }
  if (path === "/lab/host") return reply(response, 200, host(options));
  const problems = await unhealthy(options);
  return problems.length === 0 ? reply(response, 200, { healthy: true }) : reply(response, 503, { healthy: false, problems });
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
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
  });
  response.end(text);
}
