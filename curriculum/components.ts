/** The components that a lesson may use, what they carry and where they may stand. */
import type { Node, Nodes } from "mdast";
import type { MdxJsxAttribute, MdxJsxFlowElement, MdxJsxTextElement } from "mdast-util-mdx-jsx";
import { ID } from "./front-matter.ts";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import { XRAY_ATTRIBUTES, xrayTargetProblem } from "./xray-target.ts";

export type ComponentElement = MdxJsxFlowElement | MdxJsxTextElement;

type Attribute = { pattern: RegExp; holds: string } | "flag";
type Component = {
  required?: Readonly<Record<string, Attribute>>;
  optional?: Readonly<Record<string, Attribute>>;
  /** Where it may stand: directly in the lesson, directly in a task, or wherever text may (the default). */
  place?: "lesson" | "task";
  /** May stand inside a sentence. */
  inline?: true;
  /** Has no text of its own. */
  empty?: true;
  /** Why attributes that are right by themselves are wrong together. */
  together?: (attributes: Readonly<Record<string, string>>) => { message: string; cure: string } | undefined;
};

const id: Attribute = {
  pattern: ID,
  holds: "lower-case letters, digits and hyphens, at most 64, beginning with a letter or digit",
};
const text = (longest: number): Attribute => ({
  pattern: new RegExp(`^(?=.*\\S)[^\\r\\n]{1,${longest}}$`),
  holds: `one line of 1 to ${longest} characters`,
});

const { focus, ...xrayThings } = XRAY_ATTRIBUTES;

const COMPONENTS: Readonly<Record<string, Component>> = {
  Task: { required: { id, title: text(120) }, optional: { early: "flag" }, place: "lesson" },
  Hint: { place: "task" },
  Quiz: { required: { id, question: text(400) }, place: "lesson" },
  Note: {},
  Warning: {},
  Why: {},
  InDocker: {},
  Sources: {},
  Cgroup: { required: { version: { pattern: /^[12]$/, holds: '"1" or "2"' } }, inline: true },
  Diagram: { required: { name: id }, empty: true },
  Term: { required: { slug: id }, inline: true },
  Xray: { required: { focus }, optional: xrayThings, empty: true, together: xrayTargetProblem },
};

/** Checks every component of a tree: its name, attributes and place. Also that no code is in the text. */
export function checkComponents(tree: Nodes, problems: Problems): void {
  walk(tree, []);

  function walk(node: Nodes, parents: readonly Nodes[]): void {
    if (node.type === "mdxJsxFlowElement" || node.type === "mdxJsxTextElement") checkComponent(node, parents, problems);
    else if (node.type === "mdxFlowExpression" || node.type === "mdxTextExpression") checkExpression(node, node.value, problems);
    else if (node.type === "paragraph") checkModuleSyntax(node, problems);
    if ("children" in node) for (const child of node.children) walk(child, [...parents, node]);
  }
}

/** The attributes of a component that have a plain string. */
export function attributesOf(element: ComponentElement): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const attribute of element.attributes) {
    if (attribute.type === "mdxJsxAttribute" && typeof attribute.value === "string") attributes[attribute.name] = attribute.value;
  }
  return attributes;
}

/** Whether a component carries a flag, an attribute without a value. */
export function hasFlag(element: ComponentElement, name: string): boolean {
  return element.attributes.some((attribute) => attribute.type === "mdxJsxAttribute" && attribute.name === name);
}

/** Whether a node is this component. */
export function isComponent(node: Node, name: string): node is ComponentElement {
  return (node.type === "mdxJsxFlowElement" || node.type === "mdxJsxTextElement") && "name" in node && node.name === name;
}

