/**
 * Text to a Markdown tree: CommonMark, GFM, YAML front matter and component tags. The MDX dialect without a
 * JavaScript parser: no import, no export, no code; a lesson is data.
 */
import type { Nodes, Paragraph, PhrasingContent, Root, RootContent } from "mdast";
import { mdxExpressionFromMarkdown } from "mdast-util-mdx-expression";
import { type MdxJsxFlowElement, type MdxJsxTextElement, mdxJsxFromMarkdown } from "mdast-util-mdx-jsx";
import { mdxExpression } from "micromark-extension-mdx-expression";
import { mdxJsx } from "micromark-extension-mdx-jsx";
import { mdxMd } from "micromark-extension-mdx-md";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { type Processor, unified } from "unified";
import { SKIP, visit } from "unist-util-visit";
import { VFileMessage } from "vfile-message";
import type { Problems } from "./problems.ts";

/** Levels of quotes, lists and tags in each other. A lesson that people can read has ten. */
const DEEPEST = 100;

const markdown = unified()
  .use(remarkParse)
  .use(remarkGfm, { singleTilde: false })
  .use(remarkFrontmatter, ["yaml"])
  .use(componentTags)
  .freeze();

/** A lesson's Markdown tree, or undefined where the text cannot be read; then `problems` says why. */
export function readMarkdown(source: string, problems: Problems): Root | undefined {
  try {
    const tree = markdown.parse(source);
    // Whatever reads the tree afterwards goes down it by recursion.
    if (isDeep(tree)) throw new RangeError(`Nodes are nested more than ${DEEPEST} levels deep.`);
    liftComponents(tree);
    return tree;
  } catch (error) {
    if (error instanceof VFileMessage) {
      const place = error.place && ("start" in error.place ? error.place.start : error.place);
      const { message, cure, line, column } = explain(error.reason);
      problems.add({ line: line ?? place?.line ?? 1, column: column ?? place?.column ?? 1 }, message, cure);
      return undefined;
    }
    if (error instanceof RangeError) {
      problems.add({ line: 1, column: 1 }, "The file is nested too deeply to be read.", "Use fewer levels of quotes and lists.");
      return undefined;
    }
    throw error;
  }
}

/** Looks without recursion. */
function isDeep(tree: Root): boolean {
  let level: Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((node) => ("children" in node ? node.children : []));
  }
  return false;
}

function componentTags(this: Processor): void {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), mdxExpression(), mdxJsx(), mdxMd()];
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), mdxExpressionFromMarkdown(), mdxJsxFromMarkdown()];
}

/**
 * Markdown reads `<Hint>text</Hint>` on one line as a paragraph that holds a tag. Where tags are all that a paragraph
 * has, they are meant as blocks: this lifts them out and gives their text a paragraph of its own.
 */
function liftComponents(tree: Root): void {
  visit(tree, "paragraph", (paragraph, index, parent) => {
    if (!parent || index === undefined || !holdsOnlyTags(paragraph)) return;
    const blocks = paragraph.children.filter((child) => child.type === "mdxJsxTextElement").map(asBlock);
    const siblings: RootContent[] = parent.children;
    siblings.splice(index, 1, ...blocks);
    return [SKIP, index + blocks.length];
  });
}

function holdsOnlyTags({ children }: Paragraph): boolean {
  const isTag = (child: PhrasingContent) => child.type === "mdxJsxTextElement";
  return children.some(isTag) && children.every((child) => isTag(child) || (child.type === "text" && child.value.trim() === ""));
}

function asBlock(element: MdxJsxTextElement): MdxJsxFlowElement {
  const position = element.position ? { position: element.position } : {};
  const paragraph: Paragraph = { type: "paragraph", children: element.children, ...position };
  const children: MdxJsxFlowElement["children"] = holdsOnlyTags(paragraph)
    ? element.children.filter((child) => child.type === "mdxJsxTextElement").map(asBlock)
    : element.children.length > 0
      ? [paragraph]
      : [];
  return { type: "mdxJsxFlowElement", name: element.name, attributes: element.attributes, children, ...position };
}

type Explanation = { message: string; cure: string; line?: number; column?: number };

/** The parsers' words for authors. A new wording of theirs falls through to the end and is shown as it is. */
function explain(reason: string): Explanation {
  const [, tag, open, line, column] = /`(<\/?[^`]*>)`.*?`?(<[^`]*>)?`? \((\d+):(\d+)/.exec(reason) ?? [];
  const opening = line && column ? { line: Number(line), column: Number(column) } : {};
  if (reason.startsWith("Expected a closing tag") && tag) {
    const closing = tag.replace("<", "</");
    return {
      message: `\`${tag}\` is opened here and never closed.`,
      cure: `Add \`${closing}\` on a line of its own after its text.`,
      ...opening,
    };
  }
  if (reason.startsWith("Unexpected closing tag") && tag && open) {
    return {
      message: `\`${tag}\` closes nothing here: \`${open}\` of line ${line} is still open.`,
      cure: `Write \`${open.replace("<", "</")}\` first, or correct the name.`,
    };
  }
  if (reason.startsWith("Expected the closing tag") && tag) {
    const opened = tag.replace("</", "<");
    return {
      message: `\`${tag}\` is not in the same block of text as its \`${opened}\`.`,
      cure: `Put \`${opened}\` and \`${tag}\` each on a line of its own.`,
    };
  }
  if (reason.startsWith("Unexpected closing slash")) {
    return { message: "This closing tag closes nothing.", cure: "Remove it, or add its opening tag before." };
  }
  if (/attribute in closing tag|self-closing slash `\/` in closing tag/.test(reason)) {
    return { message: "A closing tag has nothing but its name.", cure: "Write it like `</Task>`." };
  }
  if (reason.includes("lazy line")) {
    return {
      message: "A tag or brace goes on in a line that left its quote or list.",
      cure: "Indent the line like the one before, or put the tag on one line.",
    };
  }
  if (/expression|brace/.test(reason)) {
    return { message: "A `{` in the text is never closed.", cure: "Write `\\{` for a brace, or put the words in backticks." };
  }
  if (/\b(name|tag|attribute|attributes)\b/.test(reason)) {
    const [, character] = /^Unexpected (character `.*?`(?= \())/.exec(reason) ?? [];
    return {
      message: `A \`<\` in the text begins a component's tag, and ${character ? `the ${character} does not fit in` : "the file ends before"} it.`,
      cure: 'Write `\\<` for a less-than sign, put the words in backticks, or correct the tag, for example `<Note>` or `<Task id="x" title="y">`.',
    };
  }
  return { message: `${reason.replace(/\.$/, "")}.`, cure: "See docs/lesson-format.md for the syntax." };
}
