/** Builds the root file systems that sandboxes start from, by mmdebstrap(1). */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.ts";
import { readRecipe } from "./recipe.ts";

export type BuiltImage = { folder: string /** False where the recipe had not changed. */; built: boolean };

/**
 * Brings image `name` up to its recipe, as `imagesFolder/NAME`. What runs on the old one goes on: its tree is removed only once nobody
 * uses it any more. `onProgress` hears one short phrase for each step. Throws Error with one sentence that says what to do.
 */
export async function buildImage(
  name: string,
  imagesFolder: string,
  onProgress: (what: string) => void,
  { force = false }: { force?: boolean } = {},
): Promise<BuiltImage> {
  const recipe = await readRecipe(name);
  await mkdir(imagesFolder, { recursive: true });
  const folder = join(imagesFolder, name);
  const stamp = join(imagesFolder, `${name}.stamp`);
  await removeUnused(name, imagesFolder);
  if (!force && existsSync(folder) && (await readIfThere(stamp)) === recipe.hash) return { folder, built: false };

  const tree = join(imagesFolder, `${BUILDING(name)}${process.pid}`);
  try {
    await bootstrap(recipe, tree, onProgress);
    onProgress("Laying the recipe's files over it");
    if (recipe.filesFolder !== undefined) await cp(recipe.filesFolder, tree, { recursive: true, force: true });
    await rm(stamp, { force: true });
    if (existsSync(folder)) await rename(folder, join(imagesFolder, `${OLD(name)}${Date.now()}`));
    await rename(tree, folder);
    await writeFile(stamp, recipe.hash);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
  await removeUnused(name, imagesFolder);
  return { folder, built: true };
}

const BUILDING = (name: string) => `.${name}.building-`;
const OLD = (name: string) => `.${name}.old-`;

/** Removes replaced trees that no sandbox is mounted from, and trees of builds that were killed. */
async function removeUnused(name: string, imagesFolder: string): Promise<void> {
  const mountinfo = await readFile("/proc/self/mountinfo", "utf8");
  for (const entry of await readdir(imagesFolder)) {
    const abandoned = entry.startsWith(BUILDING(name)) && !(await isBuilding(entry));
    // Field 4 of proc_pid_mountinfo(5) is the mounted folder's path in its file system, as it is called now.
    const unused = entry.startsWith(OLD(name)) && !mountinfo.includes(`/${entry} `);
    if (abandoned || unused) await rm(join(imagesFolder, entry), { recursive: true, force: true });
  }
}

/** Whether a process still works on a tree: the one that began it, which is in its name, or the mmdebstrap that it started. */
async function isBuilding(tree: string): Promise<boolean> {
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    if (tree.endsWith(`-${pid}`) || (await readIfThere(`/proc/${pid}/cmdline`))?.includes(`/${tree}`)) return true;
  }
  return false;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}
