/**
 * The only way to follow a path that a learner chose. Whatever lies there, and however it changes meanwhile, nothing
 * outside of the sandbox is reached, nothing is waited for, and no device, FIFO or socket is opened.
 * Sources: openat2(2), path_resolution(7), proc_pid_root(5), ioctl_ns(2).
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { SandboxDescription } from "../sandbox/driver.ts";
import { ownerOf, parentOf } from "../sandbox/kernel/namespace.ts";
import { O_CLOEXEC, O_PATH } from "../sandbox/kernel/openat2.ts";
import { identify } from "../sandbox/kernel/statx.ts";
import type { NamespaceType } from "./facts.ts";
import { parseIdMap } from "./read/id-map.ts";
import { namespacesOf } from "./read/process-files.ts";
import { NotInside } from "./vanished.ts";
import { walkInside } from "./walk-inside.ts";

const { O_DIRECTORY, O_NONBLOCK, O_RDONLY } = constants;

class NotAFile extends Error {
  readonly code = "EINVAL";
  constructor() {
    super("What was to be read is no regular file.");
  }
}

/** A sandbox from inside. It proves which processes are the sandbox's, and what it opens is never another process's that has the same pid later. */
export class Inside implements Disposable {
  /** Ids of the sandbox's own namespaces, those of its first process. */
  readonly namespaces: Readonly<Partial<Record<NamespaceType, string>>>;
  /** Held open: their inode numbers mean these namespaces for as long. */
  readonly #pid: number;
  readonly #user: number;
  /** Device number of the overlay that the sandbox stands on. */
  readonly #ownDevice: string;

  /** Throws NotInside where the sandbox has ended. */
  constructor({ initPid, firstHostId }: Pick<SandboxDescription, "initPid" | "firstHostId">) {
    const init = openProcess(initPid);
    const opened: number[] = [];
    try {
      // A range of ids belongs to one sandbox at a time.
      const [map] = parseIdMap(readFileSync(`/proc/self/fd/${init}/uid_map`, "utf8"));
      if (map?.inside !== 0 || map.outside !== firstHostId) throw new NotInside(initPid);
      const [pid, user] = [openNamespace(init, "pid"), openNamespace(init, "user")];
      opened.push(pid, user);
      this.#ownDevice = deviceOf(`/proc/self/fd/${init}/root`);
      this.namespaces = namespacesOf(`/proc/self/fd/${init}`);
      this.#pid = pid;
      this.#user = user;
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    } finally {
      closeSync(init);
    }
  }

  /**
   * Descriptor of /proc/PID; the caller closes it. Below /proc/self/fd/N it is that process's for ever, and nothing once that
   * has ended. Throws NotInside where the process's pid namespace is not the sandbox's or one below: nobody enters from outside but runc,
   * which does it last of all, and nobody leaves.
   */
  process(pid: number): number {
    const process = openProcess(pid);
    try {
      if (!descends(openNamespace(process, "pid"), inodeOf(this.#pid))) throw new NotInside(pid);
      return process;
    } catch (error) {
      closeSync(process);
      throw error;
    }
  }

  /** Descriptor of the process's root directory, for `open`; the caller closes it. Throws NotInside, or Node's error where it has ended. */
  root(pid: number): number {
    const process = this.process(pid);
    try {
      const mounts = openNamespace(process, "mnt");
      try {
        if (!this.owns(mounts)) throw new NotInside(pid);
      } finally {
        closeSync(mounts);
      }
      return openSync(`/proc/self/fd/${process}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
    } finally {
      closeSync(process);
    }
  }

  /**
   * Opens `path` as a process whose root directory is behind the descriptor `root` would find it: "path" whatever is there, a symbolic
   * link too; "folder" for listing; "file" a regular file for reading. What cannot be trusted to answer is not entered: see walk-inside.ts. The caller
   * closes the descriptor. Throws SystemCallError or Node's error; ENOTDIR and EINVAL where it is something else than asked for.
   */
  open(root: number, path: string | Uint8Array, as: "path" | "folder" | "file"): number {
    const place = walkInside(root, Buffer.from(path), as !== "path", this.#ownDevice);
    if (as === "path") return place;
    try {
      if (as === "file" && !fstatSync(place).isFile()) throw new NotAFile();
      // The same inode again, by its descriptor. O_NONBLOCK: a lease on it (fcntl(2), F_SETLEASE) would make us wait.
      return openSync(`/proc/self/fd/${place}`, O_RDONLY | O_CLOEXEC | (as === "folder" ? O_DIRECTORY : O_NONBLOCK));
    } finally {
      closeSync(place);
    }
  }

  /** Whether the namespace behind a descriptor was made in the sandbox or is its own: its user namespace owns it, or one below. */
  owns(namespace: number): boolean {
    const owner = ownerOf(namespace);
    return owner !== undefined && descends(owner, inodeOf(this.#user));
  }

  [Symbol.dispose](): void {
    closeSync(this.#pid);
    closeSync(this.#user);
  }
}

function openProcess(pid: number): number {
  return openSync(`/proc/${pid}`, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

function openNamespace(process: number, type: string): number {
  return openSync(`/proc/self/fd/${process}/ns/${type}`, O_RDONLY | O_CLOEXEC);
}

function deviceOf(folder: string): string {
  const fd = openSync(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    return identify(fd).device;
  } finally {
    closeSync(fd);
  }
}

function inodeOf(fd: number): bigint {
  return fstatSync(fd, { bigint: true }).ino;
}

/** Whether a pid or user namespace is the one with this inode or nested in it. Closes its descriptor. */
function descends(namespace: number, ancestor: bigint): boolean {
  for (let fd: number | undefined = namespace; fd !== undefined; ) {
    const here: number = fd;
    try {
      if (inodeOf(here) === ancestor) return true;
      fd = parentOf(here);
    } finally {
      closeSync(here);
    }
  }
  return false;
}
