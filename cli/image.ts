import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { buildImage } from "../images/build.ts";
import { readSettings } from "./start/settings.ts";
import { step } from "./start/step.ts";

await new Command("npm run image --")
  .argument("[name...]", "images; all of images/ by default")
  .description("Builds the sandbox images whose recipe has changed.")
  .option("--force", "build them anyway")
  .showHelpAfterError()
  .action((names: string[], { force = false }: { force?: boolean }) => main(names.length > 0 ? names : recipes(), force))
  .parseAsync();

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
