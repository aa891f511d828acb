/** The system calls behind inspect.ts; each is in the C library since glibc 2.36. */
import koffi from "koffi";

export const AT_FDCWD = -100;
export const AT_EMPTY_PATH = 0x1000;
export const AT_RECURSIVE = 0x8000;
export const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
export const MOVE_MOUNT_T_SYMLINKS = 0x10;
const OPEN_TREE_CLONE = 1;
const O_CLOEXEC = 0o2000000;
const CLOSE_RANGE_CLOEXEC = 4;
const UINT_MAX = 0xffff_ffff;
/** Bytes of struct mount_attr. */
const MOUNT_ATTR_SIZE = 32;

export const libc = koffi.load("libc.so.6");

export const setns: (fd: number, type: number) => number = libc.func("int setns(int, int)");
export const unshare: (flags: number) => number = libc.func("int unshare(int)");
export const openat: (dir: number, path: string, flags: number) => number = libc.func("int openat(int, const char *, int)");
export const fchdir: (fd: number) => number = libc.func("int fchdir(int)");
export const chroot: (path: string) => number = libc.func("int chroot(const char *)");
/** move_mount(2): attaches the mount `from`, a descriptor of cloneTree, at a path. */
export const moveMount: (from: number, fromPath: string, to: number, toPath: string, flags: number) => number = libc.func(
  "int move_mount(int, const char *, int, const char *, unsigned int)",
);

const openTree: (dir: number, path: string, flags: number) => number = libc.func(
  "int open_tree(int, const char *, unsigned int)",
);
const mountSetattr: (dir: number, path: string, flags: number, attributes: Uint8Array, size: number) => number = libc.func(
  "int mount_setattr(int, const char *, unsigned int, void *, size_t)",
);
const closeRange: (first: number, last: number, flags: number) => number = libc.func(
  "int close_range(unsigned int, unsigned int, int)",
);
const strerror: (code: number) => string = libc.func("const char *strerror(int)");

/** A detached copy of the mount at a path, of all mounts below it too with AT_RECURSIVE. */
export function cloneTree(path: string, flags = 0): number {
  return call(`open_tree ${path}`, openTree(AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC | flags));
}

/** Sets attributes (MOUNT_ATTR_*) or the propagation (MS_*) of a mount. */
export function setMountAttributes(dir: number, path: string, flags: number, set: bigint, propagation: bigint): void {
  const attributes = Buffer.alloc(MOUNT_ATTR_SIZE);
  attributes.writeBigUInt64LE(set, 0);
  attributes.writeBigUInt64LE(propagation, 16);
  call("mount_setattr", mountSetattr(dir, path, flags, attributes, attributes.length));
}

/** Programs that this process starts inherit no descriptor but the three that they are given. */
export function inheritNothing(): void {
  call("close_range", closeRange(3, UINT_MAX, CLOSE_RANGE_CLOEXEC));
}

/** Throws an Error with the C library's words if a call failed. */
export function call(name: string, result: number): number {
  if (result < 0) throw new Error(`${name}: ${strerror(koffi.errno())}`);
  return result;
}
