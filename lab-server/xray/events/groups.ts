/** What happened to cgroups: who is in them, what they limit, and when a limit was felt. */
import type { Facts, GroupFact, ProcessFact } from "../facts.ts";
import { oomKills, type PendingKill } from "./oom.ts";
import {
  added,
  changed,
  type Draft,
  list,
  type Moments,
  microseconds,
  processName,
  processReference,
  reference,
  size,
} from "./words.ts";

/** Milliseconds for which a counter that goes on rising is not told again. */
const QUIET = 2_000;

export function groupEvents({ before, after }: Moments): Draft[] {
  const about = (path: string) => [reference("groups", path)];
  const drafts: Draft[] = [];
  for (const [path, row] of added(before.groups, after.groups)) {
    drafts.push(
      { kind: "group-made", text: `the group ${path} was made`, about: about(path) },
      ...limitEvents(path, row, undefined),
    );
  }
  for (const [path, row, old] of changed(before.groups, after.groups)) {
    const enabled = row.handsDown.filter((name) => !old.handsDown.includes(name));
    const disabled = old.handsDown.filter((name) => !row.handsDown.includes(name));
    if (enabled.length > 0) {
      const text = `${path} hands ${list(enabled)} down to its groups now`;
      drafts.push({ kind: "controller-enabled", text, about: about(path) });
    }
    if (disabled.length > 0) {
      const text = `${path} does not hand ${list(disabled)} down any more`;
      drafts.push({ kind: "controller-enabled", text, about: about(path) });
    }
    drafts.push(...limitEvents(path, row, old));
    if (row.frozen && !old.frozen)
      drafts.push({ kind: "frozen", text: `${path} is frozen: its processes stand still`, about: about(path) });
    if (!row.frozen && old.frozen)
      drafts.push({ kind: "thawed", text: `${path} is thawed: its processes go on`, about: about(path) });
  }
  for (const [path] of added(after.groups, before.groups))
    drafts.push({ kind: "group-gone", text: `the group ${path} was removed`, about: about(path) });
  return drafts;
}

/** Processes that are in another group than before, or that began in another than their parent is in. */
export function memberEvents({ before, after }: Moments): Draft[] {
  const drafts: Draft[] = [];
  const move = (row: ProcessFact, old: ProcessFact) => {
    const hierarchies = Object.keys(row.groups);
    const moved = hierarchies.filter((name) => old.groups[name] !== undefined && old.groups[name] !== row.groups[name]);
    const byPath = Map.groupBy(moved, (name) => row.groups[name] ?? "/");
    for (const [path, names] of byPath) {
      const which = names.length === hierarchies.length ? "" : ` for ${list(names)}`;
      drafts.push({
        kind: "group-joined",
        text: `${processName(row)} is in ${path} now${which}`,
        about: [processReference(row), reference("groups", path)],
      });
    }
  };
  for (const [, row] of added(before.processes, after.processes)) {
    const parent = after.processes[String(row.parent)];
    if (parent) move(row, parent);
  }
  for (const [, row, old] of changed(before.processes, after.processes)) move(row, old);
  return drafts;
}

type Limits = GroupFact["limits"];

