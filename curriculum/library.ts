/** The lessons on disk: `LESSONS/SLUG/lesson.mdx`, and beside it `files/`, which is copied into the sandbox. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { ID } from "./front-matter.ts";
import { type Lesson, LessonError, LessonNotFound, type LessonProblem } from "./lesson.ts";
import { nearest } from "./nearest.ts";
import { parseLesson } from "./parse.ts";

export { type Lesson, LessonError, LessonNotFound, type LessonProblem } from "./lesson.ts";

/** Largest lesson file, bytes. */
const LARGEST = 1024 * 1024;

export type Library = { lessons: Lesson[]; broken: { slug: string; problems: readonly LessonProblem[] }[] };

type Cached = { stamp: string; lesson: Lesson; text: string };
const cache = new Map<string, Cached>();

/**
 * One lesson. It is parsed again when its file has changed. Throws LessonNotFound if there is none of this name and
 * LessonError if it has mistakes.
 */
export async function loadLesson(lessonsFolder: string, slug: string): Promise<Lesson> {
  const { lesson, text, file } = await readLesson(lessonsFolder, slug);
  const slugs = await lessonSlugs(lessonsFolder);
  const problems = lesson.needs
    .filter((need) => need === slug || !slugs.includes(need))
    .map((need) => {
      const meant = nearest(
        need,
        slugs.filter((other) => other !== slug),
      );
      return {
        ...placeOf(text, need),
        file,
        message: need === slug ? `The lesson needs itself.` : `The lesson needs "${need}", and there is no such lesson.`,
        cure: meant ? `Did you mean \`${meant}\`?` : "Remove it from `needs`.",
      };
    });
  if (problems.length > 0) throw new LessonError(problems);
  return lesson;
}

/** All lessons in the order of the curriculum, and the mistakes of those that cannot be shown. */
export async function listLessons(lessonsFolder: string): Promise<Library> {
  const lessons: Lesson[] = [];
  const broken: Library["broken"] = [];
  for (const slug of await lessonSlugs(lessonsFolder)) {
    try {
      lessons.push(await loadLesson(lessonsFolder, slug));
    } catch (error) {
      if (error instanceof LessonError) broken.push({ slug, problems: error.problems });
      // A lesson that was removed while we looked is no lesson.
      else if (!(error instanceof LessonNotFound)) throw error;
    }
  }
  lessons.sort((a, b) => a.order - b.order || (a.slug < b.slug ? -1 : 1));
  return { lessons, broken };
}

/** Names of all lessons, broken ones included, sorted. An empty or missing folder has none. */
export async function lessonSlugs(lessonsFolder: string): Promise<string[]> {
  const entries = await readdir(lessonsFolder, { withFileTypes: true }).catch(ifMissing([]));
  const slugs = await Promise.all(
    entries
      .filter((entry) => ID.test(entry.name) && !entry.isFile())
      .map(async ({ name }) => ((await stat(lessonFile(lessonsFolder, name)).catch(ifMissing(undefined))) ? name : undefined)),
  );
  return slugs.filter((slug) => slug !== undefined).toSorted();
}

/** Path of a lesson's file. */
export function lessonFile(lessonsFolder: string, slug: string): string {
  return path.join(lessonsFolder, slug, "lesson.mdx");
}

async function readLesson(lessonsFolder: string, slug: string): Promise<{ lesson: Lesson; text: string; file: string }> {
  if (!ID.test(slug)) throw new LessonNotFound(slug);
  const file = lessonFile(lessonsFolder, slug);
  const folder = path.join(lessonsFolder, slug, "files");
  const [found, filesFound] = await Promise.all([
    stat(file, { bigint: true }).catch(ifMissing(undefined)),
    stat(folder).catch(ifMissing(undefined)),
  ]);
  if (!found?.isFile()) throw new LessonNotFound(slug);
  const filesFolder = filesFound?.isDirectory() ? path.resolve(folder) : undefined;
  const stamp = [found.mtimeNs, found.size, found.ino, filesFolder].join(" ");
  const cached = cache.get(path.resolve(file));
  if (cached?.stamp === stamp) return { lesson: cached.lesson, text: cached.text, file };

  if (found.size > LARGEST) {
    throw new LessonError([
      { file, line: 1, column: 1, message: "The file is larger than 1 MiB.", cure: "Split the lesson in two." },
    ]);
  }
  const text = await readFile(file, "utf8");
  const lesson = parseLesson({ slug, file, text, filesFolder });
  cache.set(path.resolve(file), { stamp, lesson, text });
  return { lesson, text, file };
}

/** Where a lesson's front matter names another lesson. */
function placeOf(text: string, need: string): { line: number; column: number } {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith("needs"));
  const index = lines.findIndex((line, index) => index >= first && line.includes(need));
  return index < 0 ? { line: 1, column: 1 } : { line: index + 1, column: (lines[index]?.indexOf(need) ?? 0) + 1 };
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return instead;
    throw error;
  };
}
