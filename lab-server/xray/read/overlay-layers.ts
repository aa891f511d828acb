/**
 * Where the layers of an overlay are. The kernel tells the paths that mount(2) was given, and not where relative ones began, nor in whose
 * root; meanwhile the process may have gone into a root of its own. So places are tried, and the upper layer is known by its inode: the merged root
 * has the same number (fs/overlayfs/super.c, ovl_get_root). Every path is a learner's and is followed inside the sandbox only.
 */
import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { openInode } from "../../sandbox/kernel/file-handle.ts";
import { O_PATH } from "../../sandbox/kernel/openat2.ts";
import { identify } from "../../sandbox/kernel/statx.ts";
import type { Inside } from "../open-inside.ts";
import type { Subject } from "../subject.ts";
import { unlessUnreadable } from "../vanished.ts";
import { Folder } from "./layer.ts";
import type { OverlayMount } from "./mountinfo.ts";
import type { OpenLayers } from "./upper-layer.ts";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Folders above the mount point from which relative paths are tried. */
const MOST_BASES = 6;

/** Whose root absolute paths begin in, and where relative ones begin: a path in that root, or one on the sandbox's disk. */
type Place = { pid: number; base: string; onDisk: boolean };
export type FoundLayers = { place: Place; device: number; inode: number };

export class LayerFinder {
  readonly #files: Subject["files"];
  readonly #initPid: number;
  readonly #inside: Inside;

  constructor({ files, initPid }: Pick<Subject, "files" | "initPid">, inside: Inside) {
    this.#files = files;
    this.#initPid = initPid;
    this.#inside = inside;
  }

  /** The sandbox's own layers. The caller disposes of them. Throws Node's error where the sandbox is gone. */
  own(): OpenLayers {
    const upper = new Folder(openSync(this.#files.upper, FOLDER));
    return { upper, lower: [unlessUnreadable(() => new Folder(openSync(this.#files.lower, FOLDER)))] };
  }

  /** Where they are, `before` being where they were: undefined where they cannot be found. */
  find(mount: OverlayMount, before: FoundLayers | undefined): FoundLayers | undefined {
    const upperAt = (place: Place) => this.#stat(place, mount.upper ?? "");
    if (before) {
      const now = upperAt(before.place);
      if (now?.ino === before.inode && now.dev === before.device) return before;
    }
    const merged = this.#merged(mount);
    let likely: FoundLayers | undefined;
    for (const place of this.#places(mount, merged)) {
      const upper = upperAt(place);
      if (!upper?.isDirectory()) continue;
      const found = { place, device: upper.dev, inode: upper.ino };
      if (upper.ino === merged) return found;
      // Where the layers are on several file systems the number may be another one. Its work folder has one in it that overlays alone make.
      if (likely === undefined && this.#stat(place, `${mount.work}/work`)?.isDirectory()) likely = found;
    }
    return likely;
  }

  /** Opens them. The caller disposes of them. undefined where the upper layer is gone. */
  open({ upper, lower }: OverlayMount, { place }: FoundLayers): OpenLayers | undefined {
    const layer = (path: string) => {
      const fd = this.#openAt(place, path);
      return fd === undefined ? undefined : new Folder(fd);
    };
    const top = layer(upper ?? "");
    return top && { upper: top, lower: lower.map(layer) };
  }

  /** Inode number of the merged tree's root, if it can be seen by its path. */
  #merged({ id, hostPid, point }: OverlayMount): number | undefined {
    return unlessUnreadable(() => {
      const root = this.#inside.root(hostPid);
      try {
        const fd = this.#inside.open(root, latin1(point), "path");
        try {
          // Not fstat(2): what the overlay lies on may not answer.
          const { device, inode } = identify(fd);
          return device === id ? inode : undefined;
        } finally {
          closeSync(fd);
        }
      } finally {
        closeSync(root);
      }
    });
  }

  #places({ hostPid, point, upper }: OverlayMount, merged: number | undefined): Place[] {
    const roots = hostPid === this.#initPid ? [hostPid] : [hostPid, this.#initPid];
    if (upper?.startsWith("/")) return roots.map((pid) => ({ pid, base: "/", onDisk: false }));
    const disk = merged === undefined ? undefined : unlessUnreadable(() => this.#baseOnDisk(merged, upper ?? ""));
    const outer = unlessUnreadable(() => this.#rootOf(hostPid)) ?? "/";
    return [
      ...(disk === undefined ? [] : [{ pid: this.#initPid, base: disk, onDisk: true }]),
      ...above(point).map((base) => ({ pid: hostPid, base, onDisk: false })),
      // Whoever is in a chroot gave the paths from outside of it.
      ...above(join(outer, point)).map((base) => ({ pid: this.#initPid, base, onDisk: false })),
    ];
  }

  /** Where on the sandbox's disk a relative path to the folder of this inode must have begun. */
  #baseOnDisk(inode: number, path: string): string | undefined {
    const disk = openSync(dirname(this.#files.upper), FOLDER);
    try {
      const fd = openInode(disk, inode, O_PATH | constants.O_DIRECTORY);
      try {
        const [top, name] = [disk, fd].map((each) => readlinkSync(`/proc/self/fd/${each}`, "latin1"));
        if (top === undefined || !name?.startsWith(`${top}/`) || !name.endsWith(`/${path}`)) return undefined;
        return name.slice(top.length + 1, -path.length - 1);
      } finally {
        closeSync(fd);
      }
    } finally {
      closeSync(disk);
    }
  }

  /** Root directory of a process in its mount namespace: proc_pid_root(5). */
  #rootOf(pid: number): string {
    const process = this.#inside.process(pid);
    try {
      return readlinkSync(`/proc/self/fd/${process}/root`, "latin1");
    } finally {
      closeSync(process);
    }
  }

  #stat(place: Place, path: string): Stats | undefined {
    const fd = this.#openAt(place, path);
    return fd === undefined ? undefined : statAndClose(fd);
  }

  #openAt({ pid, base, onDisk }: Place, path: string): number | undefined {
    return unlessUnreadable(() => {
      if (onDisk && !path.startsWith("/")) {
        using disk = new Folder(openSync(dirname(this.#files.upper), FOLDER));
        return disk.open(`${base}/${path}`);
      }
      const root = this.#inside.root(pid);
      try {
        return this.#inside.open(root, latin1(path.startsWith("/") ? path : join(base, path)), "folder");
      } finally {
        closeSync(root);
      }
    });
  }
}

/** The folders that a path is in, nearest first. */
function above(path: string): string[] {
  const folders: string[] = [];
  for (let folder = path; folder !== "/" && folders.length < MOST_BASES; folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}

function join(folder: string, path: string): string {
  return folder === "/" ? `/${path.replace(/^\//, "")}` : `${folder}${path === "/" ? "" : `/${path.replace(/^\//, "")}`}`;
}

function statAndClose(fd: number): Stats {
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
