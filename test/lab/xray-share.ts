/** What the threads that read sandboxes cost: their CPU time from /proc/PID/task/TID/stat (proc_pid_stat(5)). */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Clock ticks of a second. */
const TICKS = 100;

/** The share of one core that they take, measured over some milliseconds. */
export async function readersShare(pid: number, milliseconds: number): Promise<number> {
  const begin = performance.now();
  const before = readersTicks(pid);
  await sleep(milliseconds);
  return (readersTicks(pid) - before) / TICKS / ((performance.now() - begin) / 1000);
}

/** CPU time of the worker threads, clock ticks. */
export function readersTicks(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder)
    .map((thread) => readFileSync(`${folder}/${thread}/stat`, "utf8"))
    .filter((stat) => stat.includes("(WorkerThread)"))
    .map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" "))
    .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
}
