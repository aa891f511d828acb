/**
 * The lesson model: what a parsed lesson is. `parse.ts` makes it from `lessons/SLUG/lesson.mdx`; the site renders
 * `body`, the lab-server runs checks, the CLI tests solutions. docs/lesson-format.md tells authors how to write one.
 */
import type { Root } from "hast";

export type Lesson = {
  /** Folder name under lessons/. */
  slug: string;
  title: string;
  /** One sentence for the curriculum page. */
  summary: string;
  /** Honest estimate, minutes. */
  minutes: number;
  /** Place in the curriculum, ascending. */
  order: number;
  /** Slugs of lessons that this one builds on. */
  needs: readonly string[];
  /** What a learner can do afterwards, short phrases. */
  goals: readonly string[];
  /** Name of the sandbox image. */
  image: string;
  /** Script run once as root inside a new sandbox before the learner sees it; undefined if none. */
  setup: Script | undefined;
  /** Folder whose tree is copied over the sandbox's `/`; undefined if the lesson has none. */
  filesFolder: string | undefined;
  tasks: readonly Task[];
  quizzes: readonly Quiz[];
  /** Headings, tasks and quizzes in the order of the page, for a table of contents. Each `id` is an anchor on the page. */
  outline: readonly OutlineEntry[];
  /** Where the text links the glossary. */
  terms: readonly { slug: string; line: number; column: number }[];
  /**
   * The lesson as a tree for the page. Checks, solutions and quiz answers are not in it: their places hold only ids.
   * Elements named after components (`Task`, `Hint`, `Quiz`, `Note`, `Cgroup`, `Run`, …) carry plain string properties.
   */
  body: Root;
};

/** A shell script, with its variants where cgroup v1 and v2 differ. */
export type Script = { v1: string; v2: string };

export type Task = {
  id: string;
  title: string;
  /** Never sent to a browser. */
  check: Script;
  /** Sent to a browser only when the learner asks for it. */
  solution: Script;
  hints: number;
  /** True where the author says that an earlier task's solution may already do this one. */
  early: boolean;
  /** Line of `<Task` in lesson.mdx, for messages. */
  line: number;
};

export type Quiz = {
  id: string;
  question: string;
  options: readonly QuizOption[];
  /** True where several options are right and all must be chosen. */
  multiple: boolean;
};

/** `right` and `explanation` (a tree like the lesson's body) are sent to a browser only after the learner answered. */
export type QuizOption = { right: boolean; text: string; explanation: Root | undefined };

export type OutlineEntry = { kind: "heading" | "task" | "quiz"; id: string; text: string; depth: number };

/** A mistake in a lesson file. `message` says what is wrong, `cure` what to do. Lines and columns count from 1. */
export type LessonProblem = { file: string; line: number; column: number; message: string; cure: string };

/** A lesson's file has mistakes: all that were found, in the order of the file. */
export class LessonError extends Error {
  readonly problems: readonly LessonProblem[];
  constructor(problems: readonly LessonProblem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.name = "LessonError";
    this.problems = problems;
  }
}

/** There is no lesson of this name. */
export class LessonNotFound extends Error {
  readonly slug: string;
  constructor(slug: string) {
    super(`There is no lesson called "${slug}".`);
    this.name = "LessonNotFound";
    this.slug = slug;
  }
}

/** A problem as one line, in the form that editors and terminals link. */
export function describeProblem({ file, line, column, message, cure }: LessonProblem): string {
  return `${file}:${line}:${column}: ${message} ${cure}`;
}
