/** What can be found of a lesson: its sections and its tasks, as plain text. Of quizzes and hints nothing, nor of what is not in its body. */
import type { Element, ElementContent, Root } from "hast";
import type { Lesson } from "./lesson.ts";

export type Passage = {
  kind: "lesson" | "section" | "task";
  /** Id of its place on the lesson's page; undefined for the top. */
  anchor: string | undefined;
  title: string;
  text: string;
};

/** The passages of a lesson in the order of the page, with the text for one cgroup version. The first is the lesson itself. */
export function passagesOf({ title, summary, goals, tasks, outline, body }: Lesson, cgroup: 1 | 2): Passage[] {
  const headings = new Map(outline.filter(({ kind }) => kind === "heading").map(({ id, text }) => [id, text]));
  const titles = new Map(tasks.map((task) => [task.id, task.title]));
  const passages: Passage[] = [{ kind: "lesson", anchor: undefined, title, text: [summary, ...goals].join(" · ") }];
  for (const node of body.children) {
    if (node.type !== "element") continue;
    const id = String(node.properties.id ?? "");
    const heading = /^h[1-6]$/.test(node.tagName) ? headings.get(id) : undefined;
    if (heading !== undefined) passages.push({ kind: "section", anchor: id, title: heading, text: "" });
    else if (node.tagName === "Task")
      passages.push({ kind: "task", anchor: id, title: titles.get(id) ?? "", text: textOf(node, cgroup) });
    else {
      const section = passages.findLast(({ kind }) => kind !== "task");
      if (section) section.text = join(section.text, textOf(node, cgroup));
    }
  }
  return passages;
}

const LEFT_OUT = new Set(["Quiz", "Hint", "Sources", "Diagram"]);
/** Words do not run together across these. */
const INLINE = new Set(["a", "code", "em", "strong", "del", "sup", "Term", "Cgroup", "span"]);

function textOf(node: Root | ElementContent | Element, cgroup: 1 | 2): string {
  return collapse(pieces(node));

  function pieces(node: Root | ElementContent): string {
    if (node.type === "text") return node.value;
    if (node.type !== "element" && node.type !== "root") return "";
    if (node.type === "element") {
      if (LEFT_OUT.has(node.tagName)) return "";
      if (node.tagName === "Cgroup" && Number(node.properties.version) !== cgroup) return "";
      if (!INLINE.has(node.tagName)) return ` ${node.children.map(pieces).join("")} `;
    }
    return node.children.map((child) => (child.type === "doctype" ? "" : pieces(child))).join("");
  }
}

function join(before: string, after: string): string {
  return before === "" ? after : `${before} ${after}`;
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
