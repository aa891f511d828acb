/** Where a lesson's links may lead: the web, mail, this site, and places on the page. */
import type { Nodes } from "mdast";
import { visit } from "unist-util-visit";
import type { Problems } from "./problems.ts";

const SCHEMES = ["http:", "https:", "mailto:"];

/** Notes links that lead nowhere or somewhere unsafe. `anchors` are the ids on the page. */
export function checkLinks(tree: Nodes, anchors: ReadonlySet<string>, problems: Problems): void {
  visit(tree, (node) => {
    if (node.type === "image" || node.type === "imageReference") {
      problems.add(node, "Images are not part of a lesson.", 'Draw it as a component and write `<Diagram name="…" />`.');
    }
    if (node.type !== "link" && node.type !== "definition") return;
    const { url } = node;
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase();
    if (url === "") {
      problems.add(node, "This link leads nowhere.", "Write its address between the parentheses.");
    } else if (/[\p{Cc}\p{Zs}\\]/u.test(url) || url.startsWith("//")) {
      problems.add(
        node,
        "This link's address has a character that does not belong there.",
        "Write a whole address with `https://`, or a path that begins with one `/`.",
      );
    } else if (scheme && !SCHEMES.includes(scheme)) {
      problems.add(
        node,
        `A link cannot begin with "${scheme}".`,
        "Use https, http, mailto, a path of this site, or an anchor like `#quiz`.",
      );
    } else if (url.startsWith("#") && !anchors.has(url.slice(1))) {
      problems.add(
        node,
        `There is nothing called "${url}" on this page.`,
        anchors.size > 0 ? `Anchors here are ${[...anchors].map((id) => `#${id}`).join(", ")}.` : "Remove the link.",
      );
    }
  });
}
