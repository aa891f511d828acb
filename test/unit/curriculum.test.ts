import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import type { Element, ElementContent, Root } from "hast";
import { LessonError, LessonNotFound, listLessons, loadLesson } from "../../curriculum/library.ts";
import { nearest } from "../../curriculum/nearest.ts";
import { parseLesson } from "../../curriculum/parse.ts";

const FRONT_MATTER = "---\ntitle: T\nsummary: S\nminutes: 5\norder: 1\ngoals: [one]\n---\n\n";

const WHOLE = `${FRONT_MATTER}Words and {/* SECRET-COMMENT */} more, <Cgroup version="1">one</Cgroup><Cgroup version="2">two</Cgroup>.

## A \`heading\`

\`\`\`bash setup
SECRET-SETUP
\`\`\`

\`\`\`bash run v1
echo for v1
\`\`\`

\`\`\`bash run
echo for both
\`\`\`

<Task id="first" title="First" early>
Do it.

\`\`\`bash check v1
fail "SECRET-CHECK-1"
\`\`\`

\`\`\`bash check v2
fail "SECRET-CHECK-2"
\`\`\`

\`\`\`bash solution
SECRET-SOLUTION
\`\`\`

\`\`\`bash solution v2
SECRET-SOLUTION-2
\`\`\`

<Hint>A \`hint\`.</Hint>
<Hint>
Another.
</Hint>
</Task>

## A heading

<Quiz id="which" question="Which?">
- [x] This \`one\`

  SECRET-EXPLANATION with \`code\`.
- [ ] That
- [x] And this
</Quiz>
`;

const parse = (text: string) => parseLesson({ slug: "x", file: "x.mdx", text });

function elements(tree: Root | Element, name: string): Element[] {
  const children: readonly (ElementContent | Root["children"][number])[] = tree.children;
  return children.flatMap((child) =>
    child.type === "element" ? [...(child.tagName === name ? [child] : []), ...elements(child, name)] : [],
  );
}

test("a lesson's page holds nothing of checks, solutions, set-up, answers or comments", () => {
  const { body, ...rest } = parse(WHOLE);
  const page = JSON.stringify(body);
  assert.doesNotMatch(page, /SECRET|"right"|checked|explanation/);
  // The server's side has them all.
  for (const secret of ["SETUP", "CHECK-1", "CHECK-2", "SOLUTION", "SOLUTION-2", "EXPLANATION"]) {
    assert(JSON.stringify(rest).includes(`SECRET-${secret}`), secret);
  }
  assert.doesNotMatch(page, /"position"/);
});

test("scripts have a variant for each cgroup version, and a common one serves both", () => {
  const { setup, tasks } = parse(WHOLE);
  assert.deepEqual(setup, { v1: "SECRET-SETUP", v2: "SECRET-SETUP" });
  assert.deepEqual(tasks, [
    {
      id: "first",
      title: "First",
      check: { v1: 'fail "SECRET-CHECK-1"', v2: 'fail "SECRET-CHECK-2"' },
      solution: { v1: "SECRET-SOLUTION", v2: "SECRET-SOLUTION-2" },
      hints: 2,
      early: true,
      line: 25,
    },
  ]);
});

test("components become elements of their name with plain strings", () => {
  const { body } = parse(WHOLE);
  assert.deepEqual(
    elements(body, "Task").map(({ properties }) => properties),
    [{ id: "first", title: "First" }],
  );
  assert.equal(elements(body, "Hint").length, 2);
  for (const hint of elements(body, "Hint")) assert.equal(elements(hint, "p").length, 1);
  assert.deepEqual(
    elements(body, "Run").map(({ properties, children }) => [
      properties.code,
      children.map((child) => child.type === "element" && child.tagName),
    ]),
    [
      ["echo for v1", ["pre"]],
      ["echo for both", ["pre"]],
    ],
  );
  const versions = elements(body, "Cgroup").map(({ properties }) => properties.version);
  assert.deepEqual(versions, ["1", "2", "1"]);
  const [quiz] = elements(body, "Quiz");
  assert.deepEqual(quiz?.properties, { id: "which", question: "Which?", multiple: "true" });
  assert.deepEqual(
    elements(body, "Option").map(({ properties }) => properties),
    [{ index: "0" }, { index: "1" }, { index: "2" }],
  );
});

test("quizzes know their answers, and explanations are trees", () => {
  const [quiz] = parse(WHOLE).quizzes;
  assert(quiz);
  assert.equal(quiz.multiple, true);
  assert.deepEqual(
    quiz.options.map(({ right, text }) => [right, text]),
    [
      [true, "This one"],
      [false, "That"],
      [true, "And this"],
    ],
  );
  const explanation = quiz.options[0]?.explanation;
  assert(explanation);
  assert.equal(elements(explanation, "code").length, 1);
  assert.equal(quiz.options[1]?.explanation, undefined);
});

test("the outline names headings, tasks and quizzes, every id once, and headings carry theirs", () => {
  const { outline, body } = parse(WHOLE);
  assert.deepEqual(outline, [
    { kind: "heading", id: "a-heading", text: "A heading", depth: 2 },
    { kind: "task", id: "first", text: "First", depth: 3 },
    { kind: "heading", id: "a-heading-1", text: "A heading", depth: 2 },
    { kind: "quiz", id: "which", text: "Which?", depth: 3 },
  ]);
  assert.deepEqual(
    elements(body, "h2").map(({ properties }) => properties.id),
    ["a-heading", "a-heading-1"],
  );
});

