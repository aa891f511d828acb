/** Colours code on the server, in the page's own palette (the CSS variables of tokens.css), so that both themes need one markup. */
import type { Element } from "hast";
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

const LANGUAGES = ["bash", "shellsession", "c", "go", "json", "yaml", "ini", "diff", "python", "docker"];

const theme = createCssVariablesTheme({ name: "page", variablePrefix: "--shiki-" });
// The theme has no colour for the first word of a command, which is what a shell line is about.
theme.tokenColors?.push({
  scope: ["entity.name.command", "support.function.builtin.shell"],
  settings: { foreground: "var(--shiki-token-function)" },
});

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
    langAlias: { sh: "bash", shell: "bash", console: "shellsession", conf: "ini", dockerfile: "docker" },
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return highlighter;
}

/** Returns a function that gives a block of code as a `pre` element; an unknown language is plain text. */
export async function codeHighlighter(): Promise<(code: string, language: string) => Element> {
  const shiki = await loaded();
  return (code, language) => {
    const known = LANGUAGES.includes(shiki.resolveLangAlias(language));
    const root = shiki.codeToHast(code, { lang: known ? language : "text", theme: "page" });
    const pre = root.children[0];
    if (pre?.type !== "element") throw new Error("The highlighter gave no element.");
    // Scrollable regions are reachable with the keyboard; the colours of the frame are the page's.
    return { ...pre, properties: { tabIndex: 0 } };
  };
}
