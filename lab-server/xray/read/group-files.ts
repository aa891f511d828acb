/**
 * The small files of the cgroup file systems, read again and again. One that stays open is read in a fifth of the time that
 * opening it takes. Paths are Latin-1, a character for each byte: a learner's names need not be UTF-8.
 */
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { isVanished } from "../vanished.ts";

/** Bytes that are read of a file. */
const MOST_BYTES = 64 * 1024;
/** A read that gives less has reached the end: the kernel fills a page with lines that are far shorter than half of one. */
const HALF_A_PAGE = 2048;
/** Descriptors that all readers of this process keep together: a quarter of what it may have. */
const MOST_KEPT = Math.min(16_384, Math.floor(softLimit() / 4));
/** Descriptors that one reader keeps. */
const MOST_KEPT_EACH = 768;

const buffer = Buffer.allocUnsafe(MOST_BYTES);
let kept = 0;

/** The file's first 64 KiB as Latin-1; undefined where it is gone or has nothing to tell. Throws Node's error where something else is wrong. */
export function readGroupFile(path: string): string | undefined {
  return unlessNothing(() => {
    const fd = openSync(asBytes(path), constants.O_RDONLY);
    try {
      return readAll(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** Keeps files open while there is room for it. */
export class GroupFiles implements Disposable {
  /** By directory and name. */
  readonly #open = new Map<string, Map<string, number>>();
  #count = 0;

  /**
   * As readGroupFile. Not for cgroup.procs of v1: its list is made when the file is opened, and as long as somebody reads it within a second,
   * the kernel gives the same again (kernel/cgroup/cgroup-v1.c, cgroup_pidlist_start).
   */
  read(directory: string, name: string): string | undefined {
    const known = this.#open.get(directory)?.get(name);
    if (known !== undefined) {
      const text = unlessNothing(() => readAll(known));
      if (text !== undefined) return text;
      // ENODEV, the group was removed: there may be another of this name by now.
      this.forget(directory);
    }
    const path = `${directory}/${name}`;
    if (kept >= MOST_KEPT || this.#count >= MOST_KEPT_EACH) return readGroupFile(path);
    const fd = unlessNothing(() => openSync(asBytes(path), constants.O_RDONLY));
    if (fd === undefined) return undefined;
    const files = this.#open.get(directory) ?? new Map<string, number>();
    this.#open.set(directory, files.set(name, fd));
    this.#count++;
    kept++;
    return unlessNothing(() => readAll(fd));
  }

  /** Closes the files of a directory. */
  forget(directory: string): void {
    const files = this.#open.get(directory);
    if (!files) return;
    this.#open.delete(directory);
    this.#count -= files.size;
    kept -= files.size;
    for (const fd of files.values()) closeSync(fd);
  }

  /** Closes all of them. Those that are read again are opened again. */
  rest(): void {
    for (const directory of this.#open.keys()) this.forget(directory);
  }

  [Symbol.dispose](): void {
    this.rest();
  }
}

/** A path as Node takes it: text where that says the same bytes. */
export function asBytes(path: string): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, "latin1");
}
const ASCII = /^[\0-\x7f]*$/;

/**
 * EOPNOTSUPP: pressure is not accounted, or the group is threaded and its processes are listed further up. ENAMETOOLONG: nested so
 * deeply that no path reaches it.
 */
export function unlessNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isVanished(error)) return undefined;
    if (error instanceof Error && "code" in error && (error.code === "EOPNOTSUPP" || error.code === "ENAMETOOLONG"))
      return undefined;
    throw error;
  }
}

function readAll(fd: number): string {
  let length = 0;
  for (;;) {
    const count = readSync(fd, buffer, length, MOST_BYTES - length, length);
    length += count;
    if (count < HALF_A_PAGE) return buffer.toString("latin1", 0, length);
  }
}

/** Soft limit of open files of this process: getrlimit(2). */
function softLimit(): number {
  return Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1024);
}
