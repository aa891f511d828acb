/** The words of the course: `LESSONS/SLUG/glossary.yaml` says what the terms mean that a lesson introduces. */
import { readFile } from "node:fs/promises";
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

/** The terms of all lessons. A file with mistakes gives no terms, only problems. */
export async function loadGlossary(lessonsFolder: string): Promise<Glossary> {
  const found: GlossaryEntry[] = [];
  const problems: LessonProblem[] = [];
  for (const lesson of await lessonSlugs(lessonsFolder)) {
    const file = path.join(lessonsFolder, lesson, "glossary.yaml");
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) continue;
    const read = readEntries(file, text);
    problems.push(...read.problems);
    for (const { entry, line } of read.entries) {
      const twin = found.find(({ slug }) => slug === entry.slug);
      if (twin) {
        const message = `The term "${entry.slug}" is explained in lessons/${twin.lesson} already.`;
        problems.push({ file, line, column: 1, message, cure: "Keep the entry of the lesson that comes first." });
      } else found.push({ ...entry, lesson });
    }
  }
  found.sort((a, b) => a.term.localeCompare(b.term, "en", { sensitivity: "base" }));
  return { entries: new Map(found.map((entry) => [entry.slug, entry])), problems };
}

function readEntries(
  file: string,
  text: string,
): { entries: { entry: z.infer<typeof Entry>; line: number }[]; problems: LessonProblem[] } {
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

  const entries: { entry: z.infer<typeof Entry>; line: number }[] = [];
  const problems: LessonProblem[] = [];
  for (const [index, item] of list.data.entries()) {
    const node: unknown = document.getIn([index], true);
    const offset = z.object({ range: z.tuple([z.number()]).rest(z.number()) }).safeParse(node);
    const line = lines.linePos(offset.success ? offset.data.range[0] : 0).line;
    const entry = Entry.safeParse(item);
    if (entry.success) entries.push({ entry: entry.data, line });
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
