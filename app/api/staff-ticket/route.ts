/** A fresh ticket for a board or an operator's page, which are open for longer than their first one lives. */
import type { NextRequest } from "next/server";
import { z } from "zod";
import { teaches } from "../../../classroom/classes.ts";
import { currentAccount } from "../../account.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { boardTicket, operatorTicket } from "../../staff-tickets.ts";

const Request = z.union([z.strictObject({ class: z.string().min(1).max(64) }), z.strictObject({ operator: z.literal(true) })]);

export async function POST(request: NextRequest): Promise<Response> {
  const origin = request.headers.get("origin");
  if (!origin || !configuration().origins.includes(origin))
    return refuse(403, "This request does not come from a page of this site.");
  const body = Request.safeParse(await request.json().catch(() => undefined));
  if (!body.success) return refuse(400, 'The request must be JSON with a "class", or with "operator": true.');
  const account = await currentAccount();
  if (!account) return refuse(401, "You are signed out. Sign in again to go on.");
  if ("operator" in body.data)
    return account.role === "operator" ? give(await operatorTicket(account)) : refuse(404, "There is nothing here.");
  // As for pages: only who may teach at all, and this class.
  const taught = account.role === "learner" ? undefined : await teaches(await database(), account, body.data.class);
  return taught ? give(await boardTicket(account, taught.id)) : refuse(404, "You do not teach this class, or it is gone.");
}

function give(ticket: string): Response {
  return Response.json({ ticket }, { headers: { "cache-control": "no-store" } });
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
