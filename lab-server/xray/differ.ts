/** What changed between two readings of the same sandbox. */
import type { Change, Facts, TableChange } from "./facts.ts";

export type Difference = {
  /** As read, with rows and tables that did not change being the objects from before. */
  facts: Facts;
  /** What makes `facts` of those before (applyChange); undefined: nothing. */
  change: Change | undefined;
};

/** Neither argument is touched. A table that is the same object in both is not looked into. */
export function differ(before: Facts, read: Facts): Difference {
  const processes = compare(before.processes, read.processes);
  const namespaces = compare(before.namespaces, read.namespaces);
  const groups = compare(before.groups, read.groups);
  const usage = compare(before.usage, read.usage);
  const mounts = compare(before.mounts, read.mounts);
  const overlays = compare(before.overlays, read.overlays);
  const files = compare(before.files, read.files);
  const interfaces = compare(before.interfaces, read.interfaces);
  const leftOut = equal(before.leftOut, read.leftOut) ? undefined : read.leftOut;
  const change: Change = {
    ...(processes.change && { processes: processes.change }),
    ...(namespaces.change && { namespaces: namespaces.change }),
    ...(groups.change && { groups: groups.change }),
    ...(usage.change && { usage: usage.change }),
    ...(mounts.change && { mounts: mounts.change }),
    ...(overlays.change && { overlays: overlays.change }),
    ...(files.change && { files: files.change }),
    ...(interfaces.change && { interfaces: interfaces.change }),
    ...(leftOut && { leftOut }),
  };
  if (Object.keys(change).length === 0) return { facts: before, change: undefined };
  return {
    facts: {
      processes: processes.table,
      namespaces: namespaces.table,
      groups: groups.table,
      usage: usage.table,
      mounts: mounts.table,
      overlays: overlays.table,
      files: files.table,
      interfaces: interfaces.table,
      leftOut: leftOut ?? before.leftOut,
    },
    change,
  };
}

function compare<T>(before: Record<string, T>, read: Record<string, T>): { table: Record<string, T>; change?: TableChange<T> } {
  if (before === read) return { table: before };
  const table: Record<string, T> = {};
  const set: Record<string, T> = {};
  let changed = false;
  for (const [id, row] of Object.entries(read)) {
    const old = before[id];
    if (old !== undefined && equal(old, row)) table[id] = old;
    else {
      table[id] = row;
      set[id] = row;
      changed = true;
    }
  }
  const gone = Object.keys(before).filter((id) => read[id] === undefined);
  return changed || gone.length > 0 ? { table, change: { set, gone } } : { table: before };
}

/** Deep equality of plain data, as JSON has it; a property that is undefined is one that is not there. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, index) => equal(value, b[index]));
  if (!isRecord(a) || !isRecord(b) || Array.isArray(b)) return false;
  for (const key in a) if (!equal(a[key], b[key])) return false;
  for (const key in b) if (a[key] === undefined && b[key] !== undefined) return false;
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
