/** The system calls behind inspect.ts. Each function throws SystemCallError where its call fails. */
import { closeSync } from "node:fs";
import { AT_FDCWD, call, systemCall } from "../kernel/libc.ts";

export const AT_EMPTY_PATH = 0x1000;
export const AT_RECURSIVE = 0x8000;
export const O_CLOEXEC = 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
const MOVE_MOUNT_T_SYMLINKS = 0x10;
const OPEN_TREE_CLONE = 1;
const CLOSE_RANGE_CLOEXEC = 4;
export const MS_PRIVATE = BigInt(1 << 18);
const UINT_MAX = 0xffff_ffff;
/** Bytes of struct mount_attr. */
const MOUNT_ATTR_SIZE = 32;
const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_CMD_CREATE = 6;

const calls = {
  unshare: systemCall("int unshare(int flags)"),
  openat: systemCall("int openat(int dir, const char *path, int flags)"),
  mkdirat: systemCall("int mkdirat(int dir, const char *path, unsigned int mode)"),
  symlinkat: systemCall("int symlinkat(const char *target, int dir, const char *path)"),
  fchdir: systemCall("int fchdir(int fd)"),
  chroot: systemCall("int chroot(const char *path)"),
  closeRange: systemCall("int close_range(unsigned int first, unsigned int last, int flags)"),
  openTree: systemCall("int open_tree(int dir, const char *path, unsigned int flags)"),
  moveMount: systemCall("int move_mount(int from, const char *from_path, int to, const char *to_path, unsigned int flags)"),
  mountSetattr: systemCall("int mount_setattr(int dir, const char *path, unsigned int flags, void *attributes, size_t size)"),
  fsopen: systemCall("int fsopen(const char *type, unsigned int flags)"),
  fsconfig: systemCall("int fsconfig(int fd, unsigned int command, const char *key, const char *value, int aux)"),
  fsmount: systemCall("int fsmount(int fd, unsigned int flags, unsigned int attributes)"),
};

export function unshare(flags: number): void {
  call("unshare", calls.unshare, flags);
}

export function openat(dir: number, path: string, flags: number): number {
  return call(`open ${path}`, calls.openat, dir, path, flags | O_CLOEXEC);
}

export function mkdirat(dir: number, path: string): void {
  call(`mkdir ${path}`, calls.mkdirat, dir, path, 0o755);
}

export function symlinkat(target: string, dir: number, path: string): void {
  call(`symlink ${path}`, calls.symlinkat, target, dir, path);
}

/** Makes a folder the calling thread's root and working folder. */
export function enter(root: number): void {
  call("fchdir", calls.fchdir, root);
  call("chroot", calls.chroot, ".");
}

/**
 * A detached copy of the mount at a path, of all mounts below it too with AT_RECURSIVE. It is private: a copy is otherwise a peer of its
 * original, and what a learner's links have mounted on the one would appear on the host's.
 */
export function cloneTree(path: string, flags = 0): number {
  const tree = call(`open_tree ${path}`, calls.openTree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC | flags);
  try {
    setMountAttributes(tree, "", AT_EMPTY_PATH | flags, 0n, MS_PRIVATE);
    return tree;
  } catch (error) {
    closeSync(tree);
    throw error;
  }
}

/** Attaches a detached mount at a path, which is below `dir` where it is relative. */
export function attach(tree: number, path: string, { dir = AT_FDCWD, follow = false } = {}): void {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | (follow ? MOVE_MOUNT_T_SYMLINKS : 0);
  call(`move_mount to ${path}`, calls.moveMount, tree, "", dir, path, flags);
}

/** Sets attributes (MOUNT_ATTR_*) or the propagation (MS_*) of a mount. */
export function setMountAttributes(dir: number, path: string, flags: number, set: bigint, propagation: bigint): void {
  const attributes = Buffer.alloc(MOUNT_ATTR_SIZE);
  attributes.writeBigUInt64LE(set, 0);
  attributes.writeBigUInt64LE(propagation, 16);
  call("mount_setattr", calls.mountSetattr, dir, path, flags, attributes, attributes.length);
}

/** A new file system that is mounted nowhere yet. `keep` is given the descriptor that it is configured by. */
export function newFileSystem(
  type: string,
  options: Readonly<Record<string, string>>,
  attributes: number,
  keep: (fd: number) => number,
): number {
  const context = keep(call("fsopen", calls.fsopen, type, FSOPEN_CLOEXEC));
  for (const [key, value] of Object.entries(options))
    call("fsconfig", calls.fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
  call("fsconfig", calls.fsconfig, context, FSCONFIG_CMD_CREATE, null, null, 0);
  return call("fsmount", calls.fsmount, context, FSMOUNT_CLOEXEC, attributes);
}

/** Programs that this process starts inherit no descriptor but the three that they are given. */
export function inheritNothing(): void {
  call("close_range", calls.closeRange, 3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
}
