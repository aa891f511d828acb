/** Namespaces by descriptor: setns(2), ioctl_ns(2). Each function throws SystemCallError where its call fails. */
import { call, SystemCallError, systemCall } from "./libc.ts";

const setnsCall = systemCall("int setns(int fd, int type)");
const ioctl = systemCall("int ioctl(int fd, unsigned long request)");

/** _IO(0xb7, …) of <linux/nsfs.h>. */
const NS_GET_USERNS = 0xb701;
const NS_GET_PARENT = 0xb702;

/** statfs(2) of a namespace's file. */
export const NSFS_MAGIC = 0x6e736673;

/** Flags of clone(2). */
export const CLONE_NEW = {
  time: 0x80,
  mnt: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  net: 0x40000000,
} as const;

/** Moves the calling thread into the namespace behind a descriptor. */
export function setns(fd: number, type: number): void {
  call("setns", setnsCall, fd, type);
}

/** Descriptor of the user namespace that owns the namespace behind `fd`; undefined where the caller may not see it. */
export function ownerOf(fd: number): number | undefined {
  return related(fd, NS_GET_USERNS);
}

/** Descriptor of the namespace in which the pid or user namespace behind `fd` is nested; undefined where the caller may not see it. */
export function parentOf(fd: number): number | undefined {
  return related(fd, NS_GET_PARENT);
}

function related(fd: number, request: number): number | undefined {
  try {
    return call("ioctl", ioctl, fd, request);
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "EPERM") return undefined;
    throw error;
  }
}
