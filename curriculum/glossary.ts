/** The words of the course: `LESSONS/SLUG/glossary.yaml` says what the terms mean that a lesson introduces. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ID } from "./front-matter.ts";
import type { LessonProblem } from "./lesson.ts";
import { lessonSlugs } from "./library.ts";

const Entry = z.strictObject({
  term: z.string().trim().min(1).max(60),
  slug: z.string().regex(ID),
  says: z.string().trim().min(20).max(600),
  see: z.url({ protocol: /^https?$/ }).optional(),
});

export type GlossaryEntry = z.infer<typeof Entry> & {
  /** Slug of the lesson that introduces it. */
  lesson: string;
};

export type Glossary = {
  /** By slug of the term, in the alphabet's order. */
  entries: ReadonlyMap<string, GlossaryEntry>;
  problems: LessonProblem[];
};

/**
 * The terms of all lessons. A file with mistakes gives no terms, only problems. Files are read again when they have changed;
 * until then an entry is the same object each time.
 */
export async function loadGlossary(lessonsFolder: string): Promise<Glossary> {
  const found: GlossaryEntry[] = [];
  const problems: LessonProblem[] = [];
  for (const lesson of await lessonSlugs(lessonsFolder)) {
    const file = path.join(lessonsFolder, lesson, "glossary.yaml");
    const read = await readGlossary(file, lesson);
    if (read === undefined) continue;
    problems.push(...read.problems);
    for (const { entry, line } of read.entries) {
      const twin = found.find(({ slug }) => slug === entry.slug);
      if (twin) {
        const message = `The term "${entry.slug}" is explained in lessons/${twin.lesson} already.`;
        problems.push({ file, line, column: 1, message, cure: "Keep the entry of the lesson that comes first." });
      } else found.push(entry);
    }
  }
  found.sort((a, b) => a.term.localeCompare(b.term, "en", { sensitivity: "base" }));
  return { entries: new Map(found.map((entry) => [entry.slug, entry])), problems };
}

type Read = { entries: { entry: GlossaryEntry; line: number }[]; problems: LessonProblem[] };
const cache = new Map<string, { stamp: string; read: Read }>();

/** One lesson's terms; undefined if it explains none. */
async function readGlossary(file: string, lesson: string): Promise<Read | undefined> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    const stamp = [mtimeNs, size, ino].join(" ");
    const cached = cache.get(file);
    if (cached?.stamp === stamp) return cached.read;
    const read = readEntries(file, await readFile(file, "utf8"), lesson);
    cache.set(file, { stamp, read });
    return read;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function readEntries(file: string, text: string, lesson: string): Read {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  const problem = (line: number, message: string, cure: string): LessonProblem => ({ file, line, column: 1, message, cure });
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    return {
      entries: [],
      problems: [problem(line, `The glossary is not YAML: ${error.message}`, "Quote texts that hold a colon.")],
    };
  }
  const list = z.array(z.unknown()).safeParse(document.toJS());
  if (!list.success)
    return { entries: [], problems: [problem(1, "The glossary is not a list.", "Begin each term with `- term: …`.")] };

  const entries: Read["entries"] = [];
  const problems: LessonProblem[] = [];
  for (const [index, item] of list.data.entries()) {
    const node: unknown = document.getIn([index], true);
    const offset = z.object({ range: z.tuple([z.number()]).rest(z.number()) }).safeParse(node);
    const line = lines.linePos(offset.success ? offset.data.range[0] : 0).line;
    const entry = Entry.safeParse(item);
    if (entry.success) entries.push({ entry: { ...entry.data, lesson }, line });
    else {
      const issue = entry.error.issues[0];
      const field = issue?.path.join(".") || "entry";
      problems.push(
        problem(
          line,
          `A term's ${field} is wrong: ${issue?.message ?? "not as expected"}.`,
          "An entry has term, slug, says and perhaps see.",
        ),
      );
    }
  }
  return { entries, problems };
}
