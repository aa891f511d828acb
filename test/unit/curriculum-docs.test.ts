import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "node:test";
import { parseLesson } from "../../curriculum/parse.ts";

const DOCUMENT = readFileSync(resolve(import.meta.dirname, "../../docs/lesson-format.md"), "utf8");
const FRONT_MATTER = "---\ntitle: T\nsummary: S\nminutes: 5\norder: 1\ngoals: [one]\n---\n\n";

test("the examples in docs/lesson-format.md are right", () => {
  const examples = [...DOCUMENT.matchAll(/^(`{3,4})mdx\n([\s\S]*?)^\1$/gm)].map(([, , example]) => example ?? "");
  assert(examples.length >= 4);
  for (const example of examples) {
    // A solution alone is shown in its place: a task.
    const body = example.includes("<")
      ? example
      : `<Task id="a" title="A">\n\`\`\`bash check\nfail no\n\`\`\`\n${example}</Task>\n`;
    parseLesson({ slug: "x", file: "x", text: FRONT_MATTER + body });
  }
  const [, frontMatter] = /^```yaml\n([\s\S]*?)^```$/m.exec(DOCUMENT) ?? [];
  assert.equal(parseLesson({ slug: "x", file: "x", text: `${frontMatter}text` }).order, 30);
});
