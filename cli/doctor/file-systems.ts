import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { type Finding, failure, ok } from "./finding.ts";
import { fileSystems, hasModule } from "./parse.ts";
import { readIfThere } from "./read.ts";
import { run } from "./run.ts";

/** A static script: a tmpfs as disk, and an overlay on it, in a mount namespace that ends with it. */
const OVERLAY = `
set -e
mount -t tmpfs -o size=1m tmpfs /mnt
mkdir /mnt/lower /mnt/upper /mnt/work /mnt/merged
mount -t overlay overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/merged
`;

/** Whether the kernel has a file system, built in or as a module. */
export function fileSystem(name: "overlay"): Finding {
  if (fileSystems(readFileSync("/proc/filesystems", "utf8")).has(name)) return ok(name, "yes");
  if (hasModule(modules(), name)) return ok(name, "as a module");
  return failure(
    name,
    "missing",
    `The kernel has no ${name} file system: run modprobe ${name}, and if that fails use your distribution's own kernel.`,
  );
}

export function loop(): Finding {
  if (existsSync("/dev/loop-control")) return ok("loop devices", "yes");
  if (hasModule(modules(), "loop")) return ok("loop devices", "as a module");
  return failure(
    "loop devices",
    "missing",
    "A sandbox's disk is a file mounted by a loop device: run modprobe loop (in a container: give it /dev/loop-control).",
  );
}

function modules(): string {
  const folder = `/lib/modules/${release()}`;
  return `${readIfThere(`${folder}/modules.dep`) ?? ""}\n${readIfThere(`${folder}/modules.builtin`) ?? ""}`;
}

/** As `fileSystem("overlay")`, and mounts one for real, which only root may, in a mount namespace that ends with it. */
export async function tryOverlay(): Promise<Finding> {
  const there = fileSystem("overlay");
  if (there.state !== "ok") return there;
  const tried = await run(["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", OVERLAY]);
  if (tried.ok) return ok("overlay", "mounts");
  return failure(
    "overlay",
    tried.output.split("\n")[0] ?? "does not mount",
    "Mounting fails, as in a container without privileges: run on the host, or give the container --privileged.",
  );
}
