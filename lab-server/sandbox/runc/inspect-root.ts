/**
 * A root directory for a check in a sandbox whose own is broken: programs find their loader by /lib64 and /usr, and a learner may
 * have removed or replaced those. A small tmpfs holds everything that is left of the sandbox's root, with the places of programs made anew.
 */
import { constants, type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { AT_FDCWD, AT_RECURSIVE, call, cloneTree, libc, MOVE_MOUNT_F_EMPTY_PATH, moveMount, openat } from "./inspect-calls.ts";

/** Links in the root of an image with a merged /usr, which all of Debian's and Ubuntu's are. */
const LINKS = ["bin", "sbin", "lib", "lib64"];
const REMADE: readonly string[] = [...LINKS, "usr"];
/** Entries of the sandbox's root that are taken over at most. */
const MOST_ENTRIES = 256;

const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_CMD_CREATE = 6;
const MOUNT_ATTR_NOSUID_NODEV = 0x6;

const fsopen: (type: string, flags: number) => number = libc.func("int fsopen(const char *, unsigned int)");
const fsconfig: (fd: number, command: number, key: string | null, value: string | null, aux: number) => number = libc.func(
  "int fsconfig(int, unsigned int, const char *, const char *, int)",
);
const fsmount: (fd: number, flags: number, attributes: number) => number = libc.func(
  "int fsmount(int, unsigned int, unsigned int)",
);
const mkdirat: (dir: number, path: string, mode: number) => number = libc.func("int mkdirat(int, const char *, unsigned int)");
const symlinkat: (target: string, dir: number, path: string) => number = libc.func(
  "int symlinkat(const char *, int, const char *)",
);

/** Whether the root of the calling thread is one in which programs run once the pristine /usr lies over its own. */
export function isWhole(): boolean {
  try {
    return (
      lstatSync("/usr").isDirectory() && LINKS.every((name) => [`usr/${name}`, `/usr/${name}`].includes(readlinkSync(`/${name}`)))
    );
  } catch {
    // Something is missing, or is no link.
    return false;
  }
}

/**
 * Mounts a new root over the calling thread's and returns its descriptor; it has an empty /usr. `keep` is given each descriptor
 * that is to be closed later. The thread's root is not changed.
 */
export function makeRoot(owner: number, keep: (fd: number) => number): number {
  const context = keep(call("fsopen", fsopen("tmpfs", FSOPEN_CLOEXEC)));
  for (const [key, value] of Object.entries({ size: "1m", mode: "755", uid: String(owner), gid: String(owner) })) {
    call(`fsconfig ${key}`, fsconfig(context, FSCONFIG_SET_STRING, key, value, 0));
  }
  call("fsconfig", fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0));
  const root = keep(call("fsmount", fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID_NODEV)));
  const entries = readdirSync("/", { withFileTypes: true }).filter(({ name }) => !REMADE.includes(name));
  call("move_mount over /", moveMount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));

  for (const name of LINKS) call("symlinkat", symlinkat(`usr/${name}`, root, name));
  for (const name of ["usr", "proc", "dev", "tmp"]) call("mkdirat", mkdirat(root, name, 0o755));
  for (const entry of entries.slice(0, MOST_ENTRIES)) takeOver(entry, root, keep);
  return root;
}

/** Brings an entry of the old root into the new one. One that cannot be brought, such as one in a file system that fails, is left out. */
function takeOver(entry: Dirent, root: number, keep: (fd: number) => number): void {
  const { name } = entry;
  if (entry.isSymbolicLink()) {
    symlinkat(readlinkSync(`/${name}`), root, name);
    return;
  }
  if (entry.isDirectory()) mkdirat(root, name, 0o755);
  else keep(call("openat", openat(root, name, constants.O_CREAT | constants.O_WRONLY | 0o2000000)));
  moveMount(keep(cloneTree(`/${name}`, AT_RECURSIVE)), "", root, name, MOVE_MOUNT_F_EMPTY_PATH);
}
