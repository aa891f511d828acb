/** For pages of learners that wait for their instructor: whether something of the class is another way now. */
import type { NextRequest } from "next/server";
import { classVersion } from "../../../../classroom/class-version.ts";
import { database } from "../../../database.ts";
import { currentLearner } from "../../../learner.ts";

export async function GET(_: NextRequest, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const learner = await currentLearner();
  const version = learner && (await classVersion(await database(), (await params).id, learner));
  if (!version) return Response.json({ message: "There is no such class." }, { status: 404 });
  return Response.json({ version }, { headers: { "cache-control": "no-store" } });
}
