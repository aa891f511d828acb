/** How busy the machine is, and with what: a measurement beside other programs is worth less, and says so. */
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";

/** Clock ticks of a second (proc_stat(5)). */
const TICKS = 100;

/** CPU seconds of the whole machine, and of this process, since they began. */
export type Used = { at: number; machine: number; bench: number };

export function used(): Used {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    readFileSync("/proc/stat", "utf8").split("\n")[0] ?? ""
  )
    .split(/\s+/)
    .map(Number);
  const { user: own, system: kernel } = process.cpuUsage();
  return {
    at: performance.now(),
    machine: (user + nice + system + irq + softirq + steal) / TICKS,
    bench: (own + kernel) / 1e6,
  };
}

/** Megabytes that programs can still have. */
export function availableMemory(): number {
  return Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024;
}

/** For example "2 cores, load average 0.4 at the start". */
export function describeMachine(): string {
  const memory = Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024 / 1024;
  const model = /^model name\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "an unnamed processor";
  return `${availableParallelism()} cores (${model}), ${memory.toFixed(0)} GB, load average ${loadavg()[0]?.toFixed(1)} at the start`;
}
