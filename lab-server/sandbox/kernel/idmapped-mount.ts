/** Idmapped mounts: one tree on disk, shown to each user namespace as its own. See mount_setattr(2). */
import { closeSync } from "node:fs";
import { AT_FDCWD, call, systemCall } from "./libc.ts";

const openTree = systemCall("int open_tree(int folder, const char *path, unsigned int flags)");
const mountSetattr = systemCall(
  "int mount_setattr(int folder, const char *path, unsigned int flags, const void *attr, size_t size)",
);
const moveMount = systemCall(
  "int move_mount(int fromFolder, const char *from, int toFolder, const char *to, unsigned int flags)",
);

const OPEN_TREE_CLONE = 0x1;
const OPEN_TREE_CLOEXEC = 0x80000;
const AT_EMPTY_PATH = 0x1000;
const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
const MOUNT_ATTR_RDONLY = 0x1;
const MOUNT_ATTR_NODEV = 0x4;
const MOUNT_ATTR_IDMAP = 0x100000;
const MS_PRIVATE = BigInt(1 << 18);

/**
 * Shows the tree at `source` read-only at `target`, owned as the user namespace behind the descriptor `userNamespace`
 * maps its ids. Nothing is copied and nothing is chowned. Throws SystemCallError (EINVAL: the file system of `source` cannot do it).
 */
export function mountIdmapped(source: string, target: string, userNamespace: number): void {
  const tree = call(`open_tree ${source}`, openTree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  try {
    // struct mount_attr { u64 attr_set, attr_clr, propagation, userns_fd }
    const attr = new BigUint64Array([
      BigInt(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_IDMAP),
      0n,
      // Not a peer of the source's mount, nor of other sandboxes': what is mounted on one would appear on all.
      MS_PRIVATE,
      BigInt(userNamespace),
    ]);
    call(`mount_setattr ${source}`, mountSetattr, tree, "", AT_EMPTY_PATH, attr, attr.byteLength);
    call(`move_mount ${target}`, moveMount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
  } finally {
    closeSync(tree);
  }
}
