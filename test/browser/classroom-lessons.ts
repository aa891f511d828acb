/** Two short lessons for a class that is played. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BOX = { slug: "box", title: "A box" };
export const LID = { slug: "lid", title: "A lid" };

function task(id: string, title: string, path: string, does: string): string {
  return `
<Task id="${id}" title="${title}">
Do it.

\`\`\`bash check
[ -e ${path} ] || fail "There is no ${path} yet."
\`\`\`

\`\`\`bash solution
${does}
\`\`\`

<Hint>It takes one command.</Hint>
</Task>
`;
}

function lesson(title: string, order: number, tasks: readonly string[]): string {
  const head = [`title: ${title}`, "summary: For tests.", "minutes: 5", `order: ${order}`, "goals: [test]"];
  return `---\n${head.join("\n")}\n---\n${tasks.join("")}`;
}

/** A new folder with the lessons, and the folder above it that is to be removed. */
export function makeLessons(): { folder: string; above: string } {
  const above = mkdtempSync(join(tmpdir(), "unboxed-lessons-"));
  const folder = join(above, "lessons");
  const texts = {
    [BOX.slug]: lesson(BOX.title, 1, [
      task("directory", "Make a box", "/root/box", "mkdir /root/box"),
      task("file", "Put something in", "/root/box/file", "touch /root/box/file"),
    ]),
    [LID.slug]: lesson(LID.title, 2, [task("lid", "Make a lid", "/root/lid", "touch /root/lid")]),
  };
  for (const [slug, text] of Object.entries(texts)) {
    mkdirSync(join(folder, slug), { recursive: true });
    writeFileSync(join(folder, slug, "lesson.mdx"), text);
  }
  return { folder, above };
}
