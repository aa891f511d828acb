/**
 * Releases: copies of the clone that belong to root and are not touched again, so that `git pull` and `npm ci` in the clone do not pull
 * the rug from under what runs.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, join, relative } from "node:path";
import { runCommand } from "../start/command.ts";
import { CLONE } from "../start/settings.ts";
import { buildSite } from "../start/site-build.ts";
import type { Progress } from "../start/step.ts";
import { PROGRAM } from "./place.ts";

const RELEASES = join(PROGRAM, "releases");
const CURRENT = join(PROGRAM, "current");

/** Copies the clone and its build to a release, where that release is not there yet; returns its name. */
export async function makeRelease(progress: Progress, stop: AbortSignal): Promise<string> {
  mkdirSync(RELEASES, { recursive: true, mode: 0o755 });
  const build = await buildSite(PROGRAM, progress, stop);
  const entries = readdirSync(CLONE).filter((name) => !name.startsWith(".") && name !== "node_modules");
  const name = fingerprint(entries, basename(build));
  const release = join(RELEASES, name);
  if (existsSync(release)) {
    progress.result(`${name}, already there`);
    return name;
  }
  progress.say(`copying to ${release}`);
  const draft = `${release}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  // Not the owner: only root may change what root runs.
  const copy = ["cp", "--recursive", "--preserve=mode,timestamps,links", "--reflink=auto", "--"] as const;
  await runCommand([...copy, ...[...entries, "node_modules"].map((entry) => join(CLONE, entry)), draft], progress, stop);
  await runCommand([...copy, build, join(draft, ".next")], progress, stop);
  // The site's user reads it, whatever the umask of who made the clone.
  await runCommand(["chmod", "--recursive", "u=rwX,go=rX", draft], progress, stop);
  renameSync(draft, release);
  progress.result(`${name}, copied`);
  return name;
}

/** The release that runs, or is to run; undefined where there is none. */
export function currentRelease(): string | undefined {
  try {
    return basename(readlinkSync(CURRENT));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes a release the one that the next start of the units runs. */
export function switchTo(name: string): void {
  const draft = `${CURRENT}.draft`;
  rmSync(draft, { force: true });
  symlinkSync(join("releases", name), draft);
  renameSync(draft, CURRENT);
}

/** Removes all but those named: a holder of shells may still run one that is not current. */
export function removeOtherReleases(kept: readonly (string | undefined)[]): void {
  for (const name of readdirSync(RELEASES)) if (!kept.includes(name)) rmSync(join(RELEASES, name), { recursive: true });
}

function fingerprint(entries: readonly string[], build: string): string {
  const hash = createHash("sha256")
    .update(build)
    .update(readFileSync(join(CLONE, "node_modules/.package-lock.json")));
  for (const entry of entries.toSorted()) {
    for (const file of filesOf(join(CLONE, entry))) hash.update(`\0${relative(CLONE, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}

function filesOf(path: string): string[] {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.isFile() ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
