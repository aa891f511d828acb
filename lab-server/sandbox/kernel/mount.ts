/** mount(2) and umount2(2). */
import { callAside, systemCall } from "./libc.ts";

const mountCall = systemCall(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
);
const umountCall = systemCall("int umount2(const char *target, int flags)");

/** Flags of mount(2), from <sys/mount.h>. */
export const MS = { RDONLY: 0x1, NOSUID: 0x2, NODEV: 0x4, NOEXEC: 0x8, REMOUNT: 0x20, NOATIME: 0x400, BIND: 0x1000 } as const;
const MNT_DETACH = 0x2;

export type Mount = { source: string; target: string; type?: string; flags?: number; data?: string };

/** Mounts a file system. Throws SystemCallError. */
export async function mount({ source, target, type, flags, data }: Mount): Promise<void> {
  await callAside(`mount ${target}`, mountCall, source, target, type ?? null, flags ?? 0, data ?? null);
}

/**
 * Takes a mount away at once. One that a process still uses goes from the tree now and from the kernel with that
 * process. Throws SystemCallError: EINVAL where nothing is mounted there.
 */
export async function unmount(target: string): Promise<void> {
  try {
    await callAside(`umount ${target}`, umountCall, target, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EBUSY")) throw error;
    await callAside(`umount ${target}`, umountCall, target, MNT_DETACH);
  }
}
