import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkHost, checkPlace, checkTools } from "../doctor/checks.ts";
import { type Finding, readMore } from "../doctor/finding.ts";
import { installDebianPackages, RUNTIME_PACKAGES } from "./debian-packages.ts";
import { takePidFile } from "./pid-file.ts";
import { CLONE, keptSecret, listening, makeStateFolder, type Settings } from "./settings.ts";
import { checkReadable, prepareDatabase, SITE_ID } from "./site.ts";
import { buildSite } from "./site-build.ts";
import { type Progress, StartError, step, yellow } from "./step.ts";

export type SetUp = {
  secret: string;
  /** Folder of the site's build; undefined with `dev`. */
  build: string | undefined;
  /** Gives the state folder free for another start. */
  release: () => void;
};

/** Everything that both processes need, each step skipped where it is done already. Throws StartError. */
export async function setUp(settings: Settings, { dev, stop }: { dev: boolean; stop: AbortSignal }): Promise<SetUp> {
  await step("this machine", async (progress) => report(await checkHost(), progress));
  stop.throwIfAborted();
  await step("Debian packages", (progress) => installDebianPackages(RUNTIME_PACKAGES, progress, stop));
  makeStateFolder(settings.stateFolder);
  const lock = takePidFile(join(settings.stateFolder, "start.pid"));
  if ("heldBy" in lock) {
    throw new StartError(
      `Unboxed already runs with the state folder ${settings.stateFolder} (process ${lock.heldBy}): open it, end it with kill ${lock.heldBy}, ` +
        "or start another one beside it with a state folder and a port of its own: UNBOXED_STATE=/path PORT=3100 npm start.",
    );
  }
  try {
    await step("tools, disk and ports", async (progress) => {
      const place = { stateFolder: settings.stateFolder, listen: listening(settings) };
      report([...(await checkTools()), ...(await checkPlace(place))], progress);
    });
    if (!dev) checkReadable([CLONE, join(CLONE, "package.json"), join(CLONE, "classroom/database.ts"), settings.lessonsFolder]);
    await buildImages(settings.imagesFolder, stop);
    const build = dev ? undefined : await step("site", (progress) => buildSite(settings.stateFolder, progress, stop));
    stop.throwIfAborted();
    const { uid, gid } = dev ? statSync(CLONE) : { uid: SITE_ID, gid: SITE_ID };
    prepareDatabase(settings, { uid, gid });
    return { secret: settings.secret ?? keptSecret(settings.stateFolder), build, release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Builds every image that has a recipe in images/. */
export async function buildImages(imagesFolder: string, stop: AbortSignal): Promise<void> {
  // Only here: what needs no image need not load what makes them.
  const { buildImage } = await import("../../images/build.ts");
  const recipes = readdirSync(join(CLONE, "images"), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  for (const name of recipes) {
    await step(`sandbox image ${name}`, (progress) => buildImage(name, imagesFolder, progress.say));
    stop.throwIfAborted();
  }
}

/** Says in one line that all is well, or throws with every cure. Warnings are printed and do not hold the start up. */
export function report(findings: readonly Finding[], progress: Progress): void {
  const failures = findings.filter(({ state }) => state === "failure");
  if (failures.length > 0)
    throw new StartError(
      failures.map(({ name, found, cure }) => `${name} (${found}): ${cure}\n  More: ${readMore(name)}`).join("\n"),
    );
  const warnings = findings.filter(({ state }) => state === "warning");
  progress.result(
    warnings.length === 0
      ? "fit"
      : warnings.map(({ name, found, cure }) => yellow(`\n     ${name} (${found}): ${cure}`)).join(""),
  );
}
