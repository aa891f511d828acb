import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Progress } from "../../cli/start/step.ts";
import { runCommand } from "./command.ts";
import type { DiskLabel } from "./recipe.ts";

export type Disk = { label: DiskLabel; file: string };

/** Bytes, sparse. */
const SIZE = 4 * 1024 ** 3;

/** A disk with a copy of `tree`, made anew only where a name, mode, owner, size or time in it has changed. */
export async function diskOf(
  { tree, label, vmFolder }: { tree: string; label: DiskLabel; vmFolder: string },
  progress: Progress,
  stop: AbortSignal,
): Promise<Disk> {
  const file = join(vmFolder, `${label}.img`);
  const stamp = `${file}.made-from`;
  const fingerprint = fingerprintOf(tree);
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
    progress.result("unchanged");
    return { label, file };
  }
  rmSync(stamp, { force: true });
  const draft = join(vmFolder, `draft-${label}.img`);
  try {
    await makeFileSystem({ tree, file: draft, label, size: SIZE }, progress, stop);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
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

function fingerprintOf(tree: string): string {
  const hash = createHash("sha256").update(tree);
  const visit = (path: string) => {
    const stat = lstatSync(path);
    // A folder's size and time say nothing that the names in it do not.
    const content = stat.isDirectory() ? [] : [stat.size, stat.mtimeMs];
    hash.update(`${[relative(tree, path), stat.mode, stat.uid, stat.gid, ...content].join("\0")}\n`);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(tree);
  return hash.digest("hex");
}
