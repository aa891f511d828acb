/** A lesson file's text to a lesson. */
import type { Root } from "mdast";
import { visit } from "unist-util-visit";
import { attributesOf, checkComponents, isComponent } from "./components.ts";
import { readFrontMatter } from "./front-matter.ts";
import { type Lesson, LessonError } from "./lesson.ts";
import { checkLinks } from "./links.ts";
import { makeOutline } from "./outline.ts";
import { toPage } from "./page.ts";
import { Problems } from "./problems.ts";
import { takeQuizzes } from "./quiz.ts";
import { checkFence, joinVariants, readFence } from "./script.ts";
import { readMarkdown } from "./syntax.ts";
import { takeBlocks, takeTasks } from "./task.ts";

export type LessonSource = {
  slug: string;
  /** Path of the file for messages. */
  file: string;
  text: string;
  filesFolder?: string | undefined;
};

/** Parses a lesson. Throws LessonError with every mistake that it has; what it returns is right as far as a file alone can be. */
export function parseLesson({ slug, file, text, filesFolder }: LessonSource): Lesson {
  const problems = new Problems(file);
  const frontMatter = readFrontMatter(text, problems);
  const tree = readMarkdown(text, problems);
  if (!tree) throw new LessonError(problems.all());

  checkComponents(tree, problems);
  checkBlocks(tree, problems);
  const outline = makeOutline(tree, problems);
  checkLinks(tree, new Set(outline.map((entry) => entry.id)), problems);
  const setup = joinVariants(takeBlocks(tree, "setup"), "setup", problems);
  const tasks = takeTasks(tree, problems);
  const quizzes = takeQuizzes(tree, problems);
  const terms = findTerms(tree);

  const found = problems.all();
  if (!frontMatter || found.length > 0) throw new LessonError(found);
  return { slug, ...frontMatter, setup, filesFolder, tasks, quizzes, outline, terms, body: toPage(tree) };
}

/** Checks, solutions and setups stand where they are found and taken out of the page; anywhere else they would be shown. */
function checkBlocks(tree: Root, problems: Problems): void {
  visit(tree, "code", (block, _index, parent) => {
    checkFence(block, problems);
    const { use } = readFence(block);
    if (use === "setup" && parent?.type !== "root") {
      problems.add(block, "A setup block belongs at the top level of the lesson.", "Move it out of what it stands in.");
    }
    const inTask = parent?.type === "mdxJsxFlowElement" && parent.name === "Task";
    if ((use === "check" || use === "solution") && !inTask) {
      problems.add(block, `A ${use} block belongs directly inside a \`<Task>\`.`, "Move it there.");
    }
  });
}

function findTerms(tree: Root): Lesson["terms"] {
  const terms: { slug: string; line: number; column: number }[] = [];
  visit(tree, (node) => {
    if (!isComponent(node, "Term")) return;
    const { line, column } = node.position?.start ?? { line: 1, column: 1 };
    terms.push({ slug: attributesOf(node).slug ?? "", line, column });
  });
  return terms;
}
