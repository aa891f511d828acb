/** The front matter: what the YAML between the two `---` lines at the top of a lesson may say. */
import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";

/** Names of lessons, tasks, quizzes and images. */
export const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\r\n]*$/);
const FrontMatter = z.strictObject({
  title: line(80),
  summary: line(200),
  minutes: z.int().min(1).max(600),
  order: z.number().min(0).max(100_000),
  needs: z.array(z.string().regex(ID)).max(20).default([]),
  goals: z.array(line(120)).min(1).max(12),
  image: z.string().regex(ID).default("debian"),
});
export type FrontMatter = z.infer<typeof FrontMatter>;

/** What each field holds, and a line to copy. */
const FIELDS: Record<keyof FrontMatter, { holds: string; example: string }> = {
  title: { holds: "one line of 1 to 80 characters", example: "title: Namespaces" },
  summary: { holds: "one sentence of up to 200 characters", example: "summary: Give a process its own view of the machine." },
  minutes: { holds: "a whole number of minutes from 1 to 600", example: "minutes: 45" },
  order: { holds: "a number from 0 up, the place in the curriculum", example: "order: 30" },
  needs: { holds: "a list of at most 20 folder names of other lessons", example: "needs: [cgroups]" },
  goals: { holds: "a list of 1 to 12 lines of up to 120 characters", example: 'goals: ["Read what lsns shows"]' },
  image: { holds: "the name of a sandbox image", example: "image: debian" },
};

/** Between two lines `---`, the first of which is the file's first. */
const FENCED = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*$/m;

/** The front matter of a lesson's text; undefined where it is missing or wrong, and then `problems` says so. */
export function readFrontMatter(text: string, problems: Problems): FrontMatter | undefined {
  const yaml = FENCED.exec(text)?.[1];
  if (yaml === undefined) {
    problems.add(
      { line: 1, column: 1 },
      "The front matter is missing.",
      "Begin the file with a line `---`, then title, summary, minutes, order and goals, then `---`.",
    );
    return undefined;
  }
  const lines = new LineCounter();
  const document = readYaml(yaml, lines);
  if (document === undefined) {
    problems.add(
      { line: 1, column: 1 },
      "The front matter is nested too deeply to be read.",
      "Write lists and fields without nesting.",
    );
    return undefined;
  }
  const point = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    // The YAML begins on the line after the `---`.
    return { line: line + 1, column: col };
  };

  for (const error of document.errors) {
    problems.add(
      point(error.pos[0]),
      `The front matter is not YAML: ${error.message.replace(/[.:]?$/, ".")}`,
      "Put a value that has `:` or `#` in it between quotes, and indent list items alike.",
    );
  }
  if (document.errors.length > 0) return undefined;
  if (!isMap(document.contents)) {
    problems.add(
      point(0),
      "The front matter holds no fields.",
      `Write one field a line, for example \`${FIELDS.title.example}\`.`,
    );
    return undefined;
  }

  const values = valuesOf(document);
  if (values === undefined) {
    problems.add(
      point(0),
      "The front matter repeats a value by `*name` where that cannot be done.",
      "Write the value out where it is needed.",
    );
    return undefined;
  }
  const parsed = FrontMatter.safeParse(values);
  if (parsed.success) return parsed.data;
  const places = new Map(
    document.contents.items.map(({ key, value }) => {
      const keyOffset = isScalar(key) ? key.range?.[0] : undefined;
      const valueOffset =
        typeof value === "object" && value !== null && "range" in value && Array.isArray(value.range)
          ? value.range[0]
          : undefined;
      return [isScalar(key) ? String(key.value) : "", { key: point(keyOffset), value: point(valueOffset ?? keyOffset) }];
    }),
  );
  const told = new Set<string>();
  for (const issue of parsed.error.issues) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const meant = nearest(key, Object.keys(FIELDS));
        problems.add(
          places.get(key)?.key ?? point(0),
          `The front matter has no field "${key}".`,
          meant ? `Did you mean \`${meant}\`?` : `Remove it; the fields are ${Object.keys(FIELDS).join(", ")}.`,
        );
      }
      continue;
    }
    const field = String(issue.path[0]);
    if (told.has(field) || !isField(field)) continue;
    told.add(field);
    const { holds, example } = FIELDS[field];
    const place = places.get(field);
    problems.add(
      place?.value ?? { line: 1, column: 1 },
      place ? `"${field}" must be ${holds}.` : `"${field}" is missing from the front matter.`,
      `Write for example \`${example}\`.`,
    );
  }
  return undefined;
}

/** Undefined where collections are nested so deeply that the parser runs out of stack. */
function readYaml(text: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Undefined where an alias has no anchor, or aliases would multiply to more than anybody needs. */
function valuesOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isField(name: string): name is keyof FrontMatter {
  return Object.hasOwn(FIELDS, name);
}
