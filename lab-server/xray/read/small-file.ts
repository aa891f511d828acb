/** Files of /proc and the like, read over and over: synchronously, into one buffer, and never more than asked for. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { O_CLOEXEC } from "../../sandbox/kernel/openat2.ts";

/** A page is the most that one read of such a file gives at once, as a rule. */
const buffer = Buffer.allocUnsafe(16_384);

/** Opens a file to be read with `readAgain`. The caller closes it. Throws Node's error. */
export function openSmall(path: string): number {
  return openSync(path, constants.O_RDONLY | O_CLOEXEC);
}

/** What is at the beginning of an open file. The bytes are only good until the next call here. */
export function readAgain(fd: number, most = buffer.length): Buffer {
  return buffer.subarray(0, readSync(fd, buffer, 0, Math.min(most, buffer.length), 0));
}

/** The same of a file by its path. */
export function readSmall(path: string, most = buffer.length): Buffer {
  const fd = openSmall(path);
  try {
    return readAgain(fd, most);
  } finally {
    closeSync(fd);
  }
}
