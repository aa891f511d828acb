/** A fresh ticket for a page that is open for longer than its first one lives. */
import type { NextRequest } from "next/server";
import { z } from "zod";
import { classOf } from "../../../classroom/classes.ts";
import { signTicket } from "../../../classroom/ticket.ts";
import { LessonNotFound, lessonSlugs } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { currentLearner } from "../../learner.ts";

const Request = z.object({ lesson: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) });

export async function POST(request: NextRequest): Promise<Response> {
  const { secret, origins, lessonsFolder } = configuration();
  const origin = request.headers.get("origin");
  if (!origin || !origins.includes(origin)) return refuse(403, "This request does not come from a page of this site.");
  const body = Request.safeParse(await request.json().catch(() => undefined));
  if (!body.success) return refuse(400, 'The request must be JSON with a "lesson".');
  const learner = await currentLearner();
  if (!learner) return refuse(401, "This browser has no learner yet. Open the lesson again.");
  const { lesson } = body.data;
  if (!(await lessonSlugs(lessonsFolder)).includes(lesson)) return refuse(404, new LessonNotFound(lesson).message);
  const taken = await classOf(await database(), learner, lesson);
  if (taken && !taken.open) return refuse(403, "Your instructor has closed this lesson.", "lesson-closed");
  return Response.json({ ticket: await signTicket({ learner, lesson }, secret) }, { headers: { "cache-control": "no-store" } });
}

/** `code`: what went wrong, for the page's script, where it can tell the learner more. */
function refuse(status: number, message: string, code?: "lesson-closed"): Response {
  return Response.json({ message, ...(code && { code }) }, { status });
}
