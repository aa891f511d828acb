/** statx(2), for file systems that may not answer. */
import { call, systemCall } from "./libc.ts";

const statx = systemCall("int statx(int folder, const char *path, int flags, unsigned int mask, void *buffer)");
const AT_EMPTY_PATH = 0x1000;
const AT_STATX_DONT_SYNC = 0x4000;
/** struct statx: the inode's number u64 at 32, the device's u32 at 136 and 140. */
const SIZE = 256;
const INODE = 32;
const MAJOR = 136;
const MINOR = 140;

/** Which inode is behind a descriptor, and on which device, as in "0:57": as the kernel knows it, without asking a server. Throws SystemCallError. */
export function identify(fd: number): { device: string; inode: number } {
  const buffer = Buffer.alloc(SIZE);
  call("statx", statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, buffer);
  return {
    device: `${buffer.readUInt32LE(MAJOR)}:${buffer.readUInt32LE(MINOR)}`,
    inode: Number(buffer.readBigUInt64LE(INODE)),
  };
}
