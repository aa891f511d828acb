/** Search over lessons and glossary: `?q=` is what was typed. Without it the lessons themselves are the answer. */
import { after, type NextRequest } from "next/server";
import { z } from "zod";
import { type Answer, LONGEST_QUERY } from "../../../components/search/answer.ts";
import { listLessons } from "../../../curriculum/library.ts";
import { type Hit, searchIndex, searchLessons } from "../../../curriculum/search.ts";
import { configuration } from "../../configuration.ts";
import { labHost } from "../../host.ts";

const Query = z.string().max(LONGEST_QUERY).default("");

export async function GET(request: NextRequest): Promise<Response> {
  const query = Query.safeParse(request.nextUrl.searchParams.get("q") ?? undefined);
  if (!query.success) {
    return Response.json({ message: `A query has at most ${LONGEST_QUERY} characters.` }, { status: 400 });
  }
  const isEmpty = query.data.trim() === "";
  const answer = isEmpty ? await allLessons() : await found(query.data);
  // Whoever opens the search is about to type.
  if (isEmpty) after(async () => searchIndex(configuration().lessonsFolder, await cgroup()));
  // What is typed again, as by taking a letter back, need not be asked again.
  return Response.json(answer, { headers: { "cache-control": "private, max-age=30" } });
}

async function found(query: string): Promise<Answer> {
  const groups = await searchLessons(configuration().lessonsFolder, query, await cgroup());
  return {
    groups: groups.map(({ lesson, hits }) => ({
      name: lesson?.title ?? "Glossary",
      hits: hits.map((hit) => ({ kind: hit.kind, href: addressOf(hit), title: hit.title, snippet: hit.snippet })),
    })),
  };
}

async function allLessons(): Promise<Answer> {
  const { lessons } = await listLessons(configuration().lessonsFolder);
  const hits = lessons.map(({ slug, title, summary }) => ({
    kind: "lesson" as const,
    href: `/lessons/${slug}`,
    title: [{ text: title, match: false }],
    snippet: [{ text: summary, match: false }],
  }));
  return { groups: hits.length > 0 ? [{ name: "Lessons", hits }] : [] };
}

async function cgroup(): Promise<1 | 2> {
  return (await labHost())?.cgroup ?? 2;
}

function addressOf({ kind, lesson, anchor }: Hit): string {
  const page = kind === "term" ? "/glossary" : `/lessons/${lesson}`;
  return anchor === undefined ? page : `${page}#${encodeURIComponent(anchor)}`;
}
