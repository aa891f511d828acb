/**
 * A roster's file: the body, as it is. Without `keep` in the address it is only read, and the page shows what would become of it. It is the
 * one request of the site that may be longer than others, which app/front/admission.ts allows.
 */
import type { NextRequest } from "next/server";
import { actorOf, ClassRefusal, teaches } from "../../../../../classroom/classes.ts";
import { importRoster } from "../../../../../classroom/roster.ts";
import { RosterFileError, readRoster } from "../../../../../classroom/roster-file.ts";
import { currentAccount } from "../../../../account.ts";
import { database } from "../../../../database.ts";

export async function POST(request: NextRequest, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const account = await currentAccount();
  if (!account) return refuse(401, "You are not signed in. Open the page again.");
  const db = await database();
  const taught = await teaches(db, account, (await params).id);
  if (!taught) return refuse(404, "There is no such class.");
  if (taught.archivedAt !== null) return refuse(409, "This class is archived. Restore it in its settings first.");
  try {
    const reading = readRoster(new Uint8Array(await request.arrayBuffer()));
    if (!request.nextUrl.searchParams.has("keep")) return answer({ reading });
    return answer({ reading, done: await importRoster(db, actorOf(account), taught.id, reading.rows) });
  } catch (error) {
    if (error instanceof RosterFileError) return refuse(422, error.message);
    if (error instanceof ClassRefusal) return refuse(409, error.message);
    throw error;
  }
}

function answer(body: object): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
