import { join, resolve } from "node:path";
import { Command } from "commander";
import { unpack } from "./backup/archive.ts";
import { claimStopped, restoreInto } from "./backup/restore.ts";
import { findPlace } from "./service/instance-place.ts";
import { serviceSettings } from "./service/place.ts";
import { demandRoot, restart, stopUnits } from "./service/systemd.ts";
import { attempt } from "./start/command-line.ts";
import { makeStateFolder } from "./start/settings.ts";
import { step } from "./start/step.ts";

await new Command("npm run restore --")
  .argument("<file>", "a file that npm run backup wrote")
  .description(
    `Puts a backup in place: database, secret and configuration, of the installed service (which is stopped meanwhile), or of the instance that \
UNBOXED_STATE names (which must not run). What was there is kept beside it.`,
  )
  .showHelpAfterError()
  .action((file: string) => attempt((stop) => restore(resolve(file), stop)))
  .parseAsync();

async function restore(file: string, stop: AbortSignal): Promise<void> {
  demandRoot("restore", [file]);
  const place = findPlace(process.env);
  const { stateFolder } = place.settings;
  makeStateFolder(stateFolder);
  await unpack(file, join(stateFolder, "backup"), stop, async (contents) => {
    if (place.service) await step("stopping the service; sandboxes go on", () => stopUnits(stop));
    const said = await step(`restoring ${place.service ? "the service" : stateFolder}`, async (progress) => {
      await using _ = await claimStopped(place.settings);
      const { learners, ticks } = contents.holding;
      progress.result(`${learners} learners with ${ticks} tasks done, of ${contents.madeAt}`);
      return restoreInto(place, contents);
    });
    for (const sentence of said) console.log(sentence);
  });
  if (place.service) await step("starting the service", (progress) => restart(serviceSettings(), progress, stop));
}
