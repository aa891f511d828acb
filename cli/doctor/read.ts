import { readFileSync } from "node:fs";

/** A file of /proc or /sys; undefined where this kernel has none, or this user may not read it. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
