/** How a request for a WebSocket is told no, by the site and by the lab-server: node:http gives no response object for it. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Answers on a raw socket with a JSON body, and closes it. */
export function refuseUpgrade(socket: Duplex, status: number, answer: object): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // node:http leaves a connection half open for as long as the other side does.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
