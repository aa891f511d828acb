import { useEffect, useMemo } from "react";
import { SOCKET_PATH } from "../../lab-server/protocol.ts";
import { ticketSource } from "../link/tickets.ts";
import { lastSize } from "../terminal/last-size.ts";
import { LabConnection } from "./connection.ts";

/** Milliseconds until a connection of a page that React has begun to draw and then left is closed. */
const UNUSED_FOR = 10_000;

/**
 * The page's one connection, with the ticket that came with it, until the learner leaves. It is begun when React draws the page for
 * the first time, which is a tenth of a second before the page stands: then its shell has answered when there is a terminal to draw it on.
 */
export function useConnection(slug: string, ticket: string): LabConnection {
  const connection = useMemo(() => early.begin(slug, ticket), [slug, ticket]);
  useEffect(() => {
    if (!early.take(ticket, connection)) connection.connect();
    return () => connection.dispose();
  }, [connection, ticket]);
  return connection;
}

/** Connections of pages that do not stand yet, by ticket: React may draw a page more than once until then, or leave it. */
class EarlyConnections {
  readonly #waiting = new Map<string, { connection: LabConnection; end: ReturnType<typeof setTimeout> }>();

  /** On the server nothing is begun: the connection is only what the page is first drawn with. */
  begin(slug: string, ticket: string): LabConnection {
    const begun = this.#waiting.get(ticket)?.connection;
    if (begun) return begun;
    const source = ticketSource("/api/ticket", { lesson: slug }, ticket);
    if (typeof window === "undefined") return new LabConnection({ url: SOCKET_PATH, ticket: source });
    const connection = new LabConnection({ url: socketUrl(), ticket: source, early: lastSize() });
    connection.connect();
    const end = setTimeout(() => {
      this.#waiting.delete(ticket);
      connection.dispose();
    }, UNUSED_FOR);
    this.#waiting.set(ticket, { connection, end });
    return connection;
  }

  /** The page stands. False if the connection is not waiting for it, and so not begun, or no more. */
  take(ticket: string, connection: LabConnection): boolean {
    const waiting = this.#waiting.get(ticket);
    if (waiting?.connection !== connection) return false;
    clearTimeout(waiting.end);
    this.#waiting.delete(ticket);
    return true;
  }
}

const early = new EarlyConnections();

function socketUrl(): string {
  const url = new URL(SOCKET_PATH, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}
