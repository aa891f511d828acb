import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { factMistakes, factPrelude, tablesOf } from "../../lab-server/checks/fact.ts";
import { columnsOf } from "../../lab-server/checks/fact-columns.ts";
import { type Facts, NO_FACTS, Table } from "../../lab-server/xray/facts.ts";

/** What a script prints after the prelude of its tables. */
function run(script: string, facts: Facts): string {
  const text = `${factPrelude(tablesOf(script), facts)}${script}`;
  return execFileSync("bash", ["--noprofile", "--norc", "-s"], {
    input: text,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
}

test("the guide for authors names every table and column", () => {
  const guide = readFileSync("docs/lesson-format.md", "utf8");
  for (const table of Table.options) {
    const row = new RegExp(`^\\| \`${table}\` \\|.*$`, "m").exec(guide)?.[0];
    assert(row, `no row for ${table}`);
    const left = columnsOf(table).filter((column) => !row.includes(`\`${column}\``) && !/^(namespace|group)\../.test(column));
    assert.deepEqual(left, [], table);
  }
});

test("the tables of a script are those that it asks for where a command stands", () => {
  assert.deepEqual(tablesOf("x=$(fact mounts point=/mnt -- type) || fail no\nif ! fact processes pid=1; then :; fi"), [
    "processes",
    "mounts",
  ]);
  assert.deepEqual(tablesOf('fail "In fact processes are files."; artifact mounts; fact nonsense'), []);
});

test("words that fact does not know are found in their line", () => {
  const mistakes = factMistakes(`true
fact process pid=1 || fail x
fact processes pid=1 comand='a b' root!="/x y" -- pid innner >/dev/null; fact mounts point=$x && true
[ -n "$(fact usage group=/demo -- memory.oomkills)" ]
fact groups path`);
  assert.deepEqual(
    mistakes.map(({ line, word, what }) => [line, word, what]),
    [
      [2, "process", "table"],
      [3, "comand", "column"],
      [3, "innner", "column"],
      [4, "memory.oomkills", "column"],
    ],
  );
});

test("any text comes back as it went in, apart from what cannot be seen", () => {
  const name = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => !/[\p{Cs}]/u.test(text));
  fc.assert(
    fc.property(name, name, (path, options) => {
      const mount = {
        namespace: "",
        mount: 1,
        parent: 0,
        point: path,
        root: "*",
        type: "$(exit 3)",
        source: "`x`",
        options,
        propagation: "'",
      };
      const facts = { ...NO_FACTS, mounts: { "mnt:1/1": mount, "mnt:1/2": { ...mount, point: "", options: "" } } };
      const shown = (text: string) => text.replace(/\p{Cc}/gu, "?");
      assert.equal(
        run("fact mounts root='*' -- point type options propagation", facts),
        `${shown(path)}\t$(exit 3)\t${shown(options)}\t'\n\t$(exit 3)\t\t'\n`,
      );
    }),
    { numRuns: 40 },
  );
});

test("what goes with a script has an end, and whole rows before it", () => {
  const row = {
    namespace: "",
    mount: 1,
    parent: 0,
    point: "/p",
    root: "/",
    type: "t",
    source: "s",
    options: "o".repeat(2048),
    propagation: "",
  };
  const mounts = Object.fromEntries(Array.from({ length: 1024 }, (_, index) => [`mnt:1/${index}`, row]));
  const prelude = factPrelude(["mounts"], { ...NO_FACTS, mounts });
  assert(prelude.length < 300 * 1024);
  assert.match(run("fact mounts point=/p -- type | sort -u", { ...NO_FACTS, mounts }), /^t\n$/);
});
