/** Runs mmdebstrap(1). */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Recipe } from "./recipe.ts";

/** Milliseconds. Twenty seconds are usual; a slow mirror takes minutes. */
const TIMEOUT = 30 * 60_000;
/** Lines of output kept to explain a failure. */
const MOST_LINES = 200;
/** Exit code of unshare(1) where there is no such program. */
const NOT_FOUND = 127;

export type Contents = Pick<Recipe, "suite" | "packages" | "exclude"> & {
  /** Of a mirror that is seldom renewed: its lists are taken though they are old. */
  mayBeOld?: boolean;
};

/** Makes the tree at `target`, which must not exist. Throws Error with the first thing that went wrong and what to do. */
export async function bootstrap(contents: Contents, target: string, onProgress: (what: string) => void): Promise<void> {
  // In namespaces of its own: what it mounts in the tree, and every process of it, goes with it, also where it is killed.
  const alone = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"];
  const child = spawn("unshare", [...alone, "mmdebstrap", ...argumentsFor(contents, target)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT,
    env: { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
  });
  const lines: string[] = [];
  const read = (line: string) => {
    lines.push(line);
    if (lines.length > MOST_LINES) lines.shift();
    const step = /^I: (.+?)\.*$/.exec(line)?.[1];
    if (step !== undefined) onProgress(step);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", read);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  if (code === 0) return;
  if (code === NOT_FOUND) throw new Error("mmdebstrap is missing: apt-get install mmdebstrap.");
  if (code === null) throw new Error("The sandbox image was not built: mmdebstrap was ended before it was done. Try again.");
  const reason = lines.find((line) => /^(E|Err):? /.test(line)) ?? lines.at(-1) ?? "it said nothing";
  throw new Error(`The sandbox image was not built: ${reason.trim()} (Does "apt-get update" work on this machine?)`, {
    cause: new Error(lines.join("\n")),
  });
}

function argumentsFor({ packages, exclude, suite, mayBeOld = false }: Contents, target: string): string[] {
  return [
    "--mode=root",
    "--variant=minbase",
    "--format=directory",
    `--include=${packages.join(",")}`,
    ...exclude.map((path) => `--dpkgopt=path-exclude=${path}`),
    // Debian's own lists and caches are of no use without a network.
    "--aptopt=Acquire::Languages none",
    "--aptopt=APT::Install-Recommends false",
    ...(mayBeOld ? ["--aptopt=Acquire::Check-Valid-Until false"] : []),
    suite,
    target,
  ];
}
