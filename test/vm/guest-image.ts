import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../../cli/start/command.ts";
import type { Progress } from "../../cli/start/step.ts";
import { makeFileSystem } from "./disk.ts";
import { MOUNTS, RECIPE } from "./recipe.ts";

export type GuestImage = { disk: string; kernel: string; initrd: string };

/** Bytes of the guest's disk. Sparse: what is free in it takes no room here. */
const DISK_SIZE = 8 * 1024 ** 3;

/** The guest of the recipe as it is now, built if it is not there. Guests of older recipes are removed. */
export async function guestImage(vmFolder: string, progress: Progress, stop: AbortSignal): Promise<GuestImage> {
  const name = `guest-${createHash("sha256")
    .update(JSON.stringify([RECIPE, DISK_SIZE]))
    .digest("hex")
    .slice(0, 12)}`;
  const folder = join(vmFolder, name);
  if (existsSync(folder)) progress.result("already there");
  else {
    const draft = join(vmFolder, "draft-guest");
    try {
      await build(draft, progress, stop);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    progress.result("built");
  }
  for (const other of readdirSync(vmFolder)) {
    if (other.startsWith("guest-") && other !== name) rmSync(join(vmFolder, other), { recursive: true });
  }
  return { disk: join(folder, "root.img"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd.img") };
}

async function build(folder: string, progress: Progress, stop: AbortSignal): Promise<void> {
  const early = join(folder, "early");
  const tree = join(folder, "tree");
  rmSync(folder, { recursive: true, force: true });
  writeTree(early, RECIPE.early);
  const options = [
    "--mode=root",
    "--variant=minbase",
    `--include=${RECIPE.packages.join(",")}`,
    "--dpkgopt=path-exclude=/usr/share/doc/*",
  ];
  const hooks = [
    ...[`--essential-hook=copy-in ${early}/etc /`, `--customize-hook=chroot "$1" systemctl enable ${RECIPE.enable.join(" ")}`],
    `--customize-hook=chroot "$1" systemctl mask ${RECIPE.mask.join(" ")}`,
  ];
  const late = join(folder, "late");
  writeTree(late, RECIPE.files);
  const mounts = `--customize-hook=mkdir -p ${Object.values(MOUNTS)
    .map((path) => `"$1${path}"`)
    .join(" ")}`;
  await runCommand(
    ["mmdebstrap", ...options, `--customize-hook=copy-in ${late}/etc /`, mounts, ...hooks, RECIPE.release, tree],
    progress,
    stop,
  );
  for (const [name, to] of [
    ["vmlinuz-", "vmlinuz"],
    ["initrd.img-", "initrd.img"],
  ] as const) {
    const found = readdirSync(join(tree, "boot")).find((file) => file.startsWith(name));
    if (found === undefined) throw new Error(`The guest has no /boot/${name}*.`);
    copyFileSync(join(tree, "boot", found), join(folder, to));
  }
  progress.say("making its disk");
  await makeFileSystem({ tree, file: join(folder, "root.img"), label: "root", size: DISK_SIZE }, progress, stop);
  for (const part of [tree, early, late]) rmSync(part, { recursive: true });
}

function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
