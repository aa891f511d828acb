/** The files of a group of cgroup v1: Documentation/admin-guide/cgroup-v1/ of the kernel, the document of each controller. */
import type { GroupFact, UsageFact } from "../facts.ts";
import { type GroupTexts, keyed, limitOf, linesOf, numberOf, pressuresOf, put } from "./group-text.ts";

/** What can be set, by controller. */
export const SETTINGS_V1: Readonly<Record<string, readonly string[]>> = {
  memory: ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"],
  cpu: ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares"],
  cpuset: ["cpuset.cpus"],
  pids: ["pids.max"],
  blkio: [
    "blkio.throttle.read_bps_device",
    "blkio.throttle.write_bps_device",
    "blkio.throttle.read_iops_device",
    "blkio.throttle.write_iops_device",
  ],
  freezer: ["freezer.state"],
  // The empty v2 tree of a hybrid host.
  unified: ["cgroup.events"],
};

/** What is counted, by controller. */
export const COUNTERS_V1: Readonly<Record<string, readonly string[]>> = {
  memory: [
    "memory.usage_in_bytes",
    "memory.max_usage_in_bytes",
    "memory.failcnt",
    "memory.memsw.failcnt",
    "memory.oom_control",
    "memory.stat",
  ],
  cpu: ["cpu.stat"],
  cpuacct: ["cpuacct.usage"],
  pids: ["pids.current", "pids.events"],
  blkio: ["blkio.throttle.io_service_bytes_recursive"],
  unified: ["memory.pressure", "cpu.pressure", "io.pressure"],
};

/** memory.rst 5 and 10, sched-bwc.rst, cpusets.rst, pids.rst, blkio-controller.rst. */
export function limitsOfV1(texts: GroupTexts): GroupFact["limits"] {
  const limits: GroupFact["limits"] = {};
  const memory = limitOf(texts["memory.limit_in_bytes"]);
  put(limits, "memory", memory);
  put(limits, "swap", swapOf(memory, limitOf(texts["memory.memsw.limit_in_bytes"])));
  put(limits, "cpuQuota", limitOf(texts["cpu.cfs_quota_us"]));
  put(limits, "cpuPeriod", numberOf(texts["cpu.cfs_period_us"]));
  put(limits, "cpuWeight", numberOf(texts["cpu.shares"]));
  put(limits, "cpus", texts["cpuset.cpus"]?.trim());
  put(limits, "pids", limitOf(texts["pids.max"]));
  const io = (SETTINGS_V1.blkio ?? []).filter((file) => texts[file] !== undefined);
  // "8:0 1048576" for each limited device.
  if (io.length > 0)
    limits.io = io.flatMap((file) => linesOf(texts[file]).map((line) => `${file.slice("blkio.throttle.".length)} ${line}`));
  return limits;
}

/** memory.rst 5, sched-bwc.rst "Statistics" (nanoseconds), cpuacct.rst (nanoseconds), pids.rst, blkio-controller.rst. */
export function usageOfV1(texts: GroupTexts): UsageFact {
  const usage: UsageFact = {};
  const memory = numberOf(texts["memory.usage_in_bytes"]);
  if (memory !== undefined) {
    usage.memory = {
      current: memory,
      // Where memory and swap have the same limit, it is the second that is reached.
      reached: (numberOf(texts["memory.failcnt"]) ?? 0) + (numberOf(texts["memory.memsw.failcnt"]) ?? 0),
      // Those of this group alone, not of what is below. Since Linux 4.13.
      oomKills: keyed(texts["memory.oom_control"], "oom_kill") ?? 0,
    };
    put(usage.memory, "peak", numberOf(texts["memory.max_usage_in_bytes"]));
    // With what is below, as memory.usage_in_bytes counts.
    put(usage.memory, "anonymous", keyed(texts["memory.stat"], "total_rss"));
    put(usage.memory, "file", keyed(texts["memory.stat"], "total_cache"));
  }
  const spent = numberOf(texts["cpuacct.usage"]);
  const cpu = texts["cpu.stat"];
  if (spent !== undefined || cpu !== undefined) {
    usage.cpu = {
      periods: keyed(cpu, "nr_periods") ?? 0,
      throttledPeriods: keyed(cpu, "nr_throttled") ?? 0,
      throttled: microseconds(keyed(cpu, "throttled_time") ?? 0),
    };
    if (spent !== undefined) usage.cpu.usage = microseconds(spent);
  }
  const pids = numberOf(texts["pids.current"]);
  if (pids !== undefined) usage.pids = { current: pids, refused: keyed(texts["pids.events"], "max") ?? 0 };
  const io = texts["blkio.throttle.io_service_bytes_recursive"];
  if (io !== undefined) usage.io = { read: sumOf(io, "Read"), written: sumOf(io, "Write") };
  put(usage, "pressure", pressuresOf(texts));
  return usage;
}

/** freezer-subsystem.rst: frozen by itself or by a group above. "FREEZING" is not yet. */
export function isFrozenV1(texts: GroupTexts): boolean {
  return texts["freezer.state"]?.trim() === "FROZEN" || keyed(texts["cgroup.events"], "frozen") === 1;
}

/** v1 limits memory and swap together: what is left for swap, as every engine counts it; undefined where that has no meaning. */
function swapOf(memory: number | null | undefined, both: number | null | undefined): number | null | undefined {
  if (typeof memory !== "number" || typeof both !== "number") return both === null ? null : undefined;
  return Math.max(0, both - memory);
}

function microseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1000);
}

/** Lines "MAJOR:MINOR OPERATION BYTES". */
function sumOf(text: string, operation: string): number {
  let sum = 0;
  for (const line of linesOf(text)) {
    const [, name, value] = line.split(" ");
    if (name === operation) sum += numberOf(value) ?? 0;
  }
  return sum;
}
