/** Sends frames and requests, and takes whatever comes back. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION, SOCKET_PATH } from "../../lab-server/protocol.ts";
import type { Lab } from "../lab/harness.ts";
import type { Frame } from "./frames.ts";

/** Milliseconds that a connection may take to be answered, whatever was sent. */
const PATIENCE = 3_000;
/** Bytes that may wait to be sent: what is read no faster is written no faster. */
const MOST_QUEUED = 256 * 1024;

/** Where a page connects to, what it says first, and how the answer begins that lets it in. */
export type Greeting = { path: string; hello: () => Promise<unknown>; welcome: string };

/** A learner's page that says all this. Returns how many connections it took. */
export function sendFrames(lab: Lab, learner: string, frames: readonly Frame[]): Promise<number> {
  const hello = async () => ({
    ...{ type: "hello", protocol: PROTOCOL_VERSION },
    ...{ ticket: await lab.ticket(learner, "plain"), client: randomUUID() },
  });
  return sendAll(lab, { path: SOCKET_PATH, hello, welcome: '{"type":"welcome"' }, frames);
}

/** A page that is welcomed, and then says all this; one that is sent away comes again. Returns how many connections it took. */
export async function sendAll(lab: Lab, { path, hello, welcome }: Greeting, frames: readonly Frame[]): Promise<number> {
  let connections = 0;
  for (let next = 0; next < frames.length; connections++) {
    const socket = new WebSocket(`ws://127.0.0.1:${lab.port}${path}`, { origin: lab.origin, perMessageDeflate: false });
    socket.on("error", () => {});
    const isOver = new Promise<void>((over) => socket.once("close", () => over()));
    await Promise.race([once(socket, "open"), isOver]);
    if (socket.readyState !== WebSocket.OPEN) throw new Error("The lab-server takes no connection.");
    const isLetIn = new Promise<void>((letIn) =>
      socket.on("message", (data, isBinary) => {
        if (!isBinary && String(data).startsWith(welcome)) letIn();
      }),
    );
    socket.send(JSON.stringify(await hello()));
    await Promise.race([isLetIn, isOver]);
    while (next < frames.length && socket.readyState === WebSocket.OPEN) {
      const frame = frames[next++];
      if (frame !== undefined) socket.send(frame);
      if (socket.bufferedAmount > MOST_QUEUED) await sleep(5);
      else if (next % 64 === 0) await sleep(0);
    }
    if (socket.readyState === WebSocket.OPEN) await answered(socket, isOver);
    socket.terminate();
    await isOver;
  }
  return connections;
}

/** Waits until a ping that follows all that was said is answered, or the connection has ended. */
async function answered(socket: WebSocket, isOver: Promise<void>): Promise<void> {
  const pong = once(socket, "pong");
  socket.ping();
  const end = new AbortController();
  await Promise.race([pong, isOver, sleep(60_000, undefined, { signal: end.signal }).catch(() => {})]);
  end.abort();
}

/** Sends bytes on a WebSocket's connection as they are, after a right handshake. */
export async function sendOnWire(port: number, origin: string, bytes: Uint8Array): Promise<void> {
  const head = [
    `GET ${SOCKET_PATH} HTTP/1.1`,
    "Host: localhost",
    `Origin: ${origin}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  await talk(port, Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]), 50);
}

/** Sends a request and returns the beginning of the answer, empty where there is none. */
export function sendRequest(port: number, request: string): Promise<string> {
  // What it lacks does not come: the other side need not wait for it.
  return talk(port, Buffer.from(request, "utf8"), PATIENCE);
}

/** Writes, says that no more comes, reads what is there, and leaves. */
async function talk(port: number, bytes: Uint8Array, patience: number): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  let answer = "";
  socket.on("error", () => {});
  socket.setTimeout(patience, () => socket.destroy());
  socket.on("data", (data) => {
    if (answer.length < 4096) answer += data.toString("latin1");
  });
  socket.on("connect", () => socket.end(bytes));
  await new Promise((closed) => socket.once("close", closed));
  return answer;
}
