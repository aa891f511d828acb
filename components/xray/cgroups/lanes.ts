/** A lane is one controller's side of a group: what it uses, what it may use, and how that went lately. */
import type { GroupFact, UsageFact } from "../../../lab-server/protocol.ts";
import { bytes, duration, percent } from "../amount.ts";
import type { Sample } from "../view.ts";

export const CONTROLLERS = ["memory", "cpu", "pids", "io"] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** `at` in milliseconds; `value` in bytes, CPUs, processes or bytes a second. */
export type Point = { at: number; value: number };

export type Mark = {
  /** "alarm": a process was killed or refused; "warning": held back. */
  level: "alarm" | "warning";
  text: string;
};

export type Lane = {
  controller: Controller;
  now: number;
  /** The same in words: "49.6 MiB"; per cent are of one CPU. */
  reading: string;
  /** null: none here; a group above may have one. */
  limit: number | null;
  /** What follows the reading: "of 50 MiB"; empty where there is no limit. */
  limitReading: string;
  /** Share of the limit in use, 0 to 1; null where there is no limit. */
  share: number | null;
  /** Of memory: the share of what is in use that can be dropped, since the file is on the disk. */
  cache: number;
  points: readonly Point[];
  marks: readonly Mark[];
  /** PSI: share of the last ten seconds in which something here had to wait, in words. */
  pressure: string | undefined;
};

/** Milliseconds that a chart looks back. */
export const CHART_SPAN = 60_000;
/** Readings below this are low on a chart that has no limit for its scale. */
export const LOW: Readonly<Record<Controller, number>> = { memory: 1024 ** 2, cpu: 0.1, pids: 10, io: 64 * 1024 };
/** A rate is spread over no more than this, milliseconds: samples come when something changed, and silence means nothing was used. */
const LONGEST_RATE = 2_000;
/** How far back throttling counts as of now, milliseconds. */
const LATELY = 5_000;

/** The lanes that this group has; what it has no controller for is absent. */
export function lanesOf(group: GroupFact, samples: readonly Sample[], usage: UsageFact | undefined, at: number): Lane[] {
  return CONTROLLERS.flatMap((controller) => {
    const lane = usage && READERS[controller](group, samples, usage, at);
    return lane ? [{ controller, ...lane }] : [];
  });
}

type Reading = Omit<Lane, "controller">;
type Reader = (group: GroupFact, samples: readonly Sample[], usage: UsageFact, at: number) => Reading | undefined;

const READERS: Readonly<Record<Controller, Reader>> = {
  memory({ limits }, samples, { memory, pressure }, at) {
    if (!memory) return undefined;
    const limit = limits.memory ?? null;
    const marks: Mark[] = [];
    if (memory.oomKills > 0) marks.push({ level: "alarm", text: `OOM killer: ${memory.oomKills} killed` });
    return {
      ...against(memory.current, limit, bytes),
      cache: memory.current > 0 && memory.file !== undefined ? Math.min(1, memory.file / memory.current) : 0,
      points: levels(samples, ({ memory: then }) => then?.current, at),
      marks,
      pressure: waiting(pressure?.memory),
    };
  },
  cpu({ limits }, samples, { cpu, pressure }, at) {
    if (!cpu) return undefined;
    const limit =
      limits.cpuQuota === undefined || limits.cpuQuota === null ? null : limits.cpuQuota / (limits.cpuPeriod ?? 100_000);
    const points = rates(samples, (then) => then.cpu?.usage, at).map((point) => ({ ...point, value: point.value / 1_000_000 }));
    const marks: Mark[] = [];
    const lately = throttledLately(samples, at);
    if (lately > 0) marks.push({ level: "warning", text: `throttled in ${percent(lately)} of periods` });
    else if (cpu.throttled > 0) marks.push({ level: "warning", text: `was throttled for ${duration(cpu.throttled)}` });
    return {
      ...against(points.at(-1)?.value ?? 0, limit, percent),
      // v1 can limit a group in one hierarchy (cpu) and count in another (cpuacct), where it need not exist.
      ...(cpu.usage === undefined
        ? { reading: "use not counted", limitReading: limit === null ? "" : `limit ${percent(limit)}`, share: null }
        : {}),
      cache: 0,
      points,
      marks,
      pressure: waiting(pressure?.cpu),
    };
  },
  pids({ limits }, samples, { pids }, at) {
    if (!pids) return undefined;
    const marks: Mark[] = pids.refused > 0 ? [{ level: "alarm", text: `fork refused ${times(pids.refused)}` }] : [];
    return {
      ...against(pids.current, limits.pids ?? null, String),
      cache: 0,
      points: levels(samples, ({ pids: then }) => then?.current, at),
      marks,
      pressure: undefined,
    };
  },
  io({ limits }, samples, { io, pressure }, at) {
    if (!io) return undefined;
    const points = rates(samples, ({ io: then }) => (then === undefined ? undefined : then.read + then.written), at);
    return {
      ...against(points.at(-1)?.value ?? 0, null, (amount) => `${bytes(amount)}/s`),
      ...(limits.io?.length ? { limitReading: limits.io.join("; ") } : {}),
      cache: 0,
      points,
      marks: [],
      pressure: waiting(pressure?.io),
    };
  },
};

