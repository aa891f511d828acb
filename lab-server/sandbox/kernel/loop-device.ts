/** Loop devices: a file as a block device. See loop(4). */
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { call, SystemCallError, systemCall } from "./libc.ts";

const ioctlNumber = systemCall("int ioctl(int fd, unsigned long request, unsigned long argument)");
const ioctlPointer = systemCall("int ioctl(int fd, unsigned long request, void *argument)");

const mknod = systemCall("int mknod(const char *path, unsigned int mode, unsigned long device)");

const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
const LO_FLAGS_AUTOCLEAR = 4;
/** Major number of loop devices. The kernel's and the C library's way to write a device: bits 8 to 19, minors around them (makedev(3)). */
const MAJOR = 7;
const READABLE_BY_ROOT = 0o600;
/** Between asking for a free device and taking it another process may take it. */
const ATTEMPTS = 64;

/**
 * Lends a block device over `file` to `use`. The device frees itself when its last user is gone: with `use`, or with
 * the mount that `use` made. Throws SystemCallError, and what `use` throws.
 */
export async function withLoopDevice(file: string, use: (device: string) => Promise<void>): Promise<void> {
  const backing = openSync(file, constants.O_RDWR);
  try {
    const [device, descriptor] = configure(backing, file);
    try {
      await use(device);
    } finally {
      closeSync(descriptor);
    }
  } finally {
    closeSync(backing);
  }
}

function configure(backing: number, file: string): [device: string, descriptor: number] {
  const control = openSync("/dev/loop-control", constants.O_RDWR);
  try {
    for (let attempt = 1; ; attempt++) {
      const number = call("LOOP_CTL_GET_FREE", ioctlNumber, control, LOOP_CTL_GET_FREE, 0);
      const device = `/dev/loop${number}`;
      // In a container /dev is not the kernel's own: what the kernel makes does not appear there.
      if (!existsSync(device)) makeNode(device, number);
      const descriptor = openSync(device, constants.O_RDWR);
      try {
        call(`LOOP_CONFIGURE ${device}`, ioctlPointer, descriptor, LOOP_CONFIGURE, configuration(backing, file));
        return [device, descriptor];
      } catch (error) {
        closeSync(descriptor);
        if (!(error instanceof SystemCallError && error.code === "EBUSY") || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    closeSync(control);
  }
}

function makeNode(device: string, number: number): void {
  const identity = ((number & ~0xff) << 12) | (MAJOR << 8) | (number & 0xff);
  try {
    call(`mknod ${device}`, mknod, device, constants.S_IFBLK | READABLE_BY_ROOT, identity);
  } catch (error) {
    if (!(error instanceof SystemCallError && error.code === "EEXIST")) throw error;
  }
}

/** struct loop_config of <linux/loop.h>: the file, block size, struct loop_info64 (232 bytes from 8 on), 64 bytes reserved. */
function configuration(backing: number, file: string): Buffer {
  const config = Buffer.alloc(304);
  config.writeUInt32LE(backing, 0);
  config.writeUInt32LE(LO_FLAGS_AUTOCLEAR, 8 + 52);
  // lo_file_name, 64 bytes with its NUL: what losetup shows.
  config.write(file, 8 + 56, 63, "latin1");
  return config;
}
