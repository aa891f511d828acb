/** Recipes of images: `images/NAME/recipe.json`, and `images/NAME/files/`, a tree that is laid over the image. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const Recipe = z.strictObject({
  /** Debian's release, the same on every machine: lessons are proven with its versions of the programs. */
  suite: z.string().regex(/^[a-z]+$/),
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)),
  /** Paths that packages do not unpack, as dpkg's path-exclude. */
  exclude: z.array(z.string().startsWith("/")),
});

export type Recipe = z.infer<typeof Recipe> & {
  /** undefined if the recipe has none. */
  filesFolder: string | undefined;
  /** Of everything that the image depends on. */
  hash: string;
};

/** Reads the recipe called `name`. Throws Error with what is wrong with it. */
export async function readRecipe(name: string): Promise<Recipe> {
  const folder = join(import.meta.dirname, name);
  const file = join(folder, "recipe.json");
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || !existsSync(file))
    throw new Error(`There is no image called ${name}: images/ has the recipes.`);
  const text = await readFile(file, "utf8");
  const recipe = Recipe.parse(JSON.parse(text));
  const filesFolder = existsSync(join(folder, "files")) ? join(folder, "files") : undefined;
  const hash = createHash("sha256").update(JSON.stringify([recipe, process.arch]));
  for (const path of filesFolder ? await filesBelow(filesFolder) : []) {
    hash.update(`\0${path}\0`).update(await readFile(join(folder, "files", path)));
  }
  return { ...recipe, filesFolder, hash: hash.digest("hex") };
}

/** Relative paths of all files, sorted. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
