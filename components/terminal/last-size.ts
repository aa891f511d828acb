/** The size that a terminal had last in this browser: a page asks for its shell in it before there is a terminal to measure. */
import * as z from "zod/mini";
import { MAX_COLS, MAX_ROWS, MIN_COLS, MIN_ROWS } from "../../lab-server/protocol.ts";

export type TerminalSize = { cols: number; rows: number };

const KEY = "terminal-size";
const FIRST: TerminalSize = { cols: 80, rows: 24 };
const Size = z.object({
  cols: z.int().check(z.minimum(MIN_COLS), z.maximum(MAX_COLS)),
  rows: z.int().check(z.minimum(MIN_ROWS), z.maximum(MAX_ROWS)),
});

/** A guess, which a resize corrects. */
export function lastSize(): TerminalSize {
  try {
    const stored = Size.safeParse(JSON.parse(localStorage.getItem(KEY) ?? "null"));
    return stored.success ? stored.data : FIRST;
  } catch {
    // A browser that keeps nothing, or something else under our name.
    return FIRST;
  }
}

export function rememberSize({ cols, rows }: TerminalSize): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ cols, rows }));
  } catch {
    // A browser that keeps nothing: the next guess is as good as the first.
  }
}
