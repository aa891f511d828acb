/** ttyd for releases of Debian that have none: unstable's, in a tree of its own below the folder for temporary files. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bootstrap } from "../../../images/bootstrap.ts";

export type Ttyd = {
  /** What starts ttyd; its arguments follow. */
  command: readonly string[];
  /** What starts a program of the machine from there. */
  machine: readonly string[];
};

/** Terminals need the machine's /dev in the tree, and its programs its files; they are mounted for ttyd alone, and go with it. */
const INSIDE = 'mount --rbind / "$0/mnt" && mount --rbind /dev "$0/dev" && exec chroot "$0" ttyd "$@"';

/** Makes the tree, in half a minute. Throws Error with why it cannot be had. */
export async function ttydTree(): Promise<Ttyd & Disposable> {
  const folder = mkdtempSync("/var/tmp/unboxed-ttyd-");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const tree = join(folder, "tree");
  try {
    const exclude = ["/usr/share/doc/*", "/usr/share/man/*"];
    await bootstrap({ suite: "sid", packages: ["ttyd"], exclude, mayBeOld: true }, tree, () => {});
  } catch (error) {
    remove();
    throw error;
  }
  return {
    command: ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", INSIDE, tree],
    machine: ["chroot", "/mnt"],
    [Symbol.dispose]: remove,
  };
}
