/** What sandboxes use of the machine, by their cgroups. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxDriver } from "./driver.ts";

/** `memory` in bytes, page cache included; `cpu`: seconds of CPU since the sandbox began. */
export type Usage = { memory: number; cpu: number };

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Undefined where there is no such sandbox, or its groups cannot be read. */
export async function usageOf(driver: SandboxDriver, id: string): Promise<Usage | undefined> {
  const groups = (await driver.describe(id))?.cgroups;
  if (!groups) return undefined;
  // A machine with v1 may have a group of v2 beside it, which limits and counts nothing.
  const { memory, cpuacct, unified = "" } = groups;
  const [bytes, cpu] =
    memory !== undefined && cpuacct !== undefined
      ? await Promise.all([
          readNumber(join(memory, "memory.usage_in_bytes"), /^(\d+)/),
          readNumber(join(cpuacct, "cpuacct.usage"), /^(\d+)/, NANOSECONDS),
        ])
      : await Promise.all([
          readNumber(join(unified, "memory.current"), /^(\d+)/),
          readNumber(join(unified, "cpu.stat"), /^usage_usec (\d+)/m, MICROSECONDS),
        ]);
  return bytes === undefined || cpu === undefined ? undefined : { memory: bytes, cpu };
}

/** Undefined where the file is not there (any more). */
async function readNumber(file: string, pattern: RegExp, unit = 1): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) / unit;
}
