import { accessSync, constants, existsSync } from "node:fs";
import { Command } from "commander";
import { openDatabase } from "../classroom/database.ts";
import { createLink } from "../classroom/one-time-links.ts";
import { findPlace } from "./service/instance-place.ts";
import { CONFIGURATION } from "./service/place.ts";
import { demandRoot } from "./service/systemd.ts";
import { attempt } from "./start/command-line.ts";
import { databaseFile, type Settings } from "./start/settings.ts";
import { StartError } from "./start/step.ts";

/** Milliseconds that the link works. */
const LIFETIME = 60 * 60 * 1000;

await new Command("npm run operator-link --")
  .description(
    `Prints a link that makes whoever opens it an operator, once, within the hour: for those who have lost the way into their account. Of the \
installed service, or of the instance that UNBOXED_STATE names.`,
  )
  .showHelpAfterError()
  .action(() => attempt(printLink))
  .parseAsync();

async function printLink(): Promise<void> {
  if (existsSync(CONFIGURATION) && !process.env.UNBOXED_STATE) demandRoot("operator-link");
  const { settings } = findPlace(process.env);
  demandAccess(settings);
  const database = await openDatabase(settings.database);
  try {
    const token = await createLink(database, "operator", { lifetime: LIFETIME });
    console.log(`Open this link within the hour. It works once:\n\n  ${settings.url}/setup/${token}\n`);
  } finally {
    await database.destroy();
  }
}

/** Who may write the database may do all that its operators may; nobody else gets a link. */
function demandAccess({ database, stateFolder }: Settings): void {
  const file = databaseFile(database);
  if (file === undefined) return;
  if (process.getuid?.() === 0 && !existsSync(file))
    throw new StartError(`There is no database ${file}: UNBOXED_STATE names the state folder, and the first start makes it.`);
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch {
    throw new StartError(`Only root or the owner of ${stateFolder} may do that: run sudo npm run operator-link.`);
  }
}
