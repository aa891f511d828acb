/** Where a sandbox's things are on the host. Everything follows from its id, so that a later process finds all of it. */
import { join } from "node:path";

export type Layout = {
  /** Short name of this instance, `[a-z0-9]+`. Instances on one machine do not see one another's sandboxes. */
  instance: string;
  /** Folder of this instance under `runFolder`: mounts and records. */
  folder: string;
  /** Machine-wide claims of host id ranges. */
  ranges: string;
  /** runc's own state (`runc --root`). */
  runcRoot: string;
  /** The socket of the process that holds terminals. */
  holder: string;
  /** Quota images, in the state folder. */
  disks: string;
  images: string;
};

export type LayoutOptions = { instance: string; runFolder: string; stateFolder: string; imagesFolder: string };

export function layoutOf({ instance, runFolder, stateFolder, imagesFolder }: LayoutOptions): Layout {
  const folder = join(runFolder, instance);
  return {
    instance,
    folder,
    ranges: join(runFolder, "ranges"),
    runcRoot: join(folder, "runc"),
    holder: join(folder, HOLDER),
    disks: join(stateFolder, "disks"),
    images: imagesFolder,
  };
}

export type SandboxPaths = {
  /** Holds the rest, and is runc's bundle. */
  folder: string;
  /** Idmapped, read-only view of the image. */
  lower: string;
  /** The quota image, mounted. */
  disk: string;
  /** The overlay's upper layer, on the disk. */
  upper: string;
  /** The overlay: the sandbox's `/`. */
  root: string;
  /** OCI runtime configuration. */
  config: string;
  /** What the driver knows of the sandbox; it is there only once the sandbox has been running. */
  record: string;
  runcLog: string;
  pidFile: string;
  /** The quota image. */
  diskFile: string;
};

export function sandboxPaths(layout: Layout, id: string): SandboxPaths {
  const folder = join(layout.folder, id);
  return {
    folder,
    lower: join(folder, "lower"),
    disk: join(folder, "disk"),
    upper: join(folder, "disk/upper"),
    root: join(folder, "root"),
    config: join(folder, "config.json"),
    record: join(folder, "sandbox.json"),
    runcLog: join(folder, "runc.log"),
    pidFile: join(folder, "pid"),
    diskFile: join(layout.disks, `${id}.ext4`),
  };
}

/** Ids as the driver takes them; anything else in the instance's folder is no sandbox. */
export const SANDBOX_ID = /^[a-z0-9]{8,32}$/;

/** Name of the holder's folder and cgroup, beside those of sandboxes: too short for an id. */
export const HOLDER = "holder";

/** Name of the cgroup beside the sandbox's own in which checks run. */
export function checksOf(id: string): string {
  return `${id}.checks`;
}

/** cgroup of a sandbox below each hierarchy's mount point. */
export function cgroupPath(layout: Layout, id: string): string {
  return `/unboxed/${layout.instance}/${id}`;
}
