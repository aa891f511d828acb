/** `lab new`: a lesson to start from. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { lessonFile, listLessons } from "../../curriculum/library.ts";
import { StartError } from "../start/step.ts";
import { readPlace } from "./place.ts";

const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Distance of places in the curriculum, so that another lesson fits in between. */
const STEP = 10;

/** Returns the exit code. Throws StartError where it cannot be made. */
export async function newLesson(slug: string): Promise<number> {
  if (!SLUG.test(slug)) {
    throw new StartError(`"${slug}" is no folder name for a lesson: use lower-case letters, digits and hyphens, at most 64.`);
  }
  const { lessonsFolder } = readPlace();
  const file = lessonFile(lessonsFolder, slug);
  const { lessons } = await listLessons(lessonsFolder);
  const order = Math.max(0, ...lessons.map((lesson) => lesson.order)) + STEP;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(file, template(slug, order), { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new StartError(`There is a lesson "${slug}" already: ${file}`);
    }
    throw error;
  }
  console.log(`Made ${path.relative(process.cwd(), file)}.

Edit it with \`npm run dev\` running and see it live. Then:
  npm run lab -- lint ${slug}
  npm run lab -- test ${slug}
docs/lesson-format.md has everything that a lesson can hold.`);
  return 0;
}

function template(slug: string, order: number): string {
  const words = slug.replaceAll("-", " ");
  return `---
title: ${JSON.stringify(words.charAt(0).toUpperCase() + words.slice(1))}
summary: One sentence that says what a learner can do afterwards.
minutes: 15
order: ${order}
goals:
  - Make a file and say who may read it
---

Begin with a problem that the reader knows. Then say what this lesson does about it.

{/* A comment like this is for authors and is not shown. */}

## A first step

A few sentences that lead to something to try. A run block has a button that types it into the terminal:

\`\`\`bash run
ls -l /root
\`\`\`

<Task id="make-a-file" title="Make a file of your own">
Make the file \`/root/hello\` with the word \`hello\` in it.

\`\`\`bash check
[ -e /root/hello ] || fail "There is no file /root/hello yet."
grep -qx hello /root/hello || fail "/root/hello is there, and its only line is not the word hello yet."
\`\`\`

\`\`\`bash solution
echo hello > /root/hello
\`\`\`

<Hint>The shell puts what a command prints into a file with \`>\`.</Hint>
<Hint>\`echo hello > /root/hello\`</Hint>
</Task>

## Going on

<Why>
Say why before how.
</Why>

<Task id="close-it" title="Keep others from reading it">
Only root may read and write \`/root/hello\`.

\`\`\`bash check
[ -e /root/hello ] || fail "There is no file /root/hello: the task before makes it."
mode=$(stat -c %a /root/hello)
[ "$mode" = 600 ] || fail "The mode of /root/hello is $mode, and 600 lets only its owner read and write."
\`\`\`

\`\`\`bash solution
chmod 600 /root/hello
\`\`\`

<Hint>\`chmod\` changes who may do what with a file.</Hint>
</Task>

<Quiz id="who-reads" question="A file's mode is 600. Who can read it?">
- [x] Its owner

  The first digit is the owner's: 6 is read and write.
- [ ] Its owner's group

  The second digit is the group's, and 0 is nothing.
- [ ] Everybody

  The third digit is everybody else's, and 0 is nothing.
</Quiz>

<Sources>
- [chmod(1)](https://man7.org/linux/man-pages/man1/chmod.1.html)
</Sources>
`;
}
