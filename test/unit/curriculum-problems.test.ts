import assert from "node:assert/strict";
import test from "node:test";
import { LessonError, type LessonProblem } from "../../curriculum/lesson.ts";
import { parseLesson } from "../../curriculum/parse.ts";

const FRONT_MATTER = ["---", "title: T", "summary: S", "minutes: 5", "order: 1", "goals: [one]", "---", ""];
/** The line of a body's first line. */
const BODY = FRONT_MATTER.length + 1;

const TASK = `<Task id="a" title="A">
\`\`\`bash check
true || fail "No."
\`\`\`
\`\`\`bash solution
true
\`\`\`
</Task>`;

function problemsOf(text: string): readonly LessonProblem[] {
  try {
    parseLesson({ slug: "x", file: "lessons/x/lesson.mdx", text });
    return [];
  } catch (error) {
    assert(error instanceof LessonError, String(error));
    return error.problems;
  }
}

/** Name, body, and for each problem expected: line within the body, words of its message, words of its cure. */
const CASES: readonly [name: string, body: string, ...expected: (readonly [line: number, message: RegExp, cure: RegExp])[]][] = [
  ["an import", 'import x from "y"', [1, /cannot import/, /Remove the line/]],
  ["an export", "export const a = 1", [1, /cannot import or export/, /Remove/]],
  ["code in braces", "Text {1 + 1} here", [1, /Braces in the text mean code/, /backticks/]],
  ["a brace that is never closed", "Text { here", [1, /`\{` in the text is never closed/, /\\\{/]],
  ["code as an attribute", "<Cgroup version={1}>a</Cgroup>", [1, /code between braces/, /plain string/]],
  ["a spread attribute", "<Note {...x}>\na\n</Note>", [1, /code between braces/, /plain strings/]],
  ["an unknown component with a near name", "\n<Wraning>\na\n</Wraning>", [2, /no component `<Wraning>`/, /`<Warning>`/]],
  ["an unknown component", "<Video />", [1, /no component `<Video>`/, /Task, Hint/]],
  ["HTML", "a <b>bold</b> word", [1, /`<b>` is HTML/, /Markdown/]],
  ["a less-than sign", "if a <3", [1, /`<` in the text begins/, /\\</]],
  ["a tag that is never closed", "one\n\n<Note>\ntwo", [3, /`<Note>` is opened here and never closed/, /<\/Note>/]],
  ["a closing tag of another name", "<Note>\na\n</Nota>", [3, /`<\/Nota>` closes nothing here: `<Note>` of line 9/, /<\/Note>/]],
  ["a closing tag too many", "a\n\n</Note>", [3, /closes nothing/, /Remove it/]],
  ["an unknown attribute", '<Diagram nam="x" name="y" />', [1, /no attribute `nam`/, /`name`/]],
  ["a missing attribute", "<Diagram />", [1, /has no `name`/, /Add/]],
  ["a bad attribute", '<Cgroup version="3">a</Cgroup>', [1, /must be "1" or "2"/, /Correct "3"/]],
  ["an attribute given twice", '<Diagram name="x" name="y" />', [1, /`name` twice/, /Remove/]],
  ["a value for a flag", TASK.replace("<Task", '<Task early="yes"'), [1, /is a flag/, /early/]],
  ["text in a component that has none", '<Diagram name="x">\na\n</Diagram>', [1, /no text of its own/, /\/>/]],
  ["an X-ray that looks nowhere", '<Xray focus="disks" />', [1, /must be one of processes, cgroups/, /Correct "disks"/]],
  [
    "an X-ray of a thing in another view",
    '<Xray focus="network" group="demo" />',
    [1, /network .* no `group`/, /focus="cgroups"/],
  ],
  ["an X-ray of a group with a slash in front", '<Xray focus="cgroups" group="/demo" />', [1, /without a slash/, /Correct/]],
  ["a hint outside a task", "<Hint>\na\n</Hint>", [1, /directly inside a `<Task>`/, /Move/]],
  ["a task inside something", `<Note>\n${TASK}\n</Note>`, [2, /`<Task>` stands inside/, /top level/]],
  ["a callout inside a sentence", "a <Note>b</Note> c", [1, /stands inside a sentence/, /lines of its own/]],
  ["a task without a check", TASK.replace(/```bash check[^`]*```\n/, ""), [1, /Task "a" has no check/, /bash check/]],
  ["a task without a solution", TASK.replace(/```bash solution[^`]*```\n/, ""), [1, /Task "a" has no solution/, /bash solution/]],
  [
    "a check for one cgroup version only",
    TASK.replace("bash check", "bash check v1"),
    [2, /check for v1 and none for v2/, /check v2/],
  ],
  [
    "a solution for one cgroup version only",
    TASK.replace("bash solution", "bash solution v2"),
    [5, /solution for v2 and none for v1/, /solution v1/],
  ],
  [
    "two checks",
    TASK.replace("```bash solution", '```bash check\nfail "x"\n```\n```bash solution'),
    [5, /already a check in line 10/, /v1/],
  ],
  ["a check that never fails with words", TASK.replace('true || fail "No."', "true"), [2, /never calls `fail`/, /fail "/]],
  ["an empty check", TASK.replace('true || fail "No."\n', ""), [2, /check block is empty/, /commands/]],
  ["a check in another language", TASK.replace("bash check", "python check"), [2, /written in bash/, /bash check/]],
  ["a misspelt word of a code block", "```bash chek\na\n```", [1, /knows no word "chek"/, /`check`/]],
  ["a code block for two things", "```bash run setup\na\n```", [1, /one thing only/, /Keep one/]],
  ["a code block of both versions", "```bash run v1 v2\na\n```", [1, /of one cgroup version/, /Remove/]],
  ["a version without a use", "```bash v1\na\n```", [1, /is for run, check/, /Cgroup version="1"/]],
  ["a check outside a task", "```bash check\nfail x\n```", [1, /check block belongs directly inside/, /Move/]],
  [
    "a setup inside a task",
    TASK.replace("</Task>", "```bash setup\ntrue\n```\n</Task>"),
    [8, /setup block belongs at the top/, /Move/],
  ],
  ["an id used twice", `${TASK}\n\n${TASK}`, [10, /id "a" is taken by line 9/, /another id/]],
  [
    "an id of a task used by a quiz",
    `${TASK}\n\n<Quiz id="a" question="q">\n- [x] a\n- [ ] b\n</Quiz>`,
    [10, /id "a" is taken/, /another/],
  ],
  ["a bad id", TASK.replace('id="a"', 'id="A b"'), [1, /`id` of `<Task>` must be/, /Correct "A b"/]],
  ["a quiz without a right option", '<Quiz id="q" question="q">\n- [ ] a\n- [ ] b\n</Quiz>', [1, /no right option/, /\[x\]/]],
  ["a quiz with one option", '<Quiz id="q" question="q">\n- [x] a\n</Quiz>', [1, /fewer than two options/, /list/]],
  [
    "an option that is neither",
    '<Quiz id="q" question="q">\n- [x] a\n- [ ] b\n- c\n</Quiz>',
    [4, /neither right nor wrong/, /\[ \]/],
  ],
  [
    "a quiz with other text",
    '<Quiz id="q" question="q">\ntext\n\n- [x] a\n- [ ] b\n</Quiz>',
    [2, /more than its list/, /question/],
  ],
  ["a script as a link", "[a](javascript:alert(1))", [1, /cannot begin with "javascript:"/, /https/]],
  ["a data link", "[a](data:text/html,x)", [1, /cannot begin with "data:"/, /https/]],
  ["a bad scheme in a definition", "[a][b]\n\n[b]: vbscript:x", [3, /cannot begin with "vbscript:"/, /https/]],
  ["a link to another host without a scheme", "[a](//evil.example)", [1, /address has a character/, /https/]],
  ["a scheme hidden by a control character", "[a](java&#9;script:x)", [1, /address has a character/, /https/]],
  ["a link to nothing", "[a]()", [1, /leads nowhere/, /address/]],
  ["an anchor that is not there", "## Here\n\n[a](#there)", [3, /nothing called "#there"/, /#here/]],
  ["an image", "![a](b.png)", [1, /Images are not part/, /Diagram/]],
  ["a first-level heading", "# Title", [1, /first level/, /##/]],
];

for (const [name, body, ...expected] of CASES) {
  test(`the parser names ${name}`, () => {
    const problems = problemsOf([...FRONT_MATTER, body].join("\n"));
    const told = problems.map(({ line, message, cure }) => `${line}: ${message} ${cure}`).join("\n");
    assert.equal(problems.length, expected.length, told);
    for (const [index, [line, message, cure]] of expected.entries()) {
      const problem = problems[index];
      assert(problem);
      assert.equal(problem.file, "lessons/x/lesson.mdx");
      assert.equal(problem.line, line + BODY - 1, told);
      assert(problem.column >= 1);
      assert.match(problem.message, message);
      assert.match(problem.cure, cure);
    }
  });
}

test("the parser names what is wrong with the front matter, at its line and column", () => {
  const at = (lines: readonly string[]) =>
    problemsOf(lines.join("\n")).map(({ line, column, message, cure }) => ({ line, column, message, cure }));
  assert.match(at(["text"])[0]?.message ?? "", /front matter is missing/);
  assert.match(at(["---", "---"])[0]?.message ?? "", /holds no fields/);
  const [notYaml] = at(["---", "title: a: b", "---"]);
  assert.equal(notYaml?.line, 2);
  assert.match(notYaml?.message ?? "", /not YAML/);
  const several = at(["---", "title: T", "sumary: S", "minutes: ten", "order: 1", "needs: [A]", "goals: []", "---"]);
  assert.deepEqual(
    several.map(({ line, column }) => [line, column]),
    [
      [1, 1],
      [3, 1],
      [4, 10],
      [6, 8],
      [7, 8],
    ],
  );
  assert.match(several[0]?.message ?? "", /"summary" is missing/);
  assert.match(several[1]?.cure ?? "", /`summary`/);
  assert.match(several[2]?.message ?? "", /"minutes" must be a whole number/);
});

test("all mistakes are told at once, front matter and body alike, in the order of the file", () => {
  const problems = problemsOf("---\ntitle: T\n---\n\n<Tsk />\n\n[a](ftp://x)\n\n```bash runn\na\n```\n");
  const lines = problems.map(({ line }) => line);
  assert(problems.length >= 7);
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
  );
  for (const line of [5, 7, 9]) assert(lines.includes(line));
});

test("a body that cannot be read does not hide the front matter's mistakes", () => {
  const problems = problemsOf("---\ntitle: T\n---\n\n<Note>\n");
  assert(problems.some(({ message }) => /"summary" is missing/.test(message)));
  assert(problems.some(({ message }) => /never closed/.test(message)));
});
