/** The table of contents: headings, tasks and quizzes in the order of the page, each with an id of its own. */
import GithubSlugger from "github-slugger";
import type { Root } from "mdast";
import { toString as plainText } from "mdast-util-to-string";
import { attributesOf, isComponent } from "./components.ts";
import type { OutlineEntry } from "./lesson.ts";
import type { Problems } from "./problems.ts";

/** Makes the outline, gives headings their ids, and notes ids that are used twice. */
export function makeOutline(tree: Root, problems: Problems): OutlineEntry[] {
  const slugger = new GithubSlugger();
  const lines = new Map<string, number | undefined>();
  for (const node of tree.children) {
    const { id } = isComponent(node, "Task") || isComponent(node, "Quiz") ? attributesOf(node) : {};
    if (id === undefined) continue;
    if (lines.has(id)) problems.add(node, `The id "${id}" is taken by line ${lines.get(id)}.`, "Give this one another id.");
    else slugger.slug(id);
    lines.set(id, node.position?.start.line);
  }
  const outline: OutlineEntry[] = [];
  let depth = 1;
  for (const node of tree.children) {
    if (node.type === "heading") {
      if (node.depth === 1) {
        problems.add(
          node,
          "A heading of the first level is the lesson's title, which the front matter holds.",
          "Begin it with `##`.",
        );
      }
      const text = plainText(node);
      const id = slugger.slug(text) || slugger.slug("section");
      node.data = { ...node.data, hProperties: { id } };
      depth = node.depth;
      outline.push({ kind: "heading", id, text, depth });
    } else if (isComponent(node, "Task")) {
      const { id = "", title = "" } = attributesOf(node);
      outline.push({ kind: "task", id, text: title, depth: depth + 1 });
    } else if (isComponent(node, "Quiz")) {
      const { id = "", question = "" } = attributesOf(node);
      outline.push({ kind: "quiz", id, text: question, depth: depth + 1 });
    }
  }
  return outline;
}
