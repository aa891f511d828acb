import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { runCommand } from "../../cli/start/command.ts";
import type { Progress } from "../../cli/start/step.ts";
import type { DiskLabel } from "./recipe.ts";

export type Disk = { label: DiskLabel; file: string };

/** Bytes, sparse. */
const SIZE = 8 * 1024 ** 3;

export type DiskSource = {
  label: DiskLabel;
  folder: string;
  /** What of the folder goes on the disk; all of it by default. */
  entries?: readonly string[];
};

/** A disk with a copy of a folder, made anew only where a name, mode, owner, size or time in it has changed. */
export async function diskOf(source: DiskSource, vmFolder: string, progress: Progress, stop: AbortSignal): Promise<Disk> {
  const { label, folder, entries } = source;
  const file = join(vmFolder, `${label}.img`);
  const stamp = `${file}.made-from`;
  const fingerprint = fingerprintOf(folder, entries ?? readdirSync(folder).sort());
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
    progress.result("unchanged");
    return { label, file };
  }
  rmSync(stamp, { force: true });
  const draft = join(vmFolder, `draft-${label}.img`);
  const chosen = join(vmFolder, `draft-${label}`);
  try {
    if (entries !== undefined) {
      progress.say("copying");
      mkdirSync(chosen, { recursive: true });
      await runCommand(["cp", "-a", "--", ...entries.map((entry) => join(folder, entry)), chosen], progress, stop);
    }
    await makeFileSystem({ tree: entries === undefined ? folder : chosen, file: draft, label, size: SIZE }, progress, stop);
    renameSync(draft, file);
  } finally {
    for (const path of [draft, chosen]) rmSync(path, { recursive: true, force: true });
  }
  writeFileSync(stamp, fingerprint);
  progress.result("made");
  return { label, file };
}

/** An ext4 file system in a file, filled without mounting it (mke2fs(8), -d). No journal: nobody keeps what is written to it. */
export async function makeFileSystem(
  { tree, file, label, size }: { tree: string; file: string; label: string; size: number },
  progress: Progress,
  stop: AbortSignal,
): Promise<void> {
  rmSync(file, { force: true });
  writeFileSync(file, "");
  truncateSync(file, size);
  await runCommand(
    ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-L", label, "-d", tree, file],
    progress,
    stop,
  );
}

function fingerprintOf(folder: string, entries: readonly string[]): string {
  const hash = createHash("sha256");
  const visit = (path: string) => {
    const stat = lstatSync(path);
    // A folder's size and time say nothing that the names in it do not.
    const content = stat.isDirectory() ? [] : [stat.size, stat.mtimeMs];
    hash.update(`${[relative(folder, path), stat.mode, stat.uid, stat.gid, ...content].join("\0")}\n`);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  for (const entry of entries) visit(join(folder, entry));
  return hash.digest("hex");
}
