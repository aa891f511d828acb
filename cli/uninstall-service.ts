import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { CONFIGURATION, PROGRAM, STATE, serviceSettings } from "./service/place.ts";
import { demandRoot, demandSystemd, removeUnits } from "./service/systemd.ts";
import { runCommand } from "./start/command.ts";
import { attempt } from "./start/command-line.ts";
import { removeLeftovers } from "./start/leftovers.ts";
import { StartError, step } from "./start/step.ts";

await new Command("npm run uninstall-service --")
  .description(`Ends the service and every sandbox, and removes the units and ${PROGRAM}.`)
  .option("--purge", `remove ${STATE} and ${dirname(CONFIGURATION)} as well: learners' progress, secret and configuration`)
  .showHelpAfterError()
  .action(({ purge }: { purge?: true }) => attempt((stop) => uninstall(purge ?? false, stop)))
  .parseAsync();

async function uninstall(purge: boolean, stop: AbortSignal): Promise<void> {
  demandRoot("uninstall-service", purge ? ["--purge"] : []);
  demandSystemd();
  await step("units", () => removeUnits(stop));
  if (existsSync(STATE)) {
    const imagesFolder = existsSync(CONFIGURATION) ? serviceSettings().imagesFolder : `${STATE}/images`;
    await step("sandboxes", async () => {
      const left = await removeLeftovers({ stateFolder: STATE, imagesFolder, sessions: [] });
      if (left.length > 0) throw new StartError(`This is left and could not be removed:\n${left.join("\n")}`);
    });
  }
  await step(PROGRAM, () => rmSync(PROGRAM, { recursive: true, force: true }));
  if (!purge) {
    console.log(`\n${STATE} and ${CONFIGURATION} are left: npm run install-service goes on with them, -- --purge removes them.`);
    return;
  }
  await step(`${STATE}, ${dirname(CONFIGURATION)} and the user`, async (progress) => {
    for (const path of [STATE, dirname(CONFIGURATION)]) rmSync(path, { recursive: true, force: true });
    await runCommand(["userdel", "unboxed"], progress, stop).catch(() => undefined);
  });
}
