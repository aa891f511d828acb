/** Docker and podman as Debian has them, each with folders of its own, so that those of this machine are not touched. Needs root. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";

export type Engine = AsyncDisposable & {
  /** The command line of a container that runs a program: on this terminal, or idle on one that nobody looks at. */
  container(what: { detached: boolean }, ...argv: readonly string[]): [string, ...string[]];
};

/** The one image that there is: the tree that sandboxes have. */
export const IMAGE = "unboxed-bench";
/** Options of `run`: as bare as a sandbox, which has no network but its own. */
export function runOptions(detached: boolean, ...more: readonly string[]): string[] {
  return ["run", "--rm", detached ? "-dit" : "-it", "--network", "none", ...more, IMAGE];
}

/** Packs the tree up for `docker import -`, or podman's. */
export async function importTree(tree: string, [program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const tar = spawn("tar", ["--directory", tree, "--create", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const into = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"] });
  let words = "";
  into.stderr.on("data", (text) => {
    words += text;
  });
  const ends = Promise.all([once(tar, "close"), once(into, "close")]);
  await pipeline(tar.stdout, into.stdin);
  for (const [code] of await ends) if (code !== 0) throw new Error(`the image could not be imported: ${words.trim()}`);
}
