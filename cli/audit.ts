import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { CLONE } from "./start/settings.ts";

/** What npm says of a tree: https://docs.npmjs.com/cli/commands/npm-audit. */
const Report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string(), via: z.array(z.unknown()) })),
});

process.exit(await main());

/** Asks the registry for advisories on what runs in production. Exit code 1 where there are any, 2 where it gives no answer. */
async function main(): Promise<number> {
  const child = spawn("npm", ["audit", "--omit=dev", "--json"], { cwd: CLONE, stdio: ["ignore", "pipe", "ignore"] });
  const report = Report.safeParse(parseJson(await text(child.stdout)));
  if (!report.success) {
    console.error("The npm registry gives no advisories here: run this where it can be reached.");
    return 2;
  }
  const found = Object.entries(report.data.vulnerabilities);
  for (const [name, { severity, range }] of found)
    console.error(`${name} ${range}: ${severity}. Run npm audit for what is known of it.`);
  if (found.length === 0) console.log("No advisory is known for what runs in production.");
  return found.length === 0 ? 0 : 1;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
