/** How the timeline names things. */
import type { Facts, NamespaceFact, ProcessFact, Reference, Table, XrayEvent } from "../facts.ts";

/** An event that has no number and no time yet. */
export type Draft = Pick<XrayEvent, "kind" | "text" | "about">;

/** Two moments of a sandbox. */
export type Moments = { before: Facts; after: Facts };

export function reference(table: Table, id: string | number): Reference {
  return { table, id: String(id) };
}

/** As a learner's `ps` names it: "sleep (pid 214)". */
export function processName({ comm, pids, pid }: ProcessFact): string {
  return `${comm} (pid ${pids[0] ?? pid})`;
}

export function processReference({ pid }: ProcessFact): Reference {
  return reference("processes", pid);
}

export function namespaceId({ type, inode }: NamespaceFact): string {
  return `${type}:${inode}`;
}

/** "12 B", "1.2 KiB", "50 MiB". */
export function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${short(value)} ${units[unit]}`;
}

/** "20 ms". */
export function microseconds(value: number): string {
  return value < 1000 ? `${short(value)} µs` : `${short(value / 1000)} ms`;
}

/** "pid, mnt and net". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** One digit behind the point, where it says something. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Rows of a table that are there only afterwards. */
export function added<T>(before: Record<string, T>, after: Record<string, T>): [id: string, row: T][] {
  if (before === after) return [];
  return Object.entries(after).filter(([id]) => before[id] === undefined);
}

/** Rows of a table that are there in both and not the same, with what they were. */
export function changed<T>(before: Record<string, T>, after: Record<string, T>): [id: string, row: T, old: T][] {
  if (before === after) return [];
  return Object.entries(after).flatMap(([id, row]): [string, T, T][] => {
    const old = before[id];
    return old === undefined || old === row ? [] : [[id, row, old]];
  });
}
