/** Quizzes: a question and a list of options, `- [x]` right and `- [ ]` wrong, each with an explanation below it. */
import type { ListItem, Root, RootContent } from "mdast";
import type { MdxJsxFlowElement } from "mdast-util-mdx-jsx";
import { toString as plainText } from "mdast-util-to-string";
import { attributesOf, type ComponentElement, isComponent } from "./components.ts";
import type { Quiz, QuizOption } from "./lesson.ts";
import { toPage } from "./page.ts";
import type { Problems } from "./problems.ts";

/** Reads the lesson's quizzes. What stays of an option in the tree is `<Option index="0">` with its text. */
export function takeQuizzes(tree: Root, problems: Problems): Quiz[] {
  const quizzes: Quiz[] = [];
  for (const node of tree.children) {
    if (!isComponent(node, "Quiz")) continue;
    const quiz = takeQuiz(node, problems);
    if (quiz) quizzes.push(quiz);
  }
  return quizzes;
}

function takeQuiz(element: ComponentElement, problems: Problems): Quiz | undefined {
  const { id, question } = attributesOf(element);
  const name = id ? `Quiz "${id}"` : "This quiz";
  const options: QuizOption[] = [];
  const shown: MdxJsxFlowElement[] = [];
  for (const child of element.children) {
    if (child.type === "list") {
      for (const item of child.children) {
        const option = takeOption(item, problems);
        if (!option) continue;
        shown.push(optionElement(item, options.length));
        options.push(option);
      }
    } else if (child.type !== "mdxFlowExpression") {
      problems.add(
        child,
        `${name} holds more than its list of options.`,
        "Put the words into `question`, into an option's explanation, or before the quiz.",
      );
    }
  }
  const right = options.filter((option) => option.right).length;
  if (options.length < 2) {
    problems.add(element, `${name} has fewer than two options.`, "Write them as a list: `- [x] right` and `- [ ] wrong`.");
  } else if (right === 0) {
    problems.add(element, `${name} has no right option.`, "Mark it with `- [x]`.");
  }
  element.children = shown;
  element.attributes.push({ type: "mdxJsxAttribute", name: "multiple", value: right > 1 ? "true" : "false" });
  if (id === undefined || question === undefined) return undefined;
  return { id, question, options, multiple: right > 1 };
}

function takeOption(item: ListItem, problems: Problems): QuizOption | undefined {
  const [first, ...explanation] = item.children;
  if (item.checked === null || item.checked === undefined) {
    problems.add(item, "This option is neither right nor wrong.", "Begin it with `[x]` or `[ ]`, a space, and its text.");
    return undefined;
  }
  if (first?.type !== "paragraph" || plainText(first).trim() === "") {
    problems.add(item, "This option has no text.", "Write it on the line of its `[x]` or `[ ]`.");
    return undefined;
  }
  const children: RootContent[] = explanation;
  return {
    right: item.checked,
    text: plainText(first),
    explanation: children.length > 0 ? toPage({ type: "root", children }) : undefined,
  };
}

function optionElement(item: ListItem, index: number): MdxJsxFlowElement {
  return {
    type: "mdxJsxFlowElement",
    name: "Option",
    attributes: [{ type: "mdxJsxAttribute", name: "index", value: String(index) }],
    children: item.children.slice(0, 1),
  };
}
