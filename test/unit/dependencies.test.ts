/** What package-lock.json lets onto a machine. Advisories are asked for by `npm run audit`, which needs the registry. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { z } from "zod";
import { CLONE } from "../../cli/start/settings.ts";

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      inBundle: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  allowScripts: z.record(z.string(), z.boolean()),
});

const json = (file: string): unknown => JSON.parse(readFileSync(join(CLONE, file), "utf8"));
const packages = Object.entries(Lock.parse(json("package-lock.json")).packages).filter(([path]) => path !== "");
const manifest = Manifest.parse(json("package.json"));

test("no package comes from elsewhere than the registry, and each has the hash that it must have", () => {
  assert.ok(packages.length > 100);
  for (const [path, { resolved, integrity, inBundle }] of packages) {
    if (inBundle) continue;
    // Without it npm asks the registry that it is set to.
    if (resolved !== undefined) assert.match(resolved, /^https:\/\/registry\.npmjs\.org\//, path);
    assert.match(integrity ?? "", /^sha512-/, path);
  }
});

test("dependencies are pinned to one version", () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
});

test("only packages that are known to need it run a script when they are installed", () => {
  const allowed = Object.keys(manifest.allowScripts).sort();
  const wanted = packages
    .filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)
    .map(([path]) => path.replace("node_modules/", ""));
  assert.deepEqual(
    wanted.filter((name) => !allowed.includes(name)),
    [],
  );
});
