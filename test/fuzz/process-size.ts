/** How large a process is: what must not grow with what it is sent. */
import { readdirSync, readFileSync } from "node:fs";

export type Size = { megabytes: number; files: number };

/** Resident memory and open file descriptors (proc_pid_smaps_rollup(5), proc_pid_fd(5)). Throws where the process is no more. */
export function sizeOf(pid: number): Size {
  const resident = /^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return { megabytes: Math.round(Number(resident) / 1024), files: readdirSync(`/proc/${pid}/fd`).length };
}
