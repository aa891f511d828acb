/** What the commands say to a mistake: one sentence and how they are used, no stack. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { CLONE, NODE } from "../../cli/start/settings.ts";

const MISTAKES: readonly [command: string, args: string[], says: RegExp][] = [
  ...[
    ...["start", "doctor", "image", "fuzz", "bench", "test", "test-vm", "lab"],
    ...["backup", "restore", "install-service", "uninstall-service", "operator-link"],
  ].map((command): [string, string[], RegExp] => [command, ["--nonsense"], /^error: unknown option '--nonsense'$/m]),
  ["start", ["nonsense"], /^error: too many arguments\. /m],
  ["test", ["nonsense"], /'nonsense' is invalid for argument 'suite'\. Allowed choices are checks, unit, /],
  ["test", ["--with", "nonsense"], /'nonsense' is invalid\. Allowed choices are checks, unit, /],
  ["test", ["--grep", "("], /'\(' is invalid\. It must be a regular expression\.$/m],
  ["test-vm", ["nonsense"], /'nonsense' is invalid for argument 'suite'\. Allowed choices are host, service, /],
  ["test-vm", ["--only", "("], /'\(' is invalid\. It must be a regular expression\.$/m],
  ["test-vm", ["--minutes", "soon"], /'soon' is invalid\. It must be a number above 0\.$/m],
  ["fuzz", ["--frames", "-1"], /'-1' is invalid\. It must be a whole number\.$/m],
  ["bench", ["idle", "nonsense"], /^There is no benchmark called nonsense\. There are: board/m],
  ["image", ["nonsense"], /nonsense/],
];

for (const [command, args, says] of MISTAKES)
  test(`${command} ${args.join(" ")}`, () => {
    const { status, stdout, stderr } = spawnSync(NODE, [join(CLONE, `cli/${command}.ts`), ...args], { encoding: "utf8" });
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /^ {4}at /m);
    assert.doesNotMatch(stdout, / ok /, "nothing was begun");
    assert.notEqual(status, 0);
  });

test("whatever is called a benchmark can be run as one", () => {
  const files = globSync("test/bench/*.ts", { cwd: CLONE });
  assert.notEqual(files.length, 0);
  for (const file of files) assert.match(readFileSync(join(CLONE, file), "utf8"), /^export (async )?function run\(/m, file);
});
