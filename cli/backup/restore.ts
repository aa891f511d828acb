import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { openDatabase } from "../../classroom/database.ts";
import { takeSnapshot } from "../../classroom/snapshot.ts";
import { claimInstance, openInstance } from "../../lab-server/instance.ts";
import { writeConfiguration } from "../service/configuration-file.ts";
import type { Place } from "../service/instance-place.ts";
import { CONFIGURATION as SERVICE_CONFIGURATION, serviceSettings } from "../service/place.ts";
import { heldBy } from "../start/pid-file.ts";
import type { Settings } from "../start/settings.ts";
import { prepareDatabase, SITE_ID } from "../start/site.ts";
import { StartError } from "../start/step.ts";
import { CONFIGURATION, type Contents, DATABASE, fileToBackUp } from "./archive.ts";

/** Throws StartError where something runs on the state folder; nothing can until what is returned is disposed of. */
export async function claimStopped({ stateFolder }: Settings): Promise<AsyncDisposable> {
  const start = heldBy(join(stateFolder, "start.pid"));
  if (start !== undefined)
    throw new StartError(`Unboxed runs with the state folder ${stateFolder} (process ${start}): end it first by kill ${start}.`);
  return claimInstance(await openInstance(stateFolder)).catch((error: unknown) => {
    throw new StartError(error instanceof Error ? error.message : String(error));
  });
}

/**
 * Puts a backup's database, secret and configuration in place of what is there, which is kept beside with `before-restore` in its name.
 * Returns sentences that tell what somebody must know.
 */
export async function restoreInto({ settings, service }: Place, { folder }: Contents): Promise<string[]> {
  const stamp = new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "");
  const configuration = readFileSync(join(folder, CONFIGURATION), "utf8");
  const said: string[] = [];
  if (service) serviceSettings(configuration);
  said.push(...(await restoreDatabase(settings, join(folder, DATABASE), stamp)));
  if (service) {
    said.push(...keep(SERVICE_CONFIGURATION, configuration, stamp));
    writeConfiguration(configuration);
  } else said.push(...restoreSecret(settings, configuration, stamp));
  return said;
}

async function restoreDatabase(settings: Settings, snapshot: string, stamp: string): Promise<string[]> {
  const file = fileToBackUp(settings);
  const said: string[] = [];
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file) && statSync(file).size > 0) {
    const kept = `${file}.before-restore-${stamp}`;
    takeSnapshot(file, kept);
    said.push(`The database that was there is kept as ${kept}.`);
  }
  // Copied before anything goes: the database may lie on a file system of its own.
  const draft = `${file}.restoring`;
  copyFileSync(snapshot, draft);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  renameSync(draft, file);
  chmodSync(file, 0o600);
  // The folder's owner is the site's user, or becomes it.
  const { uid, gid } = statSync(dirname(file));
  prepareDatabase(settings, uid === 0 ? { uid: SITE_ID, gid: SITE_ID } : { uid, gid });
  // Brings a backup of an older release up to date, and refuses one of a newer.
  const database = await openDatabase(file);
  await database.destroy();
  return said;
}

function restoreSecret(settings: Settings, configuration: string, stamp: string): string[] {
  const { UNBOXED_SECRET: secret, ...others } = parseEnv(configuration);
  if (secret === undefined) throw new StartError("The backup has no secret.");
  const file = join(settings.stateFolder, "secret");
  const said = keep(file, `${secret}\n`, stamp);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  if (settings.secret !== undefined && settings.secret !== secret)
    said.push(
      `UNBOXED_SECRET of this environment is another than the backup's and counts: unset it, or learners begin anew (${file} has the backup's).`,
    );
  const missing = Object.entries(others).filter(([name, value]) => process.env[name] !== value);
  if (missing.length > 0)
    said.push(
      `Set these for the next start, as they were when the backup was made: ${missing.map(([name, value]) => `${name}=${value}`).join(" ")}`,
    );
  return said;
}

/** Keeps a file that is to become another. */
function keep(file: string, text: string, stamp: string): string[] {
  if (!existsSync(file) || readFileSync(file, "utf8") === text) return [];
  const kept = `${file}.before-restore-${stamp}`;
  renameSync(file, kept);
  return [`What was in ${file} is kept as ${kept}.`];
}
