/** The cgroup that checks run in, beside the sandbox's: a learner who used up the sandbox's memory or pids does not break them. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgroupsOf } from "./cgroups.ts";
import type { HostFacts } from "./host.ts";
import { checksOf, type Layout } from "./layout.ts";

const MEMORY = 128 * 1024 * 1024;
const PIDS = 64;

/** Limits by hierarchy: file and value. The other v1 hierarchies limit nothing that a check could use up. */
const LIMITS = {
  1: {
    memory: { "memory.limit_in_bytes": MEMORY },
    pids: { "pids.max": PIDS },
  },
  2: {
    unified: { "memory.max": MEMORY, "pids.max": PIDS },
  },
} as const;

/** Makes the group if it is not there, and returns its directories. Throws Node's error. */
export async function makeCheckGroup(host: HostFacts, layout: Layout, id: string): Promise<string[]> {
  const cgroups = cgroupsOf(host, layout, checksOf(id));
  return Promise.all(
    Object.entries(LIMITS[host.cgroup]).map(async ([controller, limits]) => {
      const group = cgroups[controller];
      if (group === undefined) throw new Error(`This host has no cgroup controller ${controller}.`);
      await mkdir(group, { recursive: true });
      await Promise.all(Object.entries(limits).map(([file, value]) => writeFile(join(group, file), String(value))));
      return group;
    }),
  );
}
