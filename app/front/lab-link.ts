/**
 * The way from the site to the lab-server: what it answers to anybody, and pages' WebSockets. Its other paths, such as its metrics, are
 * not reached through the site.
 */
import { request as ask, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pathOf, type Refusal } from "./admission.ts";
import { refuse, refuseUpgrade } from "./refuse.ts";

/** Milliseconds that the lab-server may take to begin its answer. */
const PATIENCE = 30_000;
/** Milliseconds without a byte until TCP itself asks whether the other side is there. */
const KEEP_ALIVE = 30_000;
const PUBLIC: ReadonlySet<string> = new Set(["/lab/healthz", "/lab/host"]);
/** Headers of a handshake that the lab-server reads. The learner's cookie is not among them: a ticket says who comes. */
const HANDSHAKE = ["origin", "sec-fetch-site", "sec-websocket-key", "sec-websocket-version", "x-request-id"] as const;
const AWAY: Refusal = { status: 502, message: "The lab-server cannot be reached. Try again in a moment." };
const NOTHING: Refusal = { status: 404, message: "There is nothing here." };

export class LabLink {
  readonly #target: string;
  readonly #sockets = new Set<Duplex>();

  /** `target`: the lab-server's address, such as `http://127.0.0.1:3001`. */
  constructor(target: string) {
    this.#target = target;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    if (path === undefined || !PUBLIC.has(path) || request.method === "POST") {
      refuse(request, response, NOTHING);
      return;
    }
    const headers = { "x-request-id": request.headers["x-request-id"] };
    const asked = ask(new URL(path, this.#target), { method: request.method ?? "GET", headers, timeout: PATIENCE });
    asked.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? AWAY.status, endToEnd(answer));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    asked.on("timeout", () => asked.destroy(new Error("It does not answer.")));
    asked.on("error", () => (response.headersSent ? response.destroy() : refuse(request, response, AWAY)));
    response.on("close", () => asked.destroy());
    asked.end();
  }

  /** Carries a WebSocket. `onEnd` is called once, when it is over or was refused. */
  carry(request: IncomingMessage, near: Duplex, head: Buffer, path: string, onEnd: () => void): void {
    near.once("close", onEnd);
    const given = HANDSHAKE.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]]));
    const headers: OutgoingHttpHeaders = { ...Object.fromEntries(given), connection: "Upgrade", upgrade: "websocket" };
    const asked = ask(new URL(path, this.#target), { headers, timeout: PATIENCE, agent: false });
    near.once("close", () => asked.destroy());
    asked.on("timeout", () => asked.destroy(new Error("It does not answer.")));
    asked.on("error", () => refuseUpgrade(near, AWAY));
    asked.on("response", (answer) => {
      answer.resume();
      refuseUpgrade(near, { status: answer.statusCode ?? AWAY.status, message: "The lab-server does not take this connection." });
    });
    asked.on("upgrade", (answer, far, farHead) => {
      asked.setTimeout(0);
      far.setKeepAlive(true, KEEP_ALIVE);
      far.setNoDelay(true);
      const lines = [`HTTP/1.1 101 ${answer.statusMessage}`];
      for (let at = 0; at < answer.rawHeaders.length; at += 2)
        lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
      near.write(`${lines.join("\r\n")}\r\n\r\n`);
      if (farHead.length > 0) near.write(farHead);
      if (head.length > 0) far.write(head);
      this.#join(near, far);
    });
    asked.end();
  }

  /** Ends every WebSocket. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Duplex, far: Duplex): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}

/** Headers that are not of one connection alone (RFC 9110, section 7.6.1). */
function endToEnd({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...others } = headers;
  return others;
}
