/** The files of a group of cgroup v2: Documentation/admin-guide/cgroup-v2.rst of the kernel, "Core Interface Files" and "Controllers". */
import type { GroupFact, UsageFact } from "../facts.ts";
import { type GroupTexts, keyed, limitOf, linesOf, numberOf, pressuresOf, put, wordsOf } from "./group-text.ts";

/** What can be set, by controller; "cgroup" stands for what every group has. */
export const SETTINGS_V2: Readonly<Record<string, readonly string[]>> = {
  cgroup: ["cgroup.controllers", "cgroup.subtree_control", "cgroup.type", "cgroup.events"],
  memory: ["memory.max", "memory.high", "memory.swap.max"],
  cpu: ["cpu.max", "cpu.weight"],
  cpuset: ["cpuset.cpus"],
  pids: ["pids.max"],
  io: ["io.max"],
};

/** What is counted, by controller. cpu.stat and pressures are there without one. */
export const COUNTERS_V2: Readonly<Record<string, readonly string[]>> = {
  cgroup: ["cpu.stat", "memory.pressure", "cpu.pressure", "io.pressure"],
  memory: ["memory.current", "memory.peak", "memory.stat", "memory.events.local"],
  pids: ["pids.current", "pids.events", "pids.events.local"],
  io: ["io.stat"],
};

export function limitsOfV2(texts: GroupTexts): GroupFact["limits"] {
  const limits: GroupFact["limits"] = {};
  put(limits, "memory", limitOf(texts["memory.max"]));
  put(limits, "memoryHigh", limitOf(texts["memory.high"]));
  put(limits, "swap", limitOf(texts["memory.swap.max"]));
  // "QUOTA PERIOD", microseconds both.
  const [quota, period] = wordsOf(texts["cpu.max"]);
  put(limits, "cpuQuota", limitOf(quota));
  put(limits, "cpuPeriod", numberOf(period));
  put(limits, "cpuWeight", numberOf(texts["cpu.weight"]));
  put(limits, "cpus", texts["cpuset.cpus"]?.trim());
  put(limits, "pids", limitOf(texts["pids.max"]));
  if (texts["io.max"] !== undefined) limits.io = linesOf(texts["io.max"]);
  return limits;
}

export function usageOfV2(texts: GroupTexts): UsageFact {
  const usage: UsageFact = {};
  const memory = numberOf(texts["memory.current"]);
  if (memory !== undefined) {
    usage.memory = {
      current: memory,
      // memory.events would count those of the groups below too. Since Linux 5.2.
      reached: keyed(texts["memory.events.local"], "max") ?? 0,
      oomKills: keyed(texts["memory.events.local"], "oom_kill") ?? 0,
    };
    put(usage.memory, "peak", numberOf(texts["memory.peak"]));
    put(usage.memory, "anonymous", keyed(texts["memory.stat"], "anon"));
    put(usage.memory, "file", keyed(texts["memory.stat"], "file"));
  }
  const spent = keyed(texts["cpu.stat"], "usage_usec");
  if (spent !== undefined) {
    usage.cpu = {
      usage: spent,
      periods: keyed(texts["cpu.stat"], "nr_periods") ?? 0,
      throttledPeriods: keyed(texts["cpu.stat"], "nr_throttled") ?? 0,
      throttled: keyed(texts["cpu.stat"], "throttled_usec") ?? 0,
    };
  }
  const pids = numberOf(texts["pids.current"]);
  if (pids !== undefined) {
    // Since Linux 6.12 the first counts how often this group's limit was hit; before, how often a fork in it was refused.
    const refused = keyed(texts["pids.events.local"] ?? texts["pids.events"], "max");
    usage.pids = { current: pids, refused: refused ?? 0 };
  }
  if (texts["io.stat"] !== undefined)
    usage.io = { read: sumOf(texts["io.stat"], "rbytes"), written: sumOf(texts["io.stat"], "wbytes") };
  put(usage, "pressure", pressuresOf(texts));
  return usage;
}

/** By itself or by a group above: cgroup.freeze says only what was asked for. */
export function isFrozenV2(texts: GroupTexts): boolean {
  return keyed(texts["cgroup.events"], "frozen") === 1;
}

/** Lines "MAJOR:MINOR KEY=VALUE KEY=VALUE". */
function sumOf(text: string, key: string): number {
  let sum = 0;
  for (const word of wordsOf(text)) if (word.startsWith(`${key}=`)) sum += numberOf(word.slice(key.length + 1)) ?? 0;
  return sum;
}
