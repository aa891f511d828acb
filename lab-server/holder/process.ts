/** The holder as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname, "main.ts");
/** What it says where it cannot go on. */
const LOG = "log";
/** Most characters of that which are told. */
const MOST_WORDS = 2_000;

/**
 * Flags of node. Its heap is a few megabytes, so that the terminals' memory of a flood, which is outside of the heap and counts, would have it
 * collected several times a second; and with helpers each collection waits for processors that the sandboxes use.
 */
const FLAGS = ["--heap-growing-percent=300", "--single-threaded-gc"];
/** The most that the kernel takes (cpu.weight of cgroup v2): it works for moments, and every key of every learner waits for it. */
const WEIGHT = 10_000;

/** Starts it in a session of its own and in cgroups of its own, so that it does not end with this process, its terminal, or its service. */
export async function startHolder(folder: string, groups: readonly string[]): Promise<ChildProcess> {
  await using log = await open(join(folder, LOG), "w", 0o600);
  const child = spawn(process.execPath, [...FLAGS, PROGRAM, folder], {
    cwd: "/",
    env: { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH },
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await Promise.race([failed, new Promise((resolve) => child.once("spawn", resolve))]);
  child.unref();
  for (const group of groups) {
    await mkdir(group, { recursive: true });
    await writeFile(join(group, "cgroup.procs"), String(child.pid));
    // On v1 it is in none of the groups that share out processors.
    if (existsSync(join(group, "cpu.weight"))) await writeFile(join(group, "cpu.weight"), String(WEIGHT));
  }
  return child;
}

/** The end of what it said; for a log. */
export async function lastWords(folder: string): Promise<string> {
  try {
    return (await readFile(join(folder, LOG), "utf8")).trim().slice(-MOST_WORDS) || "it said nothing";
  } catch (error) {
    return `its log cannot be read (${error instanceof Error ? error.message : error})`;
  }
}
