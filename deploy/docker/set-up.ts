/**
 * The container that runs before the others and ends: makes the secret, the database's folder and the sandbox image where they are not
 * there, and writes what the others are to know into one file, which Node reads by --env-file.
 */
import { chownSync, existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { attempt } from "../../cli/start/command-line.ts";
import { buildImages } from "../../cli/start/set-up.ts";
import { keptSecret, makeStateFolder, readSettings } from "../../cli/start/settings.ts";
import { prepareDatabase, SITE_ID } from "../../cli/start/site.ts";
import { step } from "../../cli/start/step.ts";
import { originsAt } from "./origins.ts";

const usage = "Usage: node deploy/docker/set-up.ts FILE";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error(usage);
process.umask(0o022);
await attempt((stop) => setUp(file, stop));

async function setUp(file: string, stop: AbortSignal): Promise<void> {
  const origins = originsAt(process.env);
  const settings = readSettings({ ...process.env, UNBOXED_ORIGIN: origins });
  makeStateFolder(settings.stateFolder);
  prepareDatabase(settings, { uid: SITE_ID, gid: SITE_ID });
  if (!existsSync(settings.imagesFolder) || readdirSync(settings.imagesFolder).length === 0)
    console.log("The sandbox image is built: some minutes, once.");
  await buildImages(settings.imagesFolder, stop);
  const secret = settings.secret ?? keptSecret(settings.stateFolder);
  await step("what site and lab-server share", () => writeShared(file, { UNBOXED_SECRET: secret, UNBOXED_ORIGIN: origins }));
  console.log(`\n  ${settings.url}\n`);
}

/** Root's, and the site's to read. At once, for another container may read it now. */
function writeShared(file: string, variables: Readonly<Record<string, string>>): void {
  const draft = `${file}.draft`;
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  writeFileSync(draft, lines.join(""), { mode: 0o640 });
  chownSync(draft, 0, SITE_ID);
  renameSync(draft, file);
}
