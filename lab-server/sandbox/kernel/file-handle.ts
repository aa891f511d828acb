/** open_by_handle_at(2): opens a file of a file system by what it is, not by where it is. Needs CAP_DAC_READ_SEARCH. */

import { call, systemCall } from "./libc.ts";
import { O_CLOEXEC } from "./openat2.ts";

const openByHandle = systemCall("int open_by_handle_at(int mount, void *handle, int flags)");

/** From <linux/exportfs.h>: a 32-bit inode number and a generation, ext4's. */
const FILEID_INO32_GEN = 1;

/** Opens the inode of this number on the ext4 that the descriptor `mount` is of. Throws SystemCallError: ESTALE where there is none. */
export function openInode(mount: number, inode: number, flags: number): number {
  // struct file_handle { u32 handle_bytes; int handle_type; { u32 inode, generation } }. Generation 0 is any: fs/ext4/super.c, ext4_nfs_get_inode.
  const handle = new Uint32Array([8, FILEID_INO32_GEN, inode, 0]);
  return call("open_by_handle_at", openByHandle, mount, handle, flags | O_CLOEXEC);
}
