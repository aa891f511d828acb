/**
 * A view of a sandbox for a trusted program: descriptors of its namespaces, and of a private copy of its mount namespace in
 * which the pristine image's /usr lies over the sandbox's own. Sources: open_tree(2), move_mount(2), mount_setattr(2),
 * setns(2), mount_namespaces(7). Changes the calling thread's namespace for a moment, so it is for a thread of its own.
 */
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import koffi from "koffi";
import type { InspectTarget } from "./inspect.ts";

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = constants.O_RDONLY | 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
const MOVE_MOUNT_T_SYMLINKS = 0x10;
const MOUNT_ATTR_RDONLY = 0x1n;
const MOUNT_ATTR_NOSUID = 0x2n;
const MOUNT_ATTR_NODEV = 0x4n;
const MS_PRIVATE = BigInt(1 << 18);
const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | O_CLOEXEC;
const PROC_SUPER_MAGIC = 0x9fa0;
/** Bytes of struct statfs, with room to spare. */
const STATFS_SIZE = 256;
/** Bytes of struct mount_attr. */
const MOUNT_ATTR_SIZE = 32;

const libc = koffi.load("libc.so.6");
const openTree: (dir: number, path: string, flags: number) => number = libc.func(
  "int open_tree(int, const char *, unsigned int)",
);
const moveMount: (from: number, fromPath: string, to: number, toPath: string, flags: number) => number = libc.func(
  "int move_mount(int, const char *, int, const char *, unsigned int)",
);
const mountSetattr: (dir: number, path: string, flags: number, attributes: Uint8Array, size: number) => number = libc.func(
  "int mount_setattr(int, const char *, unsigned int, void *, size_t)",
);
const setns: (fd: number, type: number) => number = libc.func("int setns(int, int)");
const unshare: (flags: number) => number = libc.func("int unshare(int)");
const openat: (dir: number, path: string, flags: number) => number = libc.func("int openat(int, const char *, int)");
const fchdir: (fd: number) => number = libc.func("int fchdir(int)");
const chroot: (path: string) => number = libc.func("int chroot(const char *)");
const statfs: (path: string, buffer: Uint8Array) => number = libc.func("int statfs(const char *, void *)");
const strerror: (code: number) => string = libc.func("const char *strerror(int)");

/** The sandbox's first process is no longer there. */
export class SandboxGone extends Error {
  constructor() {
    super("The sandbox has ended.");
    this.name = "SandboxGone";
  }
}

const NAMESPACES = ["pid", "net", "ipc", "uts", "cgroup", "user"] as const;

export class SandboxView {
  /** Descriptors of the sandbox's namespaces; `mnt` is the private copy. */
  readonly namespaces = new Map<"mnt" | (typeof NAMESPACES)[number], number>();
  readonly #open: number[] = [];
  #root = -1;

  /** Throws SandboxGone, or an Error that names the call that failed. */
  constructor(target: InspectTarget) {
    try {
      const init = this.#openInit(target);
      for (const name of NAMESPACES)
        this.namespaces.set(name, this.#keep(openSync(`${init}/ns/${name}`, constants.O_RDONLY | O_CLOEXEC)));
      this.#copyMounts(init, target.usr);
    } catch (error) {
      this[Symbol.dispose]();
      throw isGone(error) ? new SandboxGone() : error;
    }
  }

  /** Descriptor of the private copy's root as the sandbox's first process has it, whatever was mounted over it since. */
  get root(): number {
    return this.#root;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.splice(0)) closeSync(fd);
  }

  /** The first process's folder under /proc. It stays that process's: where the pid is used again, nothing is found there. */
  #openInit({ initPid, firstHostId }: InspectTarget): string {
    const init = `/proc/self/fd/${this.#keep(openSync(`/proc/${initPid}`, FOLDER))}`;
    const [inside, outside] = readFileSync(`${init}/uid_map`, "utf8").trim().split(/\s+/).map(Number);
    if (inside !== 0 || outside !== firstHostId) throw new SandboxGone();
    return init;
  }

