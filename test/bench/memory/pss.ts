/** What processes hold in memory. */
import { globSync, readFileSync } from "node:fs";
import { HOLDER } from "../../../lab-server/sandbox/runc/layout.ts";
import type { Lab } from "../../lab/harness.ts";

/** The lab-server, its helpers, and the process that holds terminals. */
export function ofServer({ pid, instance }: Lab): number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  // First processes of sandboxes are its children too, and are counted with them.
  const helpers = direct.filter((child) => !readFileSync(`/proc/${child}/cgroup`, "utf8").includes("/unboxed/"));
  const holder = globSync([`/sys/fs/cgroup/{unboxed,*/unboxed}/${instance}/${HOLDER}/cgroup.procs`]);
  return [pid, ...helpers, ...pidsIn(holder)];
}

/** Those in control groups, by their lists. */
export function pidsIn(groups: readonly string[]): number[] {
  const pids = groups.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number));
  return [...new Set(pids)];
}

/** Proportional set size: what is shared is divided by those who share it (proc(5), smaps_rollup). */
export function pssMegabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollupOf(pid))?.[1] ?? 0);
  return kilobytes / 1024;
}

function rollupOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  } catch (error) {
    // One that has ended since costs nothing: its file is gone, or names nobody (ESRCH).
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}
