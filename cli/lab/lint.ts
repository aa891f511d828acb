/** `lab lint`: every mistake of a lesson that can be seen without running it. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadGlossary } from "../../curriculum/glossary.ts";
import type { Script } from "../../curriculum/lesson.ts";
import { type Lesson, LessonError, type LessonProblem, lessonFile, loadLesson } from "../../curriculum/library.ts";
import { nearest } from "../../curriculum/nearest.ts";
import { factMistakes } from "../../lab-server/checks/fact.ts";
import { bold, green, red } from "../start/step.ts";
import { chooseLessons, readPlace } from "./place.ts";

/** Returns the exit code: 1 if a lesson has a problem. */
export async function lintLessons(named: readonly string[], { json }: { json?: true }): Promise<number> {
  const { lessonsFolder } = readPlace();
  const slugs = await chooseLessons(lessonsFolder, named);
  const problems: LessonProblem[] = [];
  const lessons = new Map<string, Lesson>();
  for (const slug of slugs) {
    try {
      const lesson = await loadLesson(lessonsFolder, slug);
      lessons.set(slug, lesson);
      problems.push(...(await scriptProblems(lesson, lessonFile(lessonsFolder, slug))));
      problems.push(...(await factProblems(lesson, lessonFile(lessonsFolder, slug))));
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...circles(lessons, lessonsFolder), ...(await glossaryProblems(lessons, lessonsFolder)));
  if (json) console.log(JSON.stringify(problems, undefined, 2));
  else print(problems, slugs.length);
  return problems.length > 0 ? 1 : 0;
}

function print(problems: readonly LessonProblem[], lessons: number): void {
  for (const { file, line, column, message, cure } of problems) {
    console.log(`${bold(`${path.relative(process.cwd(), file)}:${line}:${column}`)} ${message}\n    ${cure}`);
  }
  const found = `${lessons} ${lessons === 1 ? "lesson" : "lessons"}, ${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
  console.log(problems.length > 0 ? red(found) : green(found));
}

/** What bash finds wrong with a lesson's scripts before it runs them. */
async function scriptProblems(lesson: Lesson, file: string): Promise<LessonProblem[]> {
  const source = await readFile(file, "utf8");
  const scripts: { name: string; script: Script; line: number }[] = [
    ...(lesson.setup ? [{ name: "setup", script: lesson.setup, line: 1 }] : []),
    ...lesson.tasks.flatMap(({ id, check, solution, line }) => [
      { name: `check of "${id}"`, script: check, line },
      { name: `solution of "${id}"`, script: solution, line },
    ]),
  ];
  return scripts.flatMap(({ name, script, line }) =>
    [...new Set([script.v1, script.v2])].flatMap((text) => {
      const { stderr } = spawnSync("bash", ["-n"], {
        input: `${text}\n`,
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C" },
      });
      const [, row, complaint] = /line (\d+): (.*)/.exec(stderr) ?? [];
      if (complaint === undefined) return [];
      return [
        {
          file,
          line: (lineOf(source, text) ?? line) + Number(row) - 1,
          column: 1,
          message: `The ${name} is not a bash script: ${complaint}.`,
          cure: "Correct the script; `bash -n` must find nothing.",
        },
      ];
    }),
  );
}

/** Tables and columns that `fact` does not know, in checks. */
async function factProblems({ tasks }: Lesson, file: string): Promise<LessonProblem[]> {
  const source = await readFile(file, "utf8");
  return tasks.flatMap(({ id, check, line }) =>
    [...new Set([check.v1, check.v2])].flatMap((text) =>
      factMistakes(text).map(({ line: row, word, known, what }) => {
        const meant = nearest(word, known);
        return {
          file,
          line: (lineOf(source, text) ?? line) + row - 1,
          column: 1,
          message: `The check of "${id}" asks \`fact\` for a ${what} "${word}", which there is not.`,
          cure: meant ? `Did you mean \`${meant}\`?` : `There are ${known.join(", ")}; each is written out, not in a variable.`,
        };
      }),
    ),
  );
}

/** The line at which a script begins. */
function lineOf(source: string, script: string): number | undefined {
  const at = source.replaceAll("\r\n", "\n").indexOf(`\n${script}\n`);
  return at < 0 ? undefined : source.slice(0, at + 1).split("\n").length;
}

/** Mistakes in the glossary, and terms that it does not explain. */
async function glossaryProblems(lessons: ReadonlyMap<string, Lesson>, lessonsFolder: string): Promise<LessonProblem[]> {
  const { entries, problems } = await loadGlossary(lessonsFolder);
  const unknown = [...lessons.values()].flatMap(({ slug, terms }) =>
    terms
      .filter((term) => !entries.has(term.slug))
      .map((term) => {
        const meant = nearest(term.slug, [...entries.keys()]);
        return {
          line: term.line,
          column: term.column,
          file: lessonFile(lessonsFolder, slug),
          message: `The glossary has no term "${term.slug}".`,
          cure: meant ? `Did you mean \`${meant}\`?` : `Explain it in lessons/${slug}/glossary.yaml.`,
        };
      }),
  );
  const unused = [...entries.values()]
    .filter(({ lesson, slug }) => lessons.get(lesson)?.terms.every((term) => term.slug !== slug))
    .map(({ lesson, slug }) => ({
      file: lessonFile(lessonsFolder, lesson),
      line: 1,
      column: 1,
      message: `The lesson never links its term "${slug}".`,
      cure: `Write \`<Term slug="${slug}">…</Term>\` where the word comes first.`,
    }));
  return [...problems, ...unknown, ...unused];
}

/** Lessons that need each other in a circle. */
function circles(lessons: ReadonlyMap<string, Lesson>, lessonsFolder: string): LessonProblem[] {
  const problems: LessonProblem[] = [];
  for (const lesson of lessons.values()) {
    const circle = wayBack(lessons, lesson.slug, [lesson.slug]);
    if (!circle) continue;
    problems.push({
      file: lessonFile(lessonsFolder, lesson.slug),
      line: 1,
      column: 1,
      message: `The lesson needs itself in a circle: ${circle.join(" → ")}.`,
      cure: "Remove one of these from `needs`.",
    });
  }
  return problems;
}

function wayBack(lessons: ReadonlyMap<string, Lesson>, to: string, way: readonly string[]): readonly string[] | undefined {
  for (const need of lessons.get(way.at(-1) ?? to)?.needs ?? []) {
    if (need === to) return [...way, to];
    if (way.includes(need)) continue;
    const found = wayBack(lessons, to, [...way, need]);
    if (found) return found;
  }
  return undefined;
}