  #copyMounts(init: string, usr: string): void {
    leaveProcessFolders();
    const usrTree = this.#keep(call("open_tree", openTree(AT_FDCWD, usr, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
    // Whoever traces a check reaches its mounts: what all sandboxes share must not be writable in them.
    setAttributes(usrTree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0n);
    const nothing = [0, 1, 2].map(() =>
      this.#keep(call("open_tree", openTree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC))),
    );
    const mounts = this.#keep(openSync(`${init}/ns/mnt`, constants.O_RDONLY | O_CLOEXEC));
    const root = this.#keep(openSync(`${init}/root`, FOLDER));
    const own = this.#keep(openSync("/proc/thread-self/ns", FOLDER));
    const home = {
      mounts: this.#keep(openSync("/proc/thread-self/ns/mnt", constants.O_RDONLY | O_CLOEXEC)),
      root: this.#keep(openSync("/", FOLDER)),
    };

    call("setns", setns(mounts, CLONE_NEWNS));
    try {
      call("fchdir", fchdir(root));
      call("chroot", chroot("."));
      call("unshare", unshare(CLONE_NEWNS));
      setAttributes(AT_FDCWD, "/", AT_RECURSIVE, 0n, MS_PRIVATE);
      call("move_mount over /usr", moveMount(usrTree, "", AT_FDCWD, "/usr", MOVE_MOUNT_F_EMPTY_PATH));
      // The dynamic linker reads these two; a broken /dev/null would swallow or fail every redirection.
      for (const [index, path] of ["/etc/ld.so.preload", "/etc/ld.so.cache", "/dev/null"].entries())
        cover(nothing[index] ?? -1, path);
      this.#restoreProc();
      this.namespaces.set("mnt", this.#keep(call("openat", openat(own, "mnt", constants.O_RDONLY | O_CLOEXEC))));
      this.#root = this.#keep(call("openat", openat(AT_FDCWD, "/", O_PATH | FOLDER)));
    } finally {
      call("setns", setns(home.mounts, CLONE_NEWNS));
      call("fchdir", fchdir(home.root));
      call("chroot", chroot("."));
    }
  }

  /** Where the learner unmounted /proc, or mounted something over it, the spare one under /dev/.nest takes its place. */
  #restoreProc(): void {
    if (isProc("/proc") || !isProc("/dev/.nest/proc")) return;
    const spare = this.#keep(call("open_tree", openTree(AT_FDCWD, "/dev/.nest/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
    moveMount(spare, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH);
  }

  #keep(fd: number): number {
    this.#open.push(fd);
    return fd;
  }
}

let left = false;

/** setns(2) into a mount namespace is refused while root and working folder are shared with the other threads. */
function leaveProcessFolders(): void {
  if (!left) call("unshare", unshare(CLONE_FS));
  left = true;
}

function setAttributes(dir: number, path: string, flags: number, set: bigint, propagation: bigint): void {
  const attributes = Buffer.alloc(MOUNT_ATTR_SIZE);
  attributes.writeBigUInt64LE(set, 0);
  attributes.writeBigUInt64LE(propagation, 16);
  call("mount_setattr", mountSetattr(dir, path, flags, attributes, attributes.length));
}

/** Lays an empty file over one that may be there. */
function cover(tree: number, path: string): void {
  if (moveMount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) === 0) return;
  const code = koffi.errno();
  if (code !== koffi.os.errno.ENOENT && code !== koffi.os.errno.ENOTDIR && code !== koffi.os.errno.ELOOP)
    call(`move_mount over ${path}`, -1, code);
}

function isProc(path: string): boolean {
  const buffer = Buffer.alloc(STATFS_SIZE);
  return statfs(path, buffer) === 0 && buffer.readBigInt64LE(0) === BigInt(PROC_SUPER_MAGIC);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}

function call(name: string, result: number, code = result < 0 ? koffi.errno() : 0): number {
  if (result < 0) throw new Error(`${name}: ${strerror(code)}`);
  return result;
}
