/** How the files of cgroups are written: Documentation/admin-guide/cgroup-v2.rst, "Format"; v1 has the same forms. */

import type { UsageFact } from "../facts.ts";

/** Texts of a group's files by name; a file that is not there is absent. */
export type GroupTexts = Readonly<Partial<Record<string, string>>>;

/** A file of one number from 0 up; undefined where there is none. */
export function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}

/** A limit: null is none. v2 writes "max", v1 a number that nobody has so many of, and -1 for a quota. */
export function limitOf(text: string | undefined): number | null | undefined {
  const word = text?.trim();
  if (word === "max" || word === "-1") return null;
  const value = numberOf(word);
  return value !== undefined && Number(word) >= NO_LIMIT ? null : value;
}
/** v1's memory limits are LONG_MAX rounded down to a page (mm/page_counter.c, PAGE_COUNTER_MAX). */
const NO_LIMIT = 2 ** 62;

/** The value of `key` in a flat-keyed file: a line "KEY VALUE"; undefined where there is no such line. */
export function keyed(text: string | undefined, key: string): number | undefined {
  if (text === undefined) return undefined;
  let from = 0;
  if (!text.startsWith(`${key} `)) {
    from = text.indexOf(`\n${key} `) + 1;
    if (from === 0) return undefined;
  }
  const start = from + key.length + 1;
  const end = text.indexOf("\n", start);
  return numberOf(text.slice(start, end === -1 ? undefined : end));
}

/** Lines that are not empty. */
export function linesOf(text: string | undefined): string[] {
  return text?.split("\n").filter((line) => line !== "") ?? [];
}

/** Words with spaces between. */
export function wordsOf(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== "") ?? [];
}

/** avg10 of both lines of a pressure file: Documentation/accounting/psi.rst. */
export function pressureOf(text: string | undefined): { some: number; full: number | null } | undefined {
  const some = /^some avg10=(\d+\.?\d*)/m.exec(text ?? "")?.[1];
  if (some === undefined) return undefined;
  const full = /^full avg10=(\d+\.?\d*)/m.exec(text ?? "")?.[1];
  return { some: Number(some), full: full === undefined ? null : Number(full) };
}

/** The pressure files of a group; undefined where the kernel has none. */
export function pressuresOf(texts: GroupTexts): UsageFact["pressure"] {
  const pressures: NonNullable<UsageFact["pressure"]> = {};
  for (const resource of ["memory", "cpu", "io"] as const) put(pressures, resource, pressureOf(texts[`${resource}.pressure`]));
  return Object.keys(pressures).length > 0 ? pressures : undefined;
}

/** Sets a key that may be absent. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}
