/**
 * A view of a sandbox for a trusted program: descriptors of its namespaces, and of a private copy of its mount namespace in
 * which the pristine image's /usr lies over the sandbox's own. Sources: open_tree(2), move_mount(2), mount_setattr(2),
 * setns(2), mount_namespaces(7). Changes the calling thread's namespace for a moment, so it is for a process of its own.
 */
import { closeSync, constants, openSync, readFileSync, statfsSync } from "node:fs";
import { AT_FDCWD, SystemCallError } from "../kernel/libc.ts";
import { setns } from "../kernel/namespace.ts";
import type { InspectTarget } from "./inspect.ts";
import {
  AT_EMPTY_PATH,
  AT_RECURSIVE,
  attach,
  cloneTree,
  enter,
  MS_PRIVATE,
  O_CLOEXEC,
  openat,
  setMountAttributes,
  unshare,
} from "./inspect-calls.ts";
import { isWhole, makeRoot } from "./inspect-root.ts";

/** MOUNT_ATTR_RDONLY, NOSUID and NODEV. */
const SHARED = 0x7n;
const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;
const FILE = constants.O_RDONLY | O_CLOEXEC;
const FOLDER = FILE | constants.O_DIRECTORY;
const O_PATH = 0o10000000;
const PROC_SUPER_MAGIC = 0x9fa0;

const NAMESPACES = ["pid", "net", "ipc", "uts", "cgroup", "user"] as const;
/** The dynamic linker reads the first two; a broken /dev/null would swallow or fail every redirection to it. */
const COVERED = ["/etc/ld.so.preload", "/etc/ld.so.cache", "/dev/null"];

/** The sandbox's first process is no longer there. */
export class SandboxGone extends Error {
  constructor() {
    super("The sandbox has ended.");
    this.name = "SandboxGone";
  }
}

export class SandboxView {
  /** Descriptors of the sandbox's namespaces; `mnt` is the private copy. */
  readonly namespaces = new Map<"mnt" | (typeof NAMESPACES)[number], number>();
  readonly #open: number[] = [];
  #root = -1;

  /** Throws SandboxGone, or an Error that names the call that failed. */
  constructor(target: InspectTarget) {
    try {
      const init = this.#openInit(target);
      for (const name of NAMESPACES) this.namespaces.set(name, this.#keep(openSync(`${init}/ns/${name}`, FILE)));
      this.#copyMounts(init, target);
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

  #copyMounts(init: string, { usr, firstHostId }: InspectTarget): void {
    leaveProcessFolders();
    const tools = this.#keep(cloneTree(usr));
    // Whoever traces a check reaches its mounts: what all sandboxes share must not be writable in them.
    setMountAttributes(tools, "", AT_EMPTY_PATH, SHARED, 0n);
    const covers = COVERED.map((path) => ({ path, tree: this.#keep(cloneTree("/dev/null")) }));
    const mounts = this.#keep(openSync(`${init}/ns/mnt`, FILE));
    const root = this.#keep(openSync(`${init}/root`, FOLDER));
    const namespacesOfThread = this.#keep(openSync("/proc/thread-self/ns", FOLDER));
    const home = { mounts: this.#keep(openSync("/proc/thread-self/ns/mnt", FILE)), root: this.#keep(openSync("/", FOLDER)) };

    setns(mounts, CLONE_NEWNS);
    try {
      enter(root);
      unshare(CLONE_NEWNS);
      setMountAttributes(AT_FDCWD, "/", AT_RECURSIVE, 0n, MS_PRIVATE);
      if (!isWhole()) enter(makeRoot(firstHostId, (fd) => this.#keep(fd)));
      attach(tools, "/usr");
      for (const { path, tree } of covers) cover(tree, path);
      this.#restoreProc();
      this.namespaces.set("mnt", this.#keep(openat(namespacesOfThread, "mnt", FILE)));
      this.#root = this.#keep(openat(AT_FDCWD, "/", O_PATH | FOLDER));
    } finally {
      setns(home.mounts, CLONE_NEWNS);
      enter(home.root);
    }
  }

  /** Where the learner unmounted /proc, or mounted something over it, the spare one under /dev/.nest takes its place. */
  #restoreProc(): void {
    if (isProc("/proc") || !isProc("/dev/.nest/proc")) return;
    attach(this.#keep(cloneTree("/dev/.nest/proc")), "/proc");
  }

  #keep(fd: number): number {
    this.#open.push(fd);
    return fd;
  }
}

let left = false;

/** setns(2) into a mount namespace is refused while root and working folder are shared with the other threads. */
function leaveProcessFolders(): void {
  if (!left) unshare(CLONE_FS);
  left = true;
}

/** Lays an empty file over one that may be there. */
function cover(tree: number, path: string): void {
  try {
    attach(tree, path, { follow: true });
  } catch (error) {
    // Not there, or something that no program can open as a file either: then it does no harm.
    if (!(error instanceof SystemCallError && ["ENOENT", "ENOTDIR", "ELOOP", "EINVAL"].includes(error.code))) throw error;
  }
}

function isProc(path: string): boolean {
  try {
    return statfsSync(path).type === PROC_SUPER_MAGIC;
  } catch {
    // Not there at all.
    return false;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
