/** The holder as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname, "main.ts");
/** What it says where it cannot go on. */
const LOG = "log";
/** Most characters of that which are told. */
const MOST_WORDS = 2_000;

/** Starts it in a session of its own and in cgroups of its own, so that it does not end with this process, its terminal, or its service. */
export async function startHolder(folder: string, groups: readonly string[]): Promise<ChildProcess> {
  await using log = await open(join(folder, LOG), "w", 0o600);
  const child = spawn(process.execPath, [PROGRAM, folder], {
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
