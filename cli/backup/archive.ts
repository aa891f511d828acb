/** A backup is a gzipped tar of three files. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Holding, inspectSnapshot } from "../../classroom/snapshot.ts";
import { runCommand } from "../start/command.ts";
import { databaseFile, type Settings } from "../start/settings.ts";
import { SILENT, StartError } from "../start/step.ts";

export const DATABASE = "unboxed.sqlite";
export const CONFIGURATION = "configuration.env";
const MANIFEST = "manifest.json";
const FORMAT = 1;

const Manifest = z.object({
  format: z.literal(FORMAT),
  madeAt: z.iso.datetime(),
  version: z.string(),
  sha256: z.object({ [DATABASE]: z.string(), [CONFIGURATION]: z.string() }),
});

export type Contents = { folder: string; madeAt: string; version: string; holding: Holding };

/** The file of the database. Throws StartError where that is PostgreSQL's, which has tools of its own. */
export function fileToBackUp({ database }: Settings): string {
  const file = databaseFile(database);
  if (file !== undefined) return file;
  throw new StartError(
    `The database is PostgreSQL's (DATABASE_URL): back it up by pg_dump and restore it by pg_restore, and keep UNBOXED_SECRET with it. More: docs/self-hosting/backup.md`,
  );
}

/**
 * Packs what `fill` puts into a folder (both files) into `file`, which only its owner can read: it holds the secret. The file is there
 * whole or not at all. Throws StartError where it is there already.
 */
export async function pack(file: string, version: string, stop: AbortSignal, fill: (folder: string) => void): Promise<Holding> {
  if (existsSync(file)) throw new StartError(`${file} is there already: name another file, or remove it.`);
  const folder = scratch(file);
  try {
    // Before the snapshot: whatever was done by then is in it.
    const madeAt = new Date().toISOString();
    fill(folder);
    const holding = inspectSnapshot(join(folder, DATABASE));
    const manifest: z.infer<typeof Manifest> = {
      format: FORMAT,
      madeAt,
      version,
      sha256: { [DATABASE]: digest(join(folder, DATABASE)), [CONFIGURATION]: digest(join(folder, CONFIGURATION)) },
    };
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
    const draft = join(folder, "draft");
    await runCommand(
      ["tar", "--create", "--gzip", "--file", draft, "--directory", folder, MANIFEST, CONFIGURATION, DATABASE],
      SILENT,
      stop,
    );
    chmodSync(draft, 0o600);
    const descriptor = openSync(draft, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(draft, file);
    return holding;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Unpacks a backup beside `beside`, shows it to `use`, and takes it away again. Throws StartError where it is none, or damaged. */
export async function unpack(
  file: string,
  beside: string,
  stop: AbortSignal,
  use: (contents: Contents) => Promise<void>,
): Promise<void> {
  if (!existsSync(file)) throw new StartError(`There is no file ${file}.`);
  const folder = scratch(beside);
  try {
    // The three names and nothing else, whatever the archive holds.
    const options = ["--extract", "--gzip", "--no-same-owner", "--no-same-permissions"];
    await runCommand(
      ["tar", ...options, "--file", file, "--directory", folder, MANIFEST, CONFIGURATION, DATABASE],
      SILENT,
      stop,
    ).catch((error: unknown) => {
      if (!(error instanceof StartError)) throw error;
      throw new StartError(`${file} is no backup of Unboxed, or is cut short: ${error.message}`);
    });
    const manifest = Manifest.safeParse(parse(readFileSync(join(folder, MANIFEST), "utf8")));
    if (!manifest.success) throw new StartError(`${file} was made by another release: its ${MANIFEST} is not understood here.`);
    const { sha256, madeAt, version } = manifest.data;
    for (const name of [DATABASE, CONFIGURATION] as const)
      if (digest(join(folder, name)) !== sha256[name]) throw new StartError(`${file} is damaged: ${name} is not what was saved.`);
    await use({ folder, madeAt, version, holding: inspectSnapshot(join(folder, DATABASE)) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function scratch(beside: string): string {
  try {
    return mkdtempSync(join(dirname(beside), ".unboxed-backup-"));
  } catch (error) {
    throw new StartError(`Nothing can be written in ${dirname(beside)} (${error instanceof Error ? error.message : error}).`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