/** Of a new group, whose limits are none: those that are something else already. */
function limitEvents(path: string, { limits, kind }: GroupFact, before: GroupFact | undefined): Draft[] {
  const version = kind === "" ? 1 : 2;
  const old: Limits = before?.limits ?? {};
  const drafts: Draft[] = [];
  const tell = (file: string, value: string) => {
    drafts.push({ kind: "limit-set", text: `${file} of ${path} is now ${value}`, about: [reference("groups", path)] });
  };
  for (const [field, v1, v2] of AMOUNTS) {
    const value = limits[field];
    if (value === undefined || value === (old[field] ?? null)) continue;
    tell(version === 1 ? v1 : v2, value === null ? "without limit" : field === "pids" ? String(value) : size(value));
  }
  const { cpuQuota, cpuPeriod = 100_000 } = limits;
  if (
    cpuQuota !== undefined &&
    (cpuQuota !== (old.cpuQuota ?? null) || (before && cpuQuota !== null && cpuPeriod !== old.cpuPeriod))
  ) {
    const time = cpuQuota === null ? "without limit" : `${microseconds(cpuQuota)} of every ${microseconds(cpuPeriod)}`;
    tell(version === 1 ? "cpu.cfs_quota_us" : "cpu.max", time);
  }
  if (before && old.cpuWeight !== undefined && limits.cpuWeight !== undefined && limits.cpuWeight !== old.cpuWeight)
    tell(version === 1 ? "cpu.shares" : "cpu.weight", String(limits.cpuWeight));
  if (before && old.cpus !== undefined && limits.cpus !== undefined && limits.cpus !== old.cpus)
    tell("cpuset.cpus", limits.cpus === "" ? "empty" : limits.cpus);
  for (const line of limits.io ?? []) {
    if (!old.io?.includes(line)) tell(version === 1 ? "blkio.throttle" : "io.max", line);
  }
  if (old.io?.length && limits.io?.length === 0) tell(version === 1 ? "blkio.throttle" : "io.max", "without limit");
  return drafts;
}

/** Limits that are an amount: field, file on v1 and on v2. */
const AMOUNTS = [
  ["memory", "memory.limit_in_bytes", "memory.max"],
  ["memoryHigh", "memory.soft_limit_in_bytes", "memory.high"],
  ["swap", "memory.memsw.limit_in_bytes", "memory.swap.max"],
  ["pids", "pids.max", "pids.max"],
] as const;

/** What counters tell. Remembers what it told, so that a counter that rises all the time is one line and not a flood. */
export class CounterStory {
  readonly #told = new Map<string, number>();
  #kills: PendingKill[] = [];

  /** `killed` are host pids of processes that are known to have ended by SIGKILL. `at` is the moment of `after`. */
  events({ before, after }: Moments, at: number, killed: ReadonlySet<number>): Draft[] {
    for (const key of this.#told.keys()) if (after.usage[key.slice(key.indexOf(" ") + 1)] === undefined) this.#told.delete(key);
    const kills = oomKills(this.#kills, { before, after }, at, killed);
    this.#kills = kills.pending;
    return [
      ...changed(before.usage, after.usage).flatMap(([path, row, old]) => this.#felt(path, row, old, after, at)),
      ...kills.drafts,
    ];
  }

  #felt(path: string, row: Facts["usage"][string], old: Facts["usage"][string], { groups }: Facts, at: number): Draft[] {
    const drafts: Draft[] = [];
    const limits = groups[path]?.limits ?? {};
    const about = [reference("groups", path)];
    const rose = (kind: string, count: number | undefined, before: number | undefined) => {
      if (count === undefined || before === undefined || count <= before) return false;
      const key = `${kind} ${path}`;
      const last = this.#told.get(key);
      this.#told.set(key, at);
      return last === undefined || at - last > QUIET;
    };
    if (limits.memory && rose("memory", row.memory?.reached, old.memory?.reached))
      drafts.push({ kind: "limit-reached", text: `${path} is at its memory limit of ${size(limits.memory)}`, about });
    if (limits.cpuQuota && rose("cpu", row.cpu?.throttledPeriods, old.cpu?.throttledPeriods)) {
      const time = `${microseconds(limits.cpuQuota)} of every ${microseconds(limits.cpuPeriod ?? 100_000)}`;
      drafts.push({ kind: "throttled", text: `${path} is throttled: it wants more CPU time than its ${time}`, about });
    }
    if (rose("pids", row.pids?.refused, old.pids?.refused)) {
      const most = limits.pids ? `: ${limits.pids} processes and threads are the most` : "";
      drafts.push({ kind: "fork-refused", text: `${path} may start no more processes${most}`, about });
    }
    return drafts;
  }
}
