import assert from "node:assert/strict";
import { resolve } from "node:path";
import test from "node:test";
import fc from "fast-check";
import type { GlossaryEntry } from "../../curriculum/glossary.ts";
import { type Lesson, listLessons } from "../../curriculum/library.ts";
import { type MarkedText, markSnippet, markText } from "../../curriculum/marked-text.ts";
import { parseLesson } from "../../curriculum/parse.ts";
import { find, makeIndex } from "../../curriculum/search.ts";

const TEXT = `---
title: Layers
summary: Stack folders into one.
minutes: 5
order: 1
goals: [Read an upper layer]
---

A union shows many folders as one.

## What a delete leaves behind

In the upper layer a whiteout hides the name. <Cgroup version="1">Only on quince.</Cgroup><Cgroup version="2">Only on medlar.</Cgroup>

\`\`\`bash run
mount -t overlay overlay -o lowerdir=/a,upperdir=/b,workdir=/c /d
\`\`\`

<Task id="hide" title="Hide \`motd\` behind a whiteout">
Delete it in the merged folder.

\`\`\`bash check
[ -c /upper/motd ] || fail "There is no persimmon yet."
\`\`\`

\`\`\`bash solution
rm /merged/loquat
\`\`\`

<Hint>Look for a rambutan.</Hint>
<Hint>It is \`rm\`.</Hint>
</Task>

<Quiz id="why" question="Why is there a tamarind?">
- [x] A durian hides it

  Because of the jackfruit.
- [ ] Salak
</Quiz>

<Sources>
- [A feijoa](https://docs.kernel.org/)
</Sources>
`;
const LESSON = parseLesson({ slug: "layers", file: "lesson.mdx", text: TEXT });
const ENTRY: GlossaryEntry = {
  term: "whiteout",
  slug: "whiteout",
  says: "A mark in the upper layer that hides a name of the layers below.",
  lesson: "layers",
};

test("a word is found in the section and the task that hold it, and in the glossary, whose name it is, first", () => {
  const groups = find(makeIndex([LESSON], [ENTRY], 2), "whiteout");
  assert.deepEqual(
    groups.map(({ lesson, hits }) => [lesson?.title, hits.map(({ kind, anchor }) => `${kind} ${anchor}`).toSorted()]),
    [
      [undefined, ["term whiteout"]],
      ["Layers", ["section what-a-delete-leaves-behind", "task hide"]],
    ],
  );
});

test("what is found leads to places that are on the page", () => {
  const anchors = new Set(LESSON.outline.map(({ id }) => id));
  const [group] = find(makeIndex([LESSON], [], 2), "overlay mount");
  assert.deepEqual(
    group?.hits.map(({ anchor }) => anchor),
    ["what-a-delete-leaves-behind"],
  );
  for (const { anchor } of group?.hits ?? []) assert.ok(anchor !== undefined && anchors.has(anchor));
  assert.equal(plain(group?.hits[0]?.snippet ?? []).includes("mount -t overlay"), true);
});

test("the beginning of a word is enough, and a slip of the finger does no harm", () => {
  const index = makeIndex([LESSON], [ENTRY], 2);
  for (const query of ["whiteo", "wh", "whitout", "WHITEOUT", "  whiteout  ", "delete leav"]) {
    assert.notDeepEqual(find(index, query), [], query);
  }
  for (const query of ["", "   ", "(", "whiteout kiwi", "*", "\\"]) assert.deepEqual(find(index, query), [], query);
});

test("nothing of checks, solutions, hints, quizzes or sources can be found", () => {
  const index = makeIndex([LESSON], [ENTRY], 2);
  for (const secret of ["persimmon", "loquat", "rambutan", "tamarind", "durian", "jackfruit", "salak", "feijoa"]) {
    assert.ok(TEXT.toLowerCase().includes(secret));
    assert.deepEqual(find(index, secret), [], secret);
  }
});

test("the real lessons' index holds no line of a check or solution that the page does not show", async () => {
  const { lessons } = await listLessons(resolve(import.meta.dirname, "../../lessons"));
  assert.ok(lessons.length > 0);
  for (const cgroup of [1, 2] as const) {
    const indexed = makeIndex(lessons, [], cgroup)
      .documents.map(({ title, text }) => `${title} ${text}`)
      .join("\n");
    const secrets = lessons.flatMap(secretLines);
    assert.ok(secrets.length > 20, "there is something to hide");
    assert.deepEqual(
      secrets.filter((line) => indexed.includes(line)),
      [],
    );
  }
});

test("text of the other cgroup version is not found", () => {
  const found = (cgroup: 1 | 2, query: string) => find(makeIndex([LESSON], [], cgroup), query).length;
  assert.deepEqual([found(1, "quince"), found(1, "medlar"), found(2, "quince"), found(2, "medlar")], [1, 0, 0, 1]);
});

test("matches are marked where they stand, and the text stays what it is", () => {
  assert.deepEqual(markText("Mount: mounts and remounts", "mount", ["mount", "mounts"]), [
    { text: "Mount", match: true },
    { text: ": ", match: false },
    { text: "mounts", match: true },
    { text: " and remounts", match: false },
  ]);
  assert.deepEqual(markText("memory.max is it", "memory.ma", ["memory", "max"]), [
    { text: "memory.max", match: true },
    { text: " is it", match: false },
  ]);
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 })), (text, phrase, words) => {
      assert.equal(plain(markText(text, phrase, words)), text);
    }),
  );
});

test("a snippet is short and holds what was found", () => {
  const text = `${"before ".repeat(60)}the needle and the thread ${"after ".repeat(60)}`;
  const snippet = markSnippet(text, "needle thread", ["needle", "thread"]);
  assert.ok(plain(snippet).length < 170, plain(snippet));
  assert.deepEqual(
    snippet.filter(({ match }) => match).map((part) => part.text),
    ["needle", "thread"],
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 600 }), fc.string({ minLength: 1 }), (text, phrase) => {
      assert.ok(plain(markSnippet(text, phrase, [])).length <= 170);
    }),
  );
});

function plain(text: MarkedText): string {
  return text.map((part) => part.text).join("");
}

/** Lines of checks and solutions that nothing on the page shows. */
function secretLines({ tasks, body }: Lesson): string[] {
  const shown = JSON.stringify(body);
  return tasks
    .flatMap(({ check, solution }) => [check.v1, check.v2, solution.v1, solution.v2])
    .flatMap((script) => script.split("\n").map((line) => line.trim()))
    .filter((line) => line.length > 30 && !shown.includes(JSON.stringify(line).slice(1, -1)));
}
