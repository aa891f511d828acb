/** A fresh ticket for a page that watches a learner and is open for longer than its first one lives. */
import type { NextRequest } from "next/server";
import { currentAccount } from "../../account.ts";
import { Subject, watchedName, watchTicket } from "../../classes/watched.ts";
import { configuration } from "../../configuration.ts";

export async function POST(request: NextRequest): Promise<Response> {
  const origin = request.headers.get("origin");
  if (!origin || !configuration().origins.includes(origin))
    return refuse(403, "This request does not come from a page of this site.");
  const subject = Subject.safeParse(await request.json().catch(() => undefined));
  if (!subject.success) return refuse(400, 'The request must be JSON with a "class", a "learner" and a "lesson".');
  const account = await currentAccount();
  if (!account) return refuse(401, "You are signed out. Sign in again.");
  if ((await watchedName(account, subject.data)) === undefined)
    return refuse(404, "You do not teach a class with this learner and this lesson.");
  const ticket = await watchTicket(account, subject.data);
  return Response.json({ ticket }, { headers: { "cache-control": "no-store" } });
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
