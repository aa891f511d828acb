import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";

const Holder = z.object({ pid: z.int().positive(), started: z.string() });

/**
 * A lock that ends with its process: the file names a pid and when that process began, so that a later process of the
 * same number does not count. Returns what releases it, or the pid of the living process that holds it.
 */
export function takePidFile(file: string): { release: () => void } | { heldBy: number } {
  const mine = JSON.stringify({ pid: process.pid, started: startTime(process.pid) });
  for (let tries = 0; tries < 3; tries++) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = heldBy(file);
    if (holder !== undefined) return { heldBy: holder };
    rmSync(file, { force: true });
  }
  throw new Error(`${file} comes back as often as it is removed.`);
}

/** The living process that holds the lock; undefined if there is none. */
export function heldBy(file: string): number | undefined {
  const holder = readHolder(file);
  return holder !== undefined && startTime(holder.pid) === holder.started ? holder.pid : undefined;
}

function readHolder(file: string): z.infer<typeof Holder> | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Gone meanwhile, or cut short by a crash: nobody holds it.
    return undefined;
  }
}

/** When a process began, clock ticks since boot (proc_pid_stat(5), field 22); undefined if there is no such process. */
export function startTime(pid: number): string | undefined {
  try {
    return startTimeOf(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** The name of the program, field 2, may hold spaces and brackets: count from its last bracket. */
export function startTimeOf(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
