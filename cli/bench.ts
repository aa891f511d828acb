import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { Row } from "./bench/row.ts";
import { printRows } from "./bench/table.ts";
import { CLONE } from "./start/settings.ts";

const Module = z.object({
  run: z.custom<(options: { whole: boolean; lessons: readonly string[] }) => Promise<unknown>>(
    (value) => typeof value === "function",
    "must export a function run()",
  ),
});

type Options = { json?: boolean; whole?: boolean; lesson?: string[] };

await new Command("npm run bench --")
  .argument("[name...]", "benchmarks of test/bench; all by default")
  .description(
    `Measures what is in test/bench, and holds it against the goal where there is one. Needs root. The benchmarks engines, idle and \
servers install what they measure beside Unboxed from Debian: docker.io, podman, python3-terminado, ttyd. More: docs/performance.md.`,
  )
  .option("--json", "print the rows as JSON")
  .option(
    "--whole",
    "sizing: all lessons, with more and more learners until they are too many, which takes an hour; otherwise two with few learners",
  )
  .option("--lesson <slug>", "sizing: this lesson; may be given more than once", (slug, before: string[] = []) => [
    ...before,
    slug,
  ])
  .showHelpAfterError()
  .action(async (names: string[], options: Options) => process.exit(await main(names, options)))
  .parseAsync();

/** Exit code 1 where a goal is missed. */
async function main(names: readonly string[], { json = false, whole = false, lesson: lessons = [] }: Options): Promise<number> {
  const files = globSync("test/bench/*.ts", { cwd: CLONE }).sort();
  const wanted = files.filter((file) => names.length === 0 || names.includes(basename(file, ".ts")));
  const known = files.map((file) => basename(file, ".ts"));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark called ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
    return 2;
  }
  const rows: Row[] = [];
  for (const file of wanted) {
    if (!json) console.error(`  … ${file}`);
    const { run } = Module.parse({ ...(await import(join(CLONE, file))) });
    rows.push(...z.array(Row).parse(await run({ whole, lessons })));
  }
  if (json) console.log(JSON.stringify(rows, undefined, 2));
  else printRows(rows);
  return rows.some(({ ok }) => ok === false) ? 1 : 0;
}
