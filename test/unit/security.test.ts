import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { CLONE } from "../../cli/start/settings.ts";

type Row = { attack: string; defence: string; file: string; name: string };

const text = readFileSync(join(CLONE, "docs/security.md"), "utf8");

/** The last table: attack, defence, test. A row without a test's name has the attack's. */
const rows: readonly Row[] = text
  .slice(text.indexOf("| attack | defence | test |"))
  .split("\n")
  .slice(2)
  .filter((line) => line.startsWith("| "))
  .map((line) => {
    const [, attack = "", defence = "", where = ""] = line.split("|").map((cell) => cell.trim());
    const [, file = "", name = attack] = /^`([^`]+)`(?:: (.*))?$/.exec(where) ?? [];
    return { attack, defence, file, name };
  });

function source(file: string): string {
  const path = join(CLONE, "test", `${file}.test.ts`);
  assert.ok(existsSync(path), `${file} is no file of tests`);
  return readFileSync(path, "utf8");
}

test("every attack of docs/security.md has a defence, and a test of that name is there", () => {
  assert.ok(rows.length > 100);
  for (const { attack, defence, file, name } of rows) {
    assert.ok(defence.length > 0, attack);
    // Written as it is, or as the beginning of a name that a loop makes.
    assert.ok(
      [`"${name}"`, `\`${name}`].some((literal) => source(file).includes(literal)),
      `${file} has no test "${name}"`,
    );
  }
});

test("every attempt to escape is in the table of docs/security.md", () => {
  const files = globSync("{lab/escape/*,browser/escape-sequences}.test.ts", { cwd: join(CLONE, "test") });
  assert.ok(files.length > 5);
  for (const path of files) {
    const file = path.replace(/\.test\.ts$/, "");
    const names = [...source(file).matchAll(/^(?:test|visit)\(\s*"([^"]+)"/gm)].map(([, name]) => name);
    assert.ok(names.length > 0, file);
    for (const name of names)
      assert.ok(
        rows.some((row) => row.file === file && row.name === name),
        `"${name}" of ${file} is not in the table`,
      );
  }
});
