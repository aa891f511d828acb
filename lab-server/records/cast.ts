/** The form of asciicast v2, a recording of a terminal: https://docs.asciinema.org/manual/asciicast/v2/ */
import { z } from "zod";

export type Size = { cols: number; rows: number };
export type EventKind = "o" | "r" | "m";

const Event = z.tuple([z.number(), z.enum(["o", "r", "m"]), z.string()]);

/** The first line. `startedAt`: milliseconds since the epoch. */
export function castHeader({ cols, rows }: Size, startedAt: number): string {
  return `${JSON.stringify({ version: 2, width: cols, height: rows, timestamp: Math.floor(startedAt / 1000), env: { TERM: "xterm-256color" } })}\n`;
}

/** A line for what happened. `at`: milliseconds since the recording began. Output must not end within a character. */
export function castEvent(at: number, kind: EventKind, data: string): string {
  return `${JSON.stringify([Math.round(at) / 1000, kind, data])}\n`;
}

/**
 * What lines of a recording hold, of which the last may be cut off in the middle, as where its writer was killed. `length`: characters of
 * what is whole. `lasted`: milliseconds until the last event. `shows`: whether the terminal put anything out after the beginning.
 */
export function inspectCast(text: string): { length: number; lasted: number; shows: boolean } {
  const length = text.lastIndexOf("\n") + 1;
  let lasted = 0;
  let shows = false;
  for (const line of text.slice(0, length).split("\n").slice(1)) {
    if (line === "") continue;
    const [at, kind] = Event.parse(JSON.parse(line));
    lasted = at * 1000;
    shows ||= kind === "o" && at > 0;
  }
  return { length, lasted, shows };
}
