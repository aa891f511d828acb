/**
 * Folders of an overlay's layers. Their names are a learner's, and they change while we look: a folder is opened below its layer without
 * passing a symbolic link or a mount, and what is in it is looked at by its descriptor and one name. Paths are Latin-1.
 */
import { closeSync, constants, fstatSync, opendirSync, type Stats } from "node:fs";
import { O_PATH, openat2, RESOLVE } from "../../sandbox/kernel/openat2.ts";
import { extendedAttribute } from "../../sandbox/kernel/xattr.ts";
import { unlessUnreadable } from "../vanished.ts";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const ANYTHING = O_PATH | constants.O_NOFOLLOW;
const BELOW = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS | RESOLVE.NO_XDEV;

/** Something in a layer: overlayfs.rst, "whiteouts and opaque directories". */
export type Found = {
  stats: Stats;
  /** It hides a name of the layers below. */
  isWhiteout: boolean;
  /** A directory of which lower layers show nothing. */
  isOpaque: boolean;
};

export class Folder implements Disposable {
  readonly #fd: number;

  /** Takes a descriptor over. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** A folder below; undefined where there is none now. */
  folder(path: string): Folder | undefined {
    return unlessUnreadable(() => new Folder(this.open(path)));
  }

  /** Descriptor of a folder below, the caller closes it. Throws SystemCallError. */
  open(path: string): number {
    return openat2(this.#fd, Buffer.from(path || ".", "latin1"), FOLDER, BELOW);
  }

  stat(): Stats {
    return fstatSync(this.#fd);
  }

  /** At most `most` names; none where it cannot be listed. */
  names(most: number): string[] {
    return unlessUnreadable(() => this.#list(most)) ?? [];
  }

  #list(most: number): string[] {
    const stream = opendirSync(`/proc/self/fd/${this.#fd}`, { encoding: "latin1", bufferSize: 256 });
    try {
      const names: string[] = [];
      for (let entry = stream.readSync(); entry && names.length < most; entry = stream.readSync()) names.push(entry.name);
      return names;
    } finally {
      stream.closeSync();
    }
  }

  /**
   * What is there by this name; undefined where nothing is, or where something is mounted on it, which may not even answer. `xattrs` is how the
   * overlay's attributes begin.
   */
  look(name: string, xattrs: string): Found | undefined {
    return unlessUnreadable(() => {
      const fd = openat2(this.#fd, Buffer.from(name, "latin1"), ANYTHING, BELOW);
      try {
        const stats = fstatSync(fd);
        const attribute = (key: string) => extendedAttribute(Buffer.from(`/proc/self/fd/${fd}\0`), `${xattrs}${key}`);
        const isEmpty = stats.isFile() && stats.size === 0;
        return {
          stats,
          isWhiteout: (stats.isCharacterDevice() && stats.rdev === 0) || (isEmpty && attribute("whiteout") !== undefined),
          isOpaque: stats.isDirectory() && attribute("opaque") === "y",
        };
      } finally {
        closeSync(fd);
      }
    });
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
