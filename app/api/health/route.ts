/** Whether the site can answer: used by the start and by whoever watches. */
import { connection } from "next/server";
import { database } from "../../database.ts";

export async function GET(): Promise<Response> {
  await connection();
  await (await database()).selectFrom("learner").select("id").limit(1).execute();
  return Response.json({ ok: true });
}
