/** Recipes of images: `images/NAME/recipe.json`, and `images/NAME/files/`, a tree that is laid over the image. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const Recipe = z.strictObject({
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)),
  /** Parts of the archive, by distribution. */
  components: z.strictObject({ debian: z.array(z.string()), ubuntu: z.array(z.string()) }),
  /** Paths that packages do not unpack, as dpkg's path-exclude. */
  exclude: z.array(z.string().startsWith("/")),
});

export type Recipe = z.infer<typeof Recipe> & {
  distribution: "debian" | "ubuntu";
  suite: string;
  /** undefined if the recipe has none. */
  filesFolder: string | undefined;
  /** Of everything that the image depends on. */
  hash: string;
};

/** Where the host's own distribution cannot serve. */
const DEFAULT = { distribution: "debian", suite: "bookworm" } as const;

/** Reads the recipe called `name`. Throws Error with what is wrong with it. */
export async function readRecipe(name: string, osRelease = "/etc/os-release"): Promise<Recipe> {
  const folder = join(import.meta.dirname, name);
  const file = join(folder, "recipe.json");
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || !existsSync(file))
    throw new Error(`There is no image called ${name}: images/ has the recipes.`);
  const text = await readFile(file, "utf8");
  const recipe = Recipe.parse(JSON.parse(text));
  const base = hostBase(existsSync(osRelease) ? await readFile(osRelease, "utf8") : "");
  const filesFolder = existsSync(join(folder, "files")) ? join(folder, "files") : undefined;
  const hash = createHash("sha256").update(JSON.stringify([recipe, base, process.arch]));
  for (const path of filesFolder ? await filesBelow(filesFolder) : []) {
    hash.update(`\0${path}\0`).update(await readFile(join(folder, "files", path)));
  }
  return { ...recipe, ...base, filesFolder, hash: hash.digest("hex") };
}

/** The host's own distribution, whose keys and mirror it has; see os-release(5). */
function hostBase(osRelease: string): Pick<Recipe, "distribution" | "suite"> {
  const field = (name: string) => new RegExp(`^${name}="?([a-z0-9._-]+)"?$`, "m").exec(osRelease)?.[1];
  const [distribution, suite] = [field("ID"), field("VERSION_CODENAME")];
  return (distribution === "debian" || distribution === "ubuntu") && suite !== undefined ? { distribution, suite } : DEFAULT;
}

/** Relative paths of all files, sorted. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
