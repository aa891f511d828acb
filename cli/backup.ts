import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { takeSnapshot } from "../classroom/snapshot.ts";
import { CONFIGURATION, DATABASE, fileToBackUp, pack } from "./backup/archive.ts";
import { configurationOf, findPlace } from "./service/instance-place.ts";
import { CONFIGURATION as SERVICE_CONFIGURATION } from "./service/place.ts";
import { demandRoot } from "./service/systemd.ts";
import { attempt } from "./start/command-line.ts";
import { CLONE } from "./start/settings.ts";
import { StartError, step } from "./start/step.ts";

await new Command("npm run backup --")
  .argument("<file>", "where to write it, for example /var/backups/unboxed.tar.gz")
  .description(
    `Saves the database (learners and their progress), the secret and the configuration into one file, while Unboxed runs or not: of the installed \
service, or of the instance that UNBOXED_STATE names. Not in it: sandboxes, which live for hours; images and the program, which are built \
again; lessons.`,
  )
  .showHelpAfterError()
  .action((file: string) => attempt((stop) => backup(resolve(file), stop)))
  .parseAsync();

async function backup(file: string, stop: AbortSignal): Promise<void> {
  if (existsSync(SERVICE_CONFIGURATION) && !process.env.UNBOXED_STATE) demandRoot("backup", [file]);
  const place = findPlace(process.env);
  const { stateFolder } = place.settings;
  const database = fileToBackUp(place.settings);
  if (!existsSync(database))
    throw new StartError(`There is nothing to save: ${database} is not there. UNBOXED_STATE names the state folder.`);
  await step(`backup of ${place.service ? "the service" : stateFolder}`, async (progress) => {
    const { learners, ticks } = await pack(file, version(), stop, (folder) => {
      takeSnapshot(database, join(folder, DATABASE));
      writeFileSync(join(folder, CONFIGURATION), configurationOf(place, process.env));
    });
    progress.result(`${learners} learners with ${ticks} tasks done, in ${file}`);
  });
  console.log("It holds the secret: whoever can read it can be every learner.");
}

function version(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(CLONE, "package.json"), "utf8"))).version;
}
