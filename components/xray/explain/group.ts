import type { GroupFact, UsageFact } from "../../../lab-server/protocol.ts";
import { bytes, duration } from "../amount.ts";
import { type Explain, type TermSlug, values } from "./explanation.ts";

export const explainGroup: Explain<GroupFact> = (row, facts) => {
  const usage = facts.usage[row.path];
  const { limits } = row;
  return {
    kind: "cgroup",
    title: row.path,
    colour: "ns-cgroup",
    text: `${row.path === "/" ? "The sandbox's own control group: its limits hold for everything in here, and nothing in here can raise them." : "A control group is a directory, and the kernel counts and limits what the processes in it use together."} ${situation(row, usage)}`,
    values: values(
      ["Processes", row.processes.length],
      ["Memory", usage?.memory && of(bytes(usage.memory.current), limits.memory, bytes)],
      ["Limit reached", times(usage?.memory?.reached ?? 0)],
      ["OOM kills", usage?.memory?.oomKills],
      ["CPU time", usage?.cpu?.usage !== undefined ? duration(usage.cpu.usage) : undefined],
      ["CPU quota", limits.cpuQuota && `${duration(limits.cpuQuota)} in each ${duration(limits.cpuPeriod ?? 100_000)}`],
      [
        "Throttled",
        usage?.cpu?.periods &&
          `${duration(usage.cpu.throttled)} in ${usage.cpu.throttledPeriods} of ${usage.cpu.periods} periods`,
      ],
      ["CPU weight", limits.cpuWeight],
      ["CPUs", limits.cpus],
      ["Pids", usage?.pids && of(String(usage.pids.current), limits.pids, String)],
      ["Forks refused", usage?.pids?.refused],
      ["Read, written", usage?.io && `${bytes(usage.io.read)}, ${bytes(usage.io.written)}`],
      ["I/O limits", limits.io?.join("; ")],
      ["Controllers", row.controllers.join(", ")],
      ["Handed down", row.handsDown.join(", ")],
      ["Kind", row.kind],
      ["Frozen", row.frozen ? "yes" : undefined],
    ),
    terms: terms(row, usage),
    near: row.processes.slice(0, 5).flatMap((pid) => {
      const process = facts.processes[pid];
      return process ? [{ name: `${process.pids.at(-1)} ${process.command}`, of: { table: "processes", id: String(pid) } }] : [];
    }),
  };
};

function situation({ frozen, limits, processes, path }: GroupFact, usage: UsageFact | undefined): string {
  const kills = usage?.memory?.oomKills ?? 0;
  if (frozen) return "It is frozen: its processes are there and keep their memory, but none of them runs until it is thawed.";
  if (kills > 0)
    return `It asked for more memory than it may have and none could be taken back, so the kernel killed ${kills === 1 ? "a process" : `processes, ${kills} times`} of it.`;
  if ((usage?.pids?.refused ?? 0) > 0) return "It has as many processes as it may have, so a fork failed.";
  if ((usage?.cpu?.throttledPeriods ?? 0) > 0)
    return "It used up its quota of CPU time in some periods, and then waited for the next one: it was throttled.";
  if (path === "/") return "On this machine it is a directory below /sys/fs/cgroup, as every container's is.";
  if (Object.values(limits).some((limit) => typeof limit === "number"))
    return "What is written into its files is a limit from that moment on, for the processes in it and in the groups below.";
  return processes.length === 0
    ? "No process is in it yet: writing a pid into its cgroup.procs moves that process here."
    : "It has no limit of its own; those of the groups above hold for it.";
}

function terms({ frozen }: GroupFact, usage: UsageFact | undefined): TermSlug[] {
  const kills = usage?.memory?.oomKills ?? 0;
  return [
    ...(frozen ? (["freezer"] as const) : []),
    ...(kills > 0 ? (["oom-killer"] as const) : []),
    ...((usage?.cpu?.throttledPeriods ?? 0) > 0 ? (["cpu-quota"] as const) : []),
    "cgroup",
    "controller",
  ];
}

function of(current: string, limit: number | null | undefined, format: (amount: number) => string): string {
  return limit === null || limit === undefined ? `${current}, no limit` : `${current} of ${format(limit)}`;
}

function times(count: number): string | undefined {
  return count === 0 ? undefined : count === 1 ? "once" : `${count} times`;
}
