/** Colours code on the server, in the page's own palette (the CSS variables of tokens.css), so that both themes need one markup. */
import type { Element } from "hast";
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

const theme = createCssVariablesTheme({ name: "page", variablePrefix: "--shiki-" });
// Every argument of a command counts as a string there. Here only what stands in quotes does, so that a line stays calm.
theme.tokenColors?.push(
  { scope: ["string.unquoted.argument"], settings: { foreground: "var(--shiki-foreground)" } },
  { scope: ["constant.other.option", "variable.other.normal.shell"], settings: { foreground: "var(--shiki-token-constant)" } },
);

let highlighter: Promise<HighlighterCore> | undefined;

function loaded(): Promise<HighlighterCore> {
  highlighter ??= createHighlighterCore({
    themes: [theme],
    langs: [
      import("shiki/langs/bash.mjs"),
      import("shiki/langs/shellsession.mjs"),
      import("shiki/langs/c.mjs"),
      import("shiki/langs/go.mjs"),
      import("shiki/langs/json.mjs"),
      import("shiki/langs/yaml.mjs"),
      import("shiki/langs/ini.mjs"),
      import("shiki/langs/diff.mjs"),
      import("shiki/langs/python.mjs"),
      import("shiki/langs/docker.mjs"),
    ],
    langAlias: { conf: "ini", dockerfile: "docker" },
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return highlighter;
}

/** Returns a function that gives a block of code as a `pre` element; an unknown language is plain text. */
export async function codeHighlighter(): Promise<(code: string, language: string) => Element> {
  const shiki = await loaded();
  return (code, language) => {
    const known = shiki.getLoadedLanguages().includes(language);
    const root = shiki.codeToHast(code, { lang: known ? language : "text", theme: "page" });
    const pre = root.children[0];
    if (pre?.type !== "element") throw new Error("The highlighter gave no element.");
    // Scrollable regions are reachable with the keyboard; the colours of the frame are the page's.
    return { ...pre, properties: { tabIndex: 0 } };
  };
}
