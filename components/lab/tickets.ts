/** Tickets for the lab-server: the one that came with the page while it is fresh, then new ones from the site. */
import { z } from "zod";

/** Milliseconds that the page's own ticket is trusted; it is valid for 60 s. */
const FRESH = 45_000;

const Answer = z.object({ ticket: z.string() });

/** Returns a function that gives a valid ticket each time. It rejects with one sentence for the learner. */
export function ticketSource(lesson: string, first: string): () => Promise<string> {
  let waiting: string | undefined = first;
  const until = performance.now() + FRESH;
  return async () => {
    const ticket = performance.now() < until ? waiting : undefined;
    waiting = undefined;
    if (ticket) return ticket;
    const response = await fetch("/api/ticket", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ lesson }),
    });
    if (!response.ok) throw new Error(`The site gave no ticket for the sandbox (${response.status}). Reload the page.`);
    return Answer.parse(await response.json()).ticket;
  };
}
