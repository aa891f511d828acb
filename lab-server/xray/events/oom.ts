/**
 * The OOM killer's work. The kernel counts a kill (oom_kill of memory.events and of v1's memory.oom_control) and does not say there whom it
 * took: that is who was in the group and is gone a moment later.
 */
import type { Facts, ProcessFact } from "../facts.ts";
import { added, type Draft, type Moments, processName, processReference, reference, size } from "./words.ts";

/** Milliseconds for the victim to be gone. */
const PATIENCE = 200;

export type PendingKill = { group: string; kills: number; since: number; gone: ProcessFact[] };

/** The kills that can be told now, and those that wait for their victims to be gone. */
export function oomKills(
  pending: readonly PendingKill[],
  { before, after }: Moments,
  at: number,
  killed: ReadonlySet<number>,
): { drafts: Draft[]; pending: PendingKill[] } {
  const gone = added(after.processes, before.processes).map(([, row]) => row);
  const died = Object.values(after.processes).filter(
    ({ pid, state }) => state === "Z" && before.processes[String(pid)]?.state !== "Z",
  );
  const all = [...pending, ...newKills({ before, after }).map(([group, kills]) => ({ group, kills, since: at, gone: [] }))];
  const told: Draft[] = [];
  const wait: PendingKill[] = [];
  for (const kill of all) {
    const ended = [...kill.gone, ...[...gone, ...died].filter((row) => isIn(row, kill.group))];
    const sure = ended.filter(({ pid }) => killed.has(pid));
    const victims = sure.length >= kill.kills ? sure : ended;
    if (victims.length < kill.kills && at - kill.since < PATIENCE) wait.push({ ...kill, gone: ended });
    else told.push(...killEvents(kill, victims, { before, after }));
  }
  return { drafts: told, pending: wait };
}

/** Groups in which the OOM killer took somebody, and how many. Each group counts those that were in itself. */
function newKills({ before, after }: Moments): [group: string, kills: number][] {
  return Object.entries(after.usage).flatMap(([path, { memory }]): [string, number][] => {
    const old = before.usage[path]?.memory?.oomKills ?? (before.groups[path] ? undefined : 0);
    return memory && old !== undefined && memory.oomKills > old ? [[path, memory.oomKills - old]] : [];
  });
}

function killEvents({ group, kills }: PendingKill, victims: readonly ProcessFact[], { before, after }: Moments): Draft[] {
  const why = reason(group, { before, after });
  const event = (whom: string, about: Draft["about"]): Draft => ({
    kind: "oom-kill",
    text: `the OOM killer took ${whom} in ${group}${why}`,
    about: [reference("groups", group), ...about],
  });
  if (victims.length === kills) return victims.map((victim) => event(processName(victim), [processReference(victim)]));
  const names = new Set(victims.map(({ comm }) => comm));
  const [name] = names;
  if (names.size === 1 && name !== undefined)
    return [event(kills === 1 ? `a process ${name}` : `${kills} processes ${name}`, [])];
  return [event(kills === 1 ? "a process" : `${kills} processes`, [])];
}

/** The limit that is felt is the group's own, or that of one above. */
function reason(group: string, { before, after }: Moments): string {
  for (let path: string | null = group; path !== null; path = after.groups[path]?.parent ?? null) {
    const limit = after.groups[path]?.limits.memory;
    const reached = after.usage[path]?.memory?.reached ?? 0;
    const isFelt = reached > (before.usage[path]?.memory?.reached ?? 0) || path === "/";
    if (limit && (isFelt || reached > 0))
      return path === group ? `: ${size(limit)} reached` : `: ${size(limit)} of ${path} reached`;
  }
  return "";
}

function isIn({ groups }: Facts["processes"][string], path: string): boolean {
  return (groups.memory ?? groups.unified) === path;
}
