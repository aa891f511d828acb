/** A document's Markdown (GFM) to the tree that its page renders. */
import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import type { Element, ElementContent, Root } from "hast";
import { toString as plainText } from "hast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { SKIP, visit } from "unist-util-visit";

export type Document = {
  title: string;
  /** The first paragraph's text. */
  summary: string;
  /** Second-level headings. */
  outline: readonly { id: string; text: string }[];
  /** Without its title. */
  body: Root;
};

export type Where = {
  /** The document's own file, below docs/. */
  file: string;
  /** Names of pages by file, below docs/. */
  pages: ReadonlyMap<string, string>;
};

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkRehype).freeze();

/** Headings get the ids that they have where the file is read elsewhere; links to other documents lead to their pages. */
export function parseDocument(text: string, where: Where): Document {
  const body = processor.runSync(processor.parse(text));
  const slugger = new GithubSlugger();
  const outline: { id: string; text: string }[] = [];
  let title = "";
  let summary = "";
  visit(body, "element", (node, index, parent) => {
    delete node.position;
    const words = plainText(node);
    if (node.tagName === "h1" && title === "") {
      title = words;
      slugger.slug(words);
      if (parent && index !== undefined) parent.children.splice(index, 1);
      return [SKIP, index ?? 0];
    }
    if (/^h[2-4]$/.test(node.tagName)) {
      node.properties.id = slugger.slug(words);
      if (node.tagName === "h2") outline.push({ id: String(node.properties.id), text: words });
    }
    if (node.tagName === "p" && summary === "") summary = words;
    if (node.tagName === "a") return lead(node, where, (children) => parent?.children.splice(index ?? 0, 1, ...children));
    return undefined;
  });
  return { title, summary, outline, body };
}

/** Points a link to where it leads on the site. One to a file of the repository that has no page becomes its text. */
function lead(link: Element, { file, pages }: Where, replace: (children: ElementContent[]) => void): void {
  const href = String(link.properties.href ?? "");
  if (/^(https?:|#)/.test(href)) return;
  const [path = "", anchor] = href.split("#");
  const page = pages.get(posix.join(posix.dirname(file), path));
  if (page === undefined) replace(link.children);
  else link.properties.href = `/docs/${page}${anchor === undefined ? "" : `#${anchor}`}`;
}
