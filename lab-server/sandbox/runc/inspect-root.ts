/**
 * A root directory for a check in a sandbox whose own is broken: programs find their loader by /lib64 and /usr, and a learner may
 * have removed or replaced those. A small tmpfs holds everything that is left of the sandbox's root, with the places of programs made anew.
 */
import { constants, type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { AT_RECURSIVE, attach, cloneTree, mkdirat, newFileSystem, openat, symlinkat } from "./inspect-calls.ts";

/** Links in the root of an image with a merged /usr, which all of Debian's and Ubuntu's are. */
const LINKS = ["bin", "sbin", "lib", "lib64"];
/** Entries that are made anew, or must be there. */
const REMADE: readonly string[] = [...LINKS, "usr"];
const EXPECTED = ["proc", "dev", "tmp"];
/** Entries of the sandbox's root that are taken over at most. */
const MOST_ENTRIES = 256;
/** MOUNT_ATTR_NOSUID and NODEV. */
const ATTRIBUTES = 0x6;

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
  const options = { size: "1m", mode: "755", uid: String(owner), gid: String(owner) };
  const root = keep(newFileSystem("tmpfs", options, ATTRIBUTES, keep));
  const entries = readdirSync("/", { withFileTypes: true })
    .filter(({ name }) => !REMADE.includes(name))
    .slice(0, MOST_ENTRIES);
  attach(root, "/");
  mkdirat(root, "usr");
  for (const name of LINKS) symlinkat(`usr/${name}`, root, name);
  for (const entry of entries) takeOver(entry, root, keep);
  for (const name of EXPECTED) if (!entries.some((entry) => entry.name === name)) mkdirat(root, name);
  return root;
}

/** Brings an entry of the old root into the new one. */
function takeOver(entry: Dirent, root: number, keep: (fd: number) => number): void {
  const { name } = entry;
  if (entry.isSymbolicLink()) {
    symlinkat(readlinkSync(`/${name}`), root, name);
    return;
  }
  if (entry.isDirectory()) mkdirat(root, name);
  else keep(openat(root, name, constants.O_CREAT | constants.O_WRONLY));
  attach(keep(cloneTree(`/${name}`, AT_RECURSIVE)), name, { dir: root });
}
