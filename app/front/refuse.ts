/** How a request is told no. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "./admission.ts";

/** Answers a request that is not let through. A page's script hears JSON, whoever reads it themselves a sentence. */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, message, headers }: Refusal): void {
  // What is on its way is not waited for: after a body that is not read the connection is of no use.
  if (request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined)
    response.setHeader("Connection", "close");
  const isPage = request.headers["sec-fetch-mode"] === "navigate" || request.headers.accept?.includes("text/html") === true;
  const body = isPage ? `${message}\n` : JSON.stringify({ message });
  response.writeHead(status, {
    ...headers,
    "Content-Type": isPage ? "text/plain; charset=utf-8" : "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The same on a raw socket, where node:http gives no response object. Closes it. */
export function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
