/** What must be right before the site answers its first request. */
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";
import { firstOperatorLine } from "./first-operator.ts";

/** Reads the configuration, brings the database up to date, and prints how to become the first operator. Ends the process with a clear message if either fails. */
export async function startSite(): Promise<void> {
  try {
    const { origins } = configuration();
    const line = await firstOperatorLine(await database(), origins[0] ?? "");
    if (line !== undefined) console.log(line);
  } catch (error) {
    process.stderr.write(`The site cannot start.\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