test("words that only look like code or modules are words", () => {
  const { body } = parse(
    `${FRONT_MATTER}import the image, then export it.\n\n\\{ a brace \\} and \\< and \`{code} <b>\`\n\nhttps://kernel.org [x](/lessons) [y](mailto:a@b.c)`,
  );
  assert.match(JSON.stringify(body), /import the image/);
  assert.deepEqual(
    elements(body, "a").map(({ properties }) => properties.href),
    ["https://kernel.org", "/lessons", "mailto:a@b.c"],
  );
});

test("a lesson written with CRLF and a byte-order mark is the same lesson", () => {
  const { tasks, quizzes, outline } = parse(WHOLE);
  const windows = parse(`\uFEFF${WHOLE.replaceAll("\n", "\r\n")}`);
  assert.deepEqual({ tasks: windows.tasks, quizzes: windows.quizzes, outline: windows.outline }, { tasks, quizzes, outline });
});

test("any text is a lesson or has problems with places in it", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      ...'<Task |id="a" |title=\'b\' |>|</Task>|<Quiz |question="q"|/>|<Hint>|</Hint>|{|}|{/*|*/}|- [x] a|- [ ] b|---|```bash check|```bash solution v1|```|# |[a](b)|![a](b)|<|>|&#0;|\\|`|~~~|[^1]:|[^1]|:|@|$|{...a}|<>|</>|<a.b|<a:b'.split(
        "|",
      ),
    ),
    fc.constantFrom("\n", "\n\n", " ", "\t", "> ", "  ", "title: ", "needs: [", "&a ", "*a", "!!js/function x", "\r\n", "\0"),
  );
  const text = fc
    .tuple(fc.constantFrom(FRONT_MATTER, "---\n", ""), fc.array(piece, { maxLength: 40 }))
    .map(([front, pieces]) => front + pieces.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const lines = text.split(/\r\n|\r|\n/).length;
      try {
        assert.equal(parse(text).slug, "x");
      } catch (error) {
        if (!(error instanceof LessonError)) throw error;
        assert(error.problems.length > 0);
        for (const { line, column, message, cure } of error.problems) {
          assert(line >= 1 && line <= lines + 1 && column >= 1, `${line}:${column} of ${lines} lines`);
          assert(message.length > 0 && cure.length > 0);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test("text that is nested without end is refused, not a crash", () => {
  for (const text of [
    "> ".repeat(20_000),
    "- ".repeat(20_000),
    "[".repeat(20_000),
    "<Note>\n".repeat(3_000),
    "*a ".repeat(20_000),
    "{".repeat(50_000),
  ]) {
    try {
      parse(FRONT_MATTER + text);
    } catch (error) {
      assert(error instanceof LessonError, `${text.slice(0, 10)}: ${error}`);
    }
  }
});

function library(t: TestContext, lessons: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "unboxed-lessons-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [slug, text] of Object.entries(lessons)) {
    mkdirSync(join(folder, slug));
    writeFileSync(join(folder, slug, "lesson.mdx"), text);
  }
  return folder;
}

test("the library sorts lessons, and a broken one breaks only itself", async (t) => {
  const folder = library(t, {
    later: WHOLE.replace("order: 1", "order: 20"),
    first: WHOLE.replace("order: 1", "order: 10"),
    broken: "nothing",
    lost: WHOLE.replace("order: 1", "order: 5\nneeds: [first, frist]"),
    ".hidden": WHOLE,
  });
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "README.md"), "");
  const { lessons, broken } = await listLessons(folder);
  assert.deepEqual(
    lessons.map(({ slug }) => slug),
    ["first", "later"],
  );
  assert.deepEqual(
    broken.map(({ slug }) => slug),
    ["broken", "lost"],
  );
  const problem = broken[1]?.problems[0];
  assert.deepEqual(
    { line: problem?.line, column: problem?.column, cure: problem?.cure },
    { line: 6, column: 16, cure: "Did you mean `first`?" },
  );
  assert.equal(problem?.file, join(folder, "lost", "lesson.mdx"));
});

test("a lesson that is not there, or has a name that leads elsewhere, is not found", async (t) => {
  const folder = library(t, { there: WHOLE });
  for (const slug of ["nope", "../there", "there/../there", "", "There", "a".repeat(65), "there\0"]) {
    await assert.rejects(loadLesson(folder, slug), LessonNotFound, JSON.stringify(slug));
  }
  assert.deepEqual(await listLessons(join(folder, "nowhere")), { lessons: [], broken: [] });
});

test("a lesson is read again when its file has changed, and knows its folder of files", async (t) => {
  const folder = library(t, { changing: WHOLE });
  const before = await loadLesson(folder, "changing");
  assert.equal(await loadLesson(folder, "changing"), before);
  assert.equal(before.filesFolder, undefined);
  writeFileSync(join(folder, "changing", "lesson.mdx"), WHOLE.replace("title: T", "title: Other"));
  assert.equal((await loadLesson(folder, "changing")).title, "Other");
  mkdirSync(join(folder, "changing", "files"));
  assert.equal((await loadLesson(folder, "changing")).filesFolder, join(folder, "changing", "files"));
});

test("the nearest word is near, or there is none", () => {
  assert.equal(nearest("tsk", ["Task", "Hint"]), "Task");
  assert.equal(nearest("chek", ["check", "setup"]), "check");
  assert.equal(nearest("elephant", ["check", "setup"]), undefined);
});
