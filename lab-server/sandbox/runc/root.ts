/** The file system of a sandbox as it is before anything runs in it: the image below, the sandbox's disk above, one overlay. */
import { randomUUID } from "node:crypto";
import { chown, lchown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxSpec } from "../driver.ts";
import { mountIdmapped } from "../kernel/idmapped-mount.ts";
import { MS, mount } from "../kernel/mount.ts";
import type { SandboxPaths } from "./layout.ts";

/** Folders on the disk: overlay's two, and those that are bound straight into the sandbox (see configuration.ts). */
const ON_DISK = { upper: 0o755, work: 0o755, home: 0o700, lxc: 0o700, machines: 0o700 } as const;

/** Where the sandbox finds its own image, pristine, to boot or to stack layers on. */
const IMAGES_INSIDE = "opt/images";

/** Mounts the image and the overlay. The disk is mounted already; `userNamespace` is a descriptor. Throws SystemCallError. */
export async function mountRoot(
  spec: SandboxSpec,
  paths: SandboxPaths,
  image: string,
  first: number,
  userNamespace: number,
): Promise<void> {
  mountIdmapped(image, paths.lower, userNamespace);
  await Promise.all(
    Object.entries(ON_DISK).map(async ([name, mode]) => {
      await mkdir(join(paths.disk, name), { mode });
      await chown(join(paths.disk, name), first, first);
    }),
  );
  await writeIdentity(spec, paths.upper, first);
  await mount({
    source: "overlay",
    target: paths.root,
    type: "overlay",
    flags: MS.NODEV,
    data: `lowerdir=${paths.lower},upperdir=${paths.upper},workdir=${join(paths.disk, "work")}`,
  });
  // Mounted here and not by runc: what a mount namespace inherits it cannot take apart or make writable.
  const target = join(paths.root, IMAGES_INSIDE, spec.image);
  await mount({ source: paths.lower, target, flags: MS.BIND });
}

/** What differs from sandbox to sandbox, as files in the upper layer. */
async function writeIdentity({ hostname, image }: SandboxSpec, upper: string, first: number): Promise<void> {
  const own = (path: string) => lchown(path, first, first);
  const folder = async (path: string) => {
    await mkdir(path, { mode: 0o755 });
    await own(path);
  };
  const files = {
    hostname: `${hostname}\n`,
    hosts: `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`,
    // machine-id(5): 32 hexadecimal digits. systemd-nspawn refuses to work without it.
    "machine-id": `${randomUUID().replaceAll("-", "")}\n`,
  };
  const etc = join(upper, "etc");
  const opt = join(upper, "opt");
  await Promise.all([folder(etc), folder(opt)]);
  await Promise.all([
    ...Object.entries(files).map(async ([name, text]) => {
      await writeFile(join(etc, name), text, { mode: name === "machine-id" ? 0o444 : 0o644 });
      await own(join(etc, name));
    }),
    folder(join(upper, IMAGES_INSIDE)).then(() => folder(join(upper, IMAGES_INSIDE, image))),
  ]);
}
