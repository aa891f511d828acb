/** Tickets for the lab-server: the one that came with the page while it is fresh, then new ones from the site. */
import * as z from "zod/mini";

/** Milliseconds that the page's own ticket is trusted; it is valid for 60 s. */
const FRESH = 45_000;
/** Answers that will be the same next time: signed out, not allowed, gone. */
const FINAL: ReadonlySet<number> = new Set([401, 403, 404]);

const Answer = z.object({ ticket: z.string() });
const Refusal = z.object({ message: z.string() });

/** The site gave no ticket. The message is one sentence for whoever reads the page. */
export class NoTicket extends Error {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  /** Whether asking again would not help. */
  get isFinal(): boolean {
    return FINAL.has(this.status);
  }
}

/** Returns a function that gives a valid ticket each time: `first`, then those that `path` gives for `body`. It rejects with NoTicket, or where the site cannot be reached. */
export function ticketSource(path: string, body: object, first: string): () => Promise<string> {
  let waiting: string | undefined = first;
  const until = performance.now() + FRESH;
  return async () => {
    const ticket = performance.now() < until ? waiting : undefined;
    waiting = undefined;
    if (ticket) return ticket;
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return Answer.parse(answer).ticket;
    const refusal = Refusal.safeParse(answer);
    const message = refusal.success ? refusal.data.message : `The site gave no ticket (${response.status}). Reload the page.`;
    throw new NoTicket(response.status, message);
  };
}
