import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CLONE, NODE } from "../start/settings.ts";
import { importProblems } from "./imports.ts";

export type Check = { name: string; run: (stop: AbortSignal) => Promise<CheckResult> };
export type CheckResult = { ok: boolean; output: string };

/** What is checked without running the product. */
export const CHECKS: readonly Check[] = [
  { name: "types (tsc)", run: types },
  {
    name: "lint and format (biome)",
    run: (stop) => tool(["@biomejs/biome/bin/biome", "ci", "--colors=off", "--error-on-warnings", "."], stop),
  },
  {
    name: "import rules",
    run: async () => {
      const problems = importProblems(CLONE);
      return { ok: problems.length === 0, output: problems.join("\n") };
    },
  },
  { name: "nothing unused (knip)", run: (stop) => tool(["knip/bin/knip.js", "--no-progress"], stop) },
];

/** Next writes the types of the site's routes; a fresh clone has none. */
async function types(stop: AbortSignal): Promise<CheckResult> {
  if (!existsSync(join(CLONE, "next-env.d.ts"))) {
    const generated = await tool(["next/dist/bin/next", "typegen"], stop);
    if (!generated.ok) return generated;
  }
  return tool(["typescript/bin/tsc", "--project", CLONE], stop);
}

/** Runs a program of a package of ours, given by its file below node_modules, in the clone. */
export function tool([file, ...args]: readonly [string, ...string[]], stop: AbortSignal): Promise<CheckResult> {
  return node([join("node_modules", file), ...args], stop);
}

/** Runs Node in the clone. */
export function node(args: readonly string[], stop: AbortSignal): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, args, { cwd: CLONE, stdio: ["ignore", "pipe", "pipe"], signal: stop });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
