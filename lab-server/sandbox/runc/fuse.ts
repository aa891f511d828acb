/**
 * File systems in user space that a sandbox has mounted. Who waits for one that does not answer cannot be killed, not even a server that
 * waits for itself: only an abort of the connection frees it. See the kernel's Documentation/filesystems/fuse.rst, "Control filesystem".
 */
import { closeSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { SystemCallError } from "../kernel/libc.ts";
import { newFileSystem } from "./inspect-calls.ts";

/** MOUNT_ATTR_NOSUID, NODEV and NOEXEC. */
const ATTRIBUTES = 0xe;

/** Aborts every connection whose owner's host id is one of `count` from `first` on: its file systems answer ENOTCONN from now on. */
export function abortFuseConnections(first: number, count: number): void {
  const open: number[] = [];
  const keep = (fd: number) => {
    open.push(fd);
    return fd;
  };
  try {
    // Mounted nowhere: a host without systemd has it at no path, and nothing would be left of it.
    const control = `/proc/self/fd/${keep(newFileSystem("fusectl", {}, ATTRIBUTES, keep))}`;
    for (const name of readdirSync(control)) abortConnection(`${control}/${name}`, first, count);
  } catch (error) {
    // A kernel without FUSE has no connections.
    if (!(error instanceof SystemCallError && error.code === "ENODEV")) throw error;
  } finally {
    for (const fd of open) closeSync(fd);
  }
}

function abortConnection(folder: string, first: number, count: number): void {
  try {
    const { uid } = statSync(folder);
    if (uid >= first && uid < first + count) writeFileSync(`${folder}/abort`, "1");
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