function checkComponent(element: ComponentElement, parents: readonly Nodes[], problems: Problems): void {
  const name = element.name ?? "";
  const component = Object.hasOwn(COMPONENTS, name) ? COMPONENTS[name] : undefined;
  if (!component) {
    const meant = nearest(name, Object.keys(COMPONENTS));
    if (meant) problems.add(element, `There is no component \`<${name}>\`.`, `Did you mean \`<${meant}>\`?`);
    else if (/^[a-z]/.test(name))
      problems.add(
        element,
        `\`<${name}>\` is HTML, and a lesson has none.`,
        "Use Markdown, or write `\\<` for a less-than sign.",
      );
    else
      problems.add(
        element,
        name ? `There is no component \`<${name}>\`.` : "An empty tag `<>` means nothing here.",
        `The components are ${Object.keys(COMPONENTS).join(", ")}.`,
      );
    return;
  }
  checkPlace(element, name, component, parents, problems);
  if (component.empty && element.children.length > 0) {
    problems.add(element, `\`<${name}>\` has no text of its own.`, `Write \`<${name} … />\`.`);
  }

  const known = { ...component.required, ...component.optional };
  const seen = new Set<string>();
  for (const attribute of element.attributes) {
    if (attribute.type === "mdxJsxExpressionAttribute") {
      problems.add(
        element,
        `\`<${name}>\` has code between braces where an attribute is meant.`,
        'Attributes are plain strings, for example `id="first"`.',
      );
    } else if (seen.has(attribute.name)) {
      problems.add(
        attribute.position ? attribute : element,
        `\`<${name}>\` has \`${attribute.name}\` twice.`,
        "Remove one of them.",
      );
    } else {
      seen.add(attribute.name);
      checkAttribute(
        element,
        name,
        attribute,
        Object.hasOwn(known, attribute.name) ? known[attribute.name] : undefined,
        Object.keys(known),
        problems,
      );
    }
  }
  const problem = component.together?.(attributesOf(element));
  if (problem) problems.add(element, problem.message, problem.cure);
  for (const [required, rule] of Object.entries(component.required ?? {})) {
    if (!seen.has(required)) {
      problems.add(
        element,
        `\`<${name}>\` has no \`${required}\`.`,
        `Add \`${required}="…"\`: ${rule === "flag" ? "a flag" : rule.holds}.`,
      );
    }
  }
}

function checkPlace(
  element: ComponentElement,
  name: string,
  component: Component,
  parents: readonly Nodes[],
  problems: Problems,
): void {
  const parent = parents.at(-1);
  if (component.place === "lesson" && parent?.type !== "root") {
    problems.add(
      element,
      `\`<${name}>\` stands inside something else.`,
      "Put it at the top level of the lesson: close what is open before it, and do not indent it.",
    );
  } else if (component.place === "task" && !(parent && isComponent(parent, "Task"))) {
    problems.add(element, `\`<${name}>\` belongs directly inside a \`<Task>\`.`, "Move it there.");
  } else if (element.type === "mdxJsxTextElement" && !component.inline) {
    problems.add(
      element,
      `\`<${name}>\` stands inside a sentence.`,
      "Put it on lines of its own, with an empty line before and after.",
    );
  }
}

function checkAttribute(
  element: ComponentElement,
  name: string,
  attribute: MdxJsxAttribute,
  rule: Attribute | undefined,
  known: readonly string[],
  problems: Problems,
): void {
  const place = attribute.position ? attribute : element;
  if (rule === undefined) {
    const meant = nearest(attribute.name, known);
    const list = known.length > 0 ? `It may have ${known.join(", ")}.` : "It has no attributes.";
    problems.add(place, `\`<${name}>\` has no attribute \`${attribute.name}\`.`, meant ? `Did you mean \`${meant}\`?` : list);
  } else if (typeof attribute.value === "object" && attribute.value !== null) {
    problems.add(place, `\`${attribute.name}\` has code between braces.`, `Write a plain string: \`${attribute.name}="…"\`.`);
  } else if (rule === "flag") {
    if (attribute.value !== null && attribute.value !== undefined) {
      problems.add(place, `\`${attribute.name}\` is a flag and has no value.`, `Write \`<${name} … ${attribute.name}>\`.`);
    }
  } else if (!rule.pattern.test(attribute.value ?? "")) {
    problems.add(
      place,
      `\`${attribute.name}\` of \`<${name}>\` must be ${rule.holds}.`,
      `Correct ${attribute.value ? `"${attribute.value}"` : "it"}.`,
    );
  }
}

/** Braces hold comments only. */
function checkExpression(node: Node, value: string, problems: Problems): void {
  if (/^\s*(\/\*(?:(?!\*\/)[\s\S])*\*\/\s*)*$/.test(value) && value.trim() !== "") return;
  problems.add(
    node,
    "Braces in the text mean code, and a lesson has none.",
    "Write `\\{` for a brace, put the words in backticks, or make it a comment: `{/* … */}`.",
  );
}

function checkModuleSyntax(node: Extract<Nodes, { type: "paragraph" }>, problems: Problems): void {
  const first = node.children[0];
  if (first?.type !== "text") return;
  if (/^(import\s.*\bfrom\s+["']|import\s+["']|export\s+(default|const|let|var|function|class|\*|\{))/s.test(first.value)) {
    problems.add(
      node,
      "A lesson cannot import or export: it is data, not a program.",
      "Remove the line; every component is there without it.",
    );
  }
}
