import { Command } from "commander";
import { Interrupted, interruption } from "./start/interruption.ts";
import { runUntilStopped } from "./start/run.ts";
import { setUp } from "./start/set-up.ts";
import { readSettings } from "./start/settings.ts";
import { StartError } from "./start/step.ts";

await new Command("npm start --")
  .description(
    `Installs what is missing, builds the sandbox image and the site, and runs both processes until Ctrl-C. \
Configuration is by environment variables: README.md has the table.`,
  )
  .option("--dev", "hot reload of the site, the lessons and the lab-server (npm run dev)")
  .showHelpAfterError()
  .action(async ({ dev = false }: { dev?: boolean }) => process.exit(await main(dev)))
  .parseAsync();

async function main(dev: boolean): Promise<number> {
  // What is built here is read by the site's user, whatever the umask of who starts it.
  process.umask(0o022);
  const stop = interruption((reason) => process.exit(reason.exitCode));
  try {
    const settings = readSettings(process.env);
    const setting = await setUp(settings, { dev, stop });
    try {
      return await runUntilStopped(settings, setting, { dev, stop });
    } finally {
      setting.release();
    }
  } catch (error) {
    if (stop.aborted && stop.reason instanceof Interrupted) {
      console.error(`\nStopped before it was up (${stop.reason.message}).`);
      return stop.reason.exitCode;
    }
    console.error(`\n${error instanceof StartError ? error.message : error instanceof Error ? error.stack : error}`);
    return 1;
  }
}
