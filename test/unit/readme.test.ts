import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { z } from "zod";
import { CLONE } from "../../cli/start/settings.ts";
import { readConfiguration } from "../../lab-server/configuration.ts";

const readme = readFileSync(join(CLONE, "README.md"), "utf8");

/** Variables of the table, with their defaults. */
const table = new Map([...readme.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name = "", value = ""]) => [name, value]));

/** Variables that a file's zod object reads. */
function variables(file: string): string[] {
  return [...readFileSync(join(CLONE, file), "utf8").matchAll(/^ {2}([A-Z][A-Z_]+): ?/gm)].map(([, name = ""]) => name);
}

test("the configuration table names every variable, and none that nobody reads", () => {
  const read = new Set(["lab-server/configuration.ts", "app/configuration.ts", "cli/start/settings.ts"].flatMap(variables));
  assert.ok(read.size > 15, "the variables are found in the code");
  assert.deepEqual([...table.keys()].sort(), [...read].sort());
});

test("the table's defaults are the code's", () => {
  const bare = readConfiguration({ NODE_ENV: "test", UNBOXED_SECRET: "x".repeat(32) });
  const given = Object.fromEntries(
    [...table].flatMap(([name, value]) => (/^`[\w.]+`$/.test(value) ? [[name, value.slice(1, -1)]] : [])),
  );
  assert.ok(Object.keys(given).length > 12, "the defaults are found in the table");
  delete given.UNBOXED_STATE;
  assert.deepEqual(readConfiguration({ NODE_ENV: "test", UNBOXED_SECRET: "x".repeat(32), ...given }), bare);
});

test("every command and every file that the README names is there", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(CLONE, "package.json"), "utf8")));
  for (const [, name = ""] of readme.matchAll(/npm run ([\w:-]+)/g)) assert.ok(name in scripts, `npm run ${name}`);
  for (const [, path = ""] of readme.matchAll(/(?:\]\(|src(?:set)?=")([\w./-]+)/g))
    assert.ok(existsSync(join(CLONE, path)), path);
  for (const [, folder = ""] of readme.matchAll(/^\| `([\w-]+\/)` \|/gm)) assert.ok(existsSync(join(CLONE, folder)), folder);
});
