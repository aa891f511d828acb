import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { loadGlossary } from "../../curriculum/glossary.ts";
import { parseLesson } from "../../curriculum/parse.ts";

async function lessonsWith(t: TestContext, glossaries: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "unboxed-glossary-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [slug, text] of Object.entries(glossaries)) {
    await mkdir(path.join(folder, slug));
    await writeFile(path.join(folder, slug, "lesson.mdx"), "");
    await writeFile(path.join(folder, slug, "glossary.yaml"), text);
  }
  return folder;
}

test("terms of all lessons come in the alphabet's order, with the lesson that introduces them", async (t) => {
  const folder = await lessonsWith(t, {
    b: "- term: whiteout\n  slug: whiteout\n  says: A mark in the upper layer that hides a name below it.\n",
    a: "- term: Zombie\n  slug: zombie\n  says: A process that has ended and was not waited for.\n  see: https://man7.org/\n",
  });
  const { entries, problems } = await loadGlossary(folder);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...entries.values()].map(({ slug, lesson }) => [slug, lesson]),
    [
      ["whiteout", "b"],
      ["zombie", "a"],
    ],
  );
});

test("mistakes name file and line, and the other lessons' terms stay", async (t) => {
  const folder = await lessonsWith(t, {
    broken: "- term: [",
    short: "- term: Pod\n  slug: pod\n  says: A Pod is a group of containers.\n- term: x\n  slug: x\n  says: short\n",
    twin: "- term: Pod\n  slug: pod\n  says: A Pod is a group of containers, said again.\n",
  });
  const { entries, problems } = await loadGlossary(folder);
  assert.deepEqual([...entries.keys()], ["pod"]);
  assert.deepEqual(
    problems.map(({ file, line }) => [path.basename(path.dirname(file)), line]),
    [
      ["broken", 1],
      ["short", 4],
      ["twin", 1],
    ],
  );
  assert.match(problems[2]?.message ?? "", /lessons\/short already/);
});

test("a lesson knows where it links the glossary", () => {
  const text = `---
title: T
summary: S
minutes: 5
order: 1
goals: [Go]
---

A <Term slug="whiteout">whiteout</Term> hides a name.
`;
  const { terms } = parseLesson({ slug: "t", file: "lesson.mdx", text });
  assert.deepEqual(terms, [{ slug: "whiteout", line: 9, column: 3 }]);
});
