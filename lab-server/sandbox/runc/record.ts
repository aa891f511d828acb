/** What the driver notes of a running sandbox, so that a later process finds it again. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { SandboxPaths } from "./layout.ts";

const SandboxRecord = z.object({
  image: z.string(),
  firstHostId: z.int(),
  createdAt: z.int(),
  initPid: z.int(),
  /** When pid 1 started, clock ticks since boot: a pid alone may be another process's by now. */
  initStart: z.string(),
});
export type SandboxRecord = z.infer<typeof SandboxRecord>;

/** Writes the record whole or not at all: rename(2) is atomic. */
export async function writeRecord({ record }: SandboxPaths, value: SandboxRecord): Promise<void> {
  await writeFile(`${record}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${record}.new`, record);
}

/** undefined where there is none. */
export async function readRecord({ record }: SandboxPaths): Promise<SandboxRecord | undefined> {
  try {
    return SandboxRecord.parse(JSON.parse(await readFile(record, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** When a process started, field 22 of proc_pid_stat(5); undefined where there is none that runs (a zombie does not). */
export async function startOf(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
  // Field 2 is the program's name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

export async function isRunning(record: SandboxRecord): Promise<boolean> {
  return (await startOf(record.initPid)) === record.initStart;
}
