/** A recording of a terminal in the form of asciicast v2, as the replay reads it. */
import * as z from "zod/mini";

const Header = z.object({ version: z.literal(2), width: z.int(), height: z.int() });
const Event = z.tuple([z.number(), z.string(), z.string()]);

/** `at`: seconds since the beginning of the replay, silences shortened. */
export type Chapter = { at: number; label: string };

export type Cast = {
  cols: number;
  rows: number;
  chapters: readonly Chapter[];
  /** Seconds of the replay. */
  duration: number;
};

/** Reads it as the player plays it: no silence is longer than `idleLimit` seconds. Throws where it is none. */
export function readCast(text: string, idleLimit: number): Cast {
  const [first = "", ...lines] = text.split("\n");
  const { width, height } = Header.parse(JSON.parse(first));
  const chapters: Chapter[] = [];
  let recorded = 0;
  let played = 0;
  for (const line of lines) {
    if (line === "") continue;
    const [at, kind, data] = Event.parse(JSON.parse(line));
    played += Math.min(at - recorded, idleLimit);
    recorded = at;
    if (kind === "m") chapters.push({ at: played, label: data });
  }
  return { cols: width, rows: height, chapters, duration: played };
}