/** Whether there is nothing to draw: no limit, and nothing used in the chart's span. */
export function isIdle({ limit, points }: Lane): boolean {
  return limit === null && points.every(({ value }) => value === 0);
}

function against(now: number, limit: number | null, words: (amount: number) => string) {
  return {
    now,
    reading: words(now),
    limit,
    limitReading: limit === null ? "" : `of ${words(limit)}`,
    share: limit === null ? null : limit === 0 ? 1 : Math.min(1, now / limit),
  };
}

export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function waiting(pressure: { some: number } | undefined): string | undefined {
  return pressure === undefined || pressure.some < 0.1 ? undefined : `waited ${percent(pressure.some / 100)} of the last 10 s`;
}

/** What was held at each moment of the chart. It stays what it was until the next sample. */
function levels(samples: readonly Sample[], read: (usage: UsageFact) => number | undefined, at: number): Point[] {
  const points: Point[] = [];
  for (const sample of inSight(samples, at)) {
    const value = read(sample.usage);
    if (value !== undefined) points.push({ at: sample.at, value });
  }
  const last = points.at(-1);
  if (last && last.at < at) points.push({ at, value: last.value });
  return points;
}

/** How fast a counter went, per second, between each two samples. */
function rates(samples: readonly Sample[], read: (usage: UsageFact) => number | undefined, at: number): Point[] {
  const points: Point[] = [];
  let before: Point | undefined;
  for (const sample of inSight(samples, at)) {
    const count = read(sample.usage);
    if (count === undefined) continue;
    if (before && sample.at > before.at) {
      const span = Math.min(sample.at - before.at, LONGEST_RATE);
      if (sample.at - before.at > LONGEST_RATE) points.push({ at: before.at + 1, value: 0 }, { at: sample.at - span, value: 0 });
      points.push({ at: sample.at, value: Math.max(0, (count - before.value) * 1000) / span });
    }
    before = { at: sample.at, value: count };
  }
  if (before && at - before.at > LONGEST_RATE) points.push({ at: before.at + 1, value: 0 }, { at, value: 0 });
  return points;
}

/** The samples of the chart's span, and the one before it, where its line comes from. */
function inSight(samples: readonly Sample[], at: number): readonly Sample[] {
  const first = samples.findIndex((sample) => sample.at >= at - CHART_SPAN);
  if (first === -1) return samples.slice(-1);
  return samples.slice(Math.max(0, first - 1)).filter((sample) => sample.at <= at);
}

/** Share of the last seconds' periods in which the group had to stop. */
function throttledLately(samples: readonly Sample[], at: number): number {
  const last = samples.findLast((sample) => sample.at <= at)?.usage.cpu;
  const first = samples.find((sample) => sample.at >= at - LATELY)?.usage.cpu;
  if (!last || !first || last.periods <= first.periods) return 0;
  return Math.min(1, (last.throttledPeriods - first.throttledPeriods) / (last.periods - first.periods));
}
