/** The run of test files: who is given a second try, and that it lets nothing pass that failed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { CLONE } from "../../cli/start/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "unboxed-node-tests-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

// Tests are often made by a helper, which is then where test() is called.
writeFileSync(
  join(folder, "helper.mjs"),
  'import test from "node:test";\nexport const play = (name, work) => test(name, work);\n',
);
const file = (name: string, work: string): string => {
  const path = join(folder, `${name}.test.mjs`);
  const imports = 'import { existsSync, writeFileSync } from "node:fs";\nimport { play } from "./helper.mjs";\n';
  writeFileSync(path, `${imports}play(${JSON.stringify(name)}, () => {\n${work}\n});\n`);
  return path;
};
const seen = JSON.stringify(join(folder, "seen"));
const GOOD = file("good", "");
const BAD = file("bad", 'throw new Error("always");');
const ONCE = file("once", `const is = existsSync(${seen}); writeFileSync(${seen}, ""); if (!is) throw new Error("once");`);

test("what fails twice has failed, what fails once has passed at a second try, and both are told", () => {
  const { count, told } = runFiles([GOOD, BAD, ONCE], 2);
  assert.deepEqual(count, { passed: 2, failed: 1, skipped: 0, again: 1 });
  assert.equal(told.filter((text) => text.includes(": bad")).length, 2);
  assert.equal(told.filter((text) => text.includes(": once")).length, 1);
});

test("where more files fail than may be tried again, none is", () => {
  assert.deepEqual(runFiles([GOOD, BAD], 0).count, { passed: 1, failed: 1, skipped: 0 });
});

/** In a process of its own: node:test runs no files from within a test. */
function runFiles(files: readonly string[], secondTries: number): { count: unknown; told: string[] } {
  const script = join(folder, "run.mjs");
  writeFileSync(
    script,
    `import { runNodeTests } from ${JSON.stringify(pathToFileURL(join(CLONE, "cli/test/node-tests.ts")).href)};
    const told = [];
    const count = await runNodeTests({
      files: ${JSON.stringify(files)}, secondTries: ${secondTries}, concurrency: 1, timeout: 60_000, grep: undefined,
      stop: new AbortController().signal, onCount() {}, onNotice() {}, onFailure: (text) => told.push(text),
    });
    console.log(JSON.stringify({ count, told }));`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return JSON.parse(execFileSync(process.execPath, [script], { env, encoding: "utf8" }));
}
