/**
 * How a path of a learner's is followed: step by step, with a descriptor of every folder on the way, so that ".." leads to where we
 * came from and never above the root, whatever is renamed meanwhile. openat2(2) with RESOLVE_IN_ROOT would do that alone; but where a learner
 * has mounted a file system whose server is the learner's own, looking up a name can take for ever, and so nothing is looked up in these.
 */
import { closeSync, constants, fstatSync, statfsSync } from "node:fs";
import { call, SystemCallError, systemCall } from "../sandbox/kernel/libc.ts";
import { O_PATH, openat2, RESOLVE } from "../sandbox/kernel/openat2.ts";
import { identify } from "../sandbox/kernel/statx.ts";

const readlinkat = systemCall("long readlinkat(int folder, const char *path, void *buffer, size_t length)");
const dup = systemCall("int dup(int fd)");

const FUSE_SUPER_MAGIC = 0x65735546;
const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
const PROC_SUPER_MAGIC = 0x9fa0;
/** As path_resolution(7) has it. */
const MOST_LINKS = 40;
const MOST_BYTES = 4096;

const STEP = RESOLVE.BENEATH | RESOLVE.NO_MAGICLINKS;
const link = Buffer.allocUnsafe(MOST_BYTES);

/** A path that is not followed. `code` is as in Node's errors. */
class NotFollowed extends Error {
  readonly code: string;
  constructor(code: "ELOOP" | "EXDEV" | "ENAMETOOLONG", why: string) {
    super(`A path in a sandbox is not followed: ${why}.`);
    this.code = code;
  }
}

/**
 * O_PATH descriptor of what is at `path` below the folder behind `root`; the caller closes it. A symbolic link at its end is followed
 * where `follow`. `ownDevice` is the sandbox's own overlay; others are not entered (EXDEV), nor is FUSE; one may be at the end where not `follow`: then
 * nothing but `identify` is to be asked of it. Links of /proc are refused (ELOOP). Throws SystemCallError or NotFollowed.
 */
export function walkInside(root: number, path: Uint8Array, follow: boolean, ownDevice: string): number {
  const way: number[] = [];
  const left = namesOf(path).reverse();
  let links = 0;
  if (left.length > 0) mustAnswer(root, ownDevice);
  try {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (name === "..") {
        closeAll(way.splice(-1));
        continue;
      }
      const { fd, isOther } = step(way.at(-1) ?? root, name);
      way.push(fd);
      const isEnd = left.length === 0;
      if (isEnd && !follow) break;
      if (isOther) mustAnswer(fd, ownDevice);
      if (!fstatSync(fd).isSymbolicLink()) continue;
      if (++links > MOST_LINKS) throw new NotFollowed("ELOOP", "there are too many links");
      const target = targetOf(fd);
      closeAll(way.splice(target[0] === SLASH ? 0 : -1));
      left.push(...namesOf(target).reverse());
    }
    return way.pop() ?? call("dup", dup, root);
  } finally {
    closeAll(way);
  }
}

const SLASH = 0x2f;

/** Names are Latin-1, a character for each byte. */
function namesOf(path: Uint8Array): string[] {
  if (path.length > MOST_BYTES) throw new NotFollowed("ENAMETOOLONG", "it is too long");
  const names = Buffer.from(path).toString("latin1").split("/");
  return names.filter((name) => name !== "" && name !== ".");
}

/** One name further. `isOther`: something is mounted there. */
function step(folder: number, name: string): { fd: number; isOther: boolean } {
  const bytes = Buffer.from(name, "latin1");
  try {
    return { fd: openat2(folder, bytes, O_PATH | constants.O_NOFOLLOW, STEP | RESOLVE.NO_XDEV), isOther: false };
  } catch (error) {
    if (!(error instanceof SystemCallError && error.code === "EXDEV")) throw error;
    return { fd: openat2(folder, bytes, O_PATH | constants.O_NOFOLLOW, STEP), isOther: true };
  }
}

/** Throws where a lookup in the file system may depend on a process of the learner's: FUSE, and what overlays lie on. */
function mustAnswer(fd: number, ownDevice: string): void {
  const type = typeOfFileSystem(fd);
  if (type === FUSE_SUPER_MAGIC) throw new NotFollowed("EXDEV", "it leads into a FUSE file system");
  if (type === OVERLAYFS_SUPER_MAGIC && identify(fd).device !== ownDevice)
    throw new NotFollowed("EXDEV", "it leads into an overlay that is not the sandbox's own");
}

function targetOf(fd: number): Buffer {
  if (typeOfFileSystem(fd) === PROC_SUPER_MAGIC) throw new NotFollowed("ELOOP", "links of /proc may lead out");
  return link.subarray(0, call("readlinkat", readlinkat, fd, "", link, link.length));
}

function typeOfFileSystem(fd: number): number {
  return statfsSync(`/proc/self/fd/${fd}`).type;
}

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
