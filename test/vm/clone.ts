import { execFile } from "node:child_process";
import { copyFileSync, cpSync, lstatSync, lutimesSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * Copies the clone as git sees it (tracked files as they are now, and new ones that are not ignored) to `target`. Times are kept,
 * so that a copy of an unchanged clone looks unchanged.
 */
export async function copyClone(clone: string, target: string): Promise<void> {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  // A clone that belongs to another user is ours to read as well.
  const { stdout } = await promisify(execFile)("git", ["-c", `safe.directory=${clone}`, "-C", clone, ...listing], {
    maxBuffer: 64 * 1024 ** 2,
  });
  rmSync(target, { recursive: true, force: true });
  for (const path of new Set(stdout.split("\0").filter(Boolean))) copy(join(clone, path), join(target, path));
  // Where the disk of packages is mounted.
  mkdirSync(join(target, "node_modules"));
}

/** Puts a build of the site into a copy, where a start finds it. */
export function copyBuild(build: string, target: string): void {
  cpSync(build, join(target, ".next"), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

function copy(from: string, to: string): void {
  const stat = lstatSync(from, { throwIfNoEntry: false });
  // Deleted and not committed yet, or a submodule.
  if (stat === undefined || stat.isDirectory()) return;
  mkdirSync(dirname(to), { recursive: true });
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to);
  lutimesSync(to, stat.atime, stat.mtime);
}
