import { existsSync } from "node:fs";
import { Command } from "commander";
import { checkHost, checkPlace, checkTools } from "./doctor/checks.ts";
import { makeConfiguration } from "./service/configuration-file.ts";
import { CONFIGURATION, PROGRAM, SERVICES, STATE, serviceSettings } from "./service/place.ts";
import { currentRelease, makeRelease, removeOtherReleases, switchTo } from "./service/release.ts";
import { areUnitsPlaced, demandRoot, demandSystemd, placeUnits, restart } from "./service/systemd.ts";
import { attempt } from "./start/command-line.ts";
import { installDebianPackages, RUNTIME_PACKAGES } from "./start/debian-packages.ts";
import { buildImages, report } from "./start/set-up.ts";
import { listening, makeStateFolder } from "./start/settings.ts";
import { checkReadable, prepareDatabase, SITE_ID } from "./start/site.ts";
import { step } from "./start/step.ts";

await new Command("npm run install-service")
  .description(
    `Installs Unboxed as a service of systemd from this clone, or brings the installed one to this clone's release: sandboxes and shells go on. \
The program goes to ${PROGRAM}, its state to ${STATE}, its configuration to ${CONFIGURATION}. Run again, it changes only what differs.`,
  )
  .showHelpAfterError()
  .action(() => attempt(install))
  .parseAsync();

async function install(stop: AbortSignal): Promise<void> {
  demandRoot("install-service");
  demandSystemd();
  process.umask(0o022);
  const isUpgrade = areUnitsPlaced();
  await step("this machine", async (progress) => report(await checkHost(), progress));
  await step("Debian packages", (progress) => installDebianPackages(RUNTIME_PACKAGES, progress, stop));
  const settings = await step("configuration", (progress) => {
    progress.result(makeConfiguration() ? `made ${CONFIGURATION}` : `${CONFIGURATION}, as it is`);
    return serviceSettings();
  });
  makeStateFolder(STATE);
  await step("tools and disk", async (progress) => {
    // An installed one has its ports itself.
    const place = { stateFolder: STATE, listen: isUpgrade ? [] : listening(settings) };
    report([...(await checkTools()), ...(await checkPlace(place))], progress);
  });
  await buildImages(settings.imagesFolder, stop);
  const release = await step("release", (progress) => makeRelease(progress, stop));
  if (existsSync(settings.lessonsFolder)) checkReadable([settings.lessonsFolder]);
  stop.throwIfAborted();
  await step("units", async (progress) => {
    const changed = await placeUnits(stop);
    progress.result(changed.length > 0 ? changed.join(", ") : "as they are");
  });
  prepareDatabase(settings, { uid: SITE_ID, gid: SITE_ID });

  const before = currentRelease();
  switchTo(release);
  try {
    await step(SERVICES.join(", "), (progress) => restart(settings, progress, stop));
  } catch (error) {
    if (before !== undefined && before !== release) {
      switchTo(before);
      await step(`back to release ${before}`, (progress) => restart(settings, progress, stop));
    }
    throw error;
  }
  // Where nothing changed, the one before is still the one to go back to.
  if (before !== release) removeOtherReleases([release, before]);
  console.log(
    `\nUnboxed is at ${settings.url}, and starts with the machine. Configuration: ${CONFIGURATION}. Logs: journalctl -u 'unboxed-*'.`,
  );
}
