/** openat2(2): opens a path and says how far its resolution may go. */
import { call, SystemCallError, systemCall } from "./libc.ts";

/** The C library has no function for it. The number is the same on every architecture. */
const SYS_openat2 = 437;
const syscall = systemCall("long syscall(long number, int folder, const void *path, const void *how, size_t size)");

export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
/** From <linux/openat2.h>. */
export const RESOLVE = { NO_XDEV: 0x1, NO_MAGICLINKS: 0x2, NO_SYMLINKS: 0x4, BENEATH: 0x8, IN_ROOT: 0x10 } as const;

/** Tries, where something on the way was renamed while the kernel went up by ".." (EAGAIN). */
const TRIES = 32;

/** `path` may be any bytes. Returns a descriptor that is closed on exec. Throws SystemCallError. */
export function openat2(folder: number, path: string | Uint8Array, flags: number, resolve: number): number {
  const name = Buffer.concat([Buffer.from(path), Buffer.alloc(1)]);
  // struct open_how { u64 flags, mode, resolve }
  const how = new BigUint64Array([BigInt(flags | O_CLOEXEC), 0n, BigInt(resolve)]);
  for (let left = TRIES; ; left--) {
    try {
      return call("openat2", syscall, SYS_openat2, folder, name, how, how.byteLength);
    } catch (error) {
      if (left === 1 || !(error instanceof SystemCallError && error.code === "EAGAIN")) throw error;
    }
  }
}
