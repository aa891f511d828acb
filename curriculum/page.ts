/** A Markdown tree to the tree that the page renders. Components become elements of their name. */
import type { Element, Root as Page, Properties } from "hast";
import type { Code, Root } from "mdast";
import remarkRehype, { defaultHandlers, type Options } from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { attributesOf, type ComponentElement } from "./components.ts";
import { readFence } from "./script.ts";

type Handler = NonNullable<NonNullable<Options["handlers"]>["code"]>;

const component: Handler = (state, node: ComponentElement): Element => ({
  type: "element",
  tagName: node.name ?? "",
  properties: attributesOf(node),
  children: node.type === "mdxJsxFlowElement" ? state.wrap(state.all(node), true) : state.all(node),
});

/** A run block is `<Run code>` around what any code block is; one of a single cgroup version is inside `<Cgroup version>`. */
const code: Handler = (state, node: Code): Element => {
  const pre = defaultHandlers.code(state, node);
  const { use, version } = readFence(node);
  if (use !== "run") return pre;
  const run = element("Run", { code: node.value }, pre);
  return version ? element("Cgroup", { version: version.slice(1) }, run) : run;
};

const nothing: Handler = () => undefined;

const compiler = unified()
  .use(remarkRehype, {
    handlers: {
      mdxJsxFlowElement: component,
      mdxJsxTextElement: component,
      mdxFlowExpression: nothing,
      mdxTextExpression: nothing,
      yaml: nothing,
      code,
    },
  })
  .freeze();

/** The tree for the page. Positions in the file are left out: they are of no use there. */
export function toPage(tree: Root): Page {
  const page = compiler.runSync(tree);
  visit(page, (node) => {
    delete node.position;
    if (node.type === "element") delete node.data;
  });
  return page;
}

function element(tagName: string, properties: Properties, child: Element): Element {
  return { type: "element", tagName, properties, children: [child] };
}
