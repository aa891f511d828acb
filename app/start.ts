/** What must be right before the site answers its first request. */
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";

/** Reads the configuration and brings the database up to date. Ends the process with a clear message if either fails. */
export async function startSite(): Promise<void> {
  try {
    configuration();
    await database();
  } catch (error) {
    process.stderr.write(`The site cannot start.\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
