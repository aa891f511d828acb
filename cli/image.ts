import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildImage } from "../images/build.ts";
import { readSettings } from "./start/settings.ts";
import { step } from "./start/step.ts";

const usage = `Usage: npm run image [-- NAME...] [-- --force]

Builds the sandbox images whose recipe has changed (all of images/, or those named). --force builds them anyway.`;

const { values, positionals } = parseArgs({
  options: { force: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  allowPositionals: true,
});
if (values.help) console.log(usage);
else await main(positionals.length > 0 ? positionals : recipes(), values.force ?? false);

async function main(names: readonly string[], force: boolean): Promise<void> {
  try {
    const { imagesFolder } = readSettings(process.env);
    for (const name of names) await step(`sandbox image ${name}`, ({ say }) => buildImage(name, imagesFolder, say, { force }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function recipes(): string[] {
  return readdirSync(join(import.meta.dirname, "../images"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
