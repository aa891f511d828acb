/** Which words of a lesson open the glossary. */
import type { Element, Root } from "hast";
import type { GlossaryTerm } from "../glossary/glossary-term.ts";

export type LinkedTerm = {
  entry: GlossaryTerm;
  /** Whether it is the lesson's first link to this term: an anchor. */
  first: boolean;
};

/** In these nothing else may be clicked: links, choices, and headings, which are links themselves. */
const PLAIN = new Set(["a", "Quiz", "Term", "h1", "h2", "h3", "h4", "h5", "h6"]);

/** The `<Term>`s of a lesson's tree that the glossary explains and that may be clicked where they stand. */
export function linkedTerms(
  body: Root,
  cgroup: 1 | 2,
  glossary: ReadonlyMap<string, GlossaryTerm>,
): ReadonlyMap<Element, LinkedTerm> {
  const linked = new Map<Element, LinkedTerm>();
  const met = new Set<string>();
  const walk = (parent: Root | Element, hidden: boolean) => {
    for (const node of parent.children) {
      if (node.type !== "element") continue;
      const { tagName, properties } = node;
      if (tagName === "Cgroup" && Number(properties.version) !== cgroup) continue;
      const entry = tagName === "Term" ? glossary.get(String(properties.slug)) : undefined;
      if (entry) {
        linked.set(node, { entry, first: !hidden && !met.has(entry.slug) });
        if (!hidden) met.add(entry.slug);
      }
      // A hint is not on the page until the learner asks for it.
      if (!PLAIN.has(tagName)) walk(node, hidden || tagName === "Hint");
    }
  };
  walk(body, false);
  return linked;
}
