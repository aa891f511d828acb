/** What there is on the host of the sandboxes of an instance, running or not. */
import { readdir } from "node:fs/promises";
import { cgroupsOf, idsWithCgroups } from "./cgroups.ts";
import type { HostFacts } from "./host.ts";
import { type Layout, SANDBOX_ID, sandboxPaths } from "./layout.ts";
import { mountsBelow } from "./teardown.ts";

/** Ids that have a folder. */
export async function sandboxFolders(layout: Layout): Promise<string[]> {
  return (await names(layout.folder)).filter((name) => SANDBOX_ID.test(name));
}

/** Everything of every sandbox, a line for each thing. */
export async function findThings(layout: Layout, host: HostFacts): Promise<{ id: string; things: string[] }[]> {
  const [folders, grouped, disks, containers] = await Promise.all([
    sandboxFolders(layout),
    idsWithCgroups(host, layout),
    names(layout.disks),
    names(layout.runcRoot),
  ]);
  const withDisk = disks.map((name) => name.replace(/\.ext4$/, ""));
  const ids = [...new Set([...folders, ...grouped, ...withDisk, ...containers])].filter((id) => SANDBOX_ID.test(id));
  return Promise.all(
    ids.map(async (id) => {
      const paths = sandboxPaths(layout, id);
      const things = (await mountsBelow(paths.folder)).map((mountPoint) => `mount ${mountPoint}`);
      if (folders.includes(id)) things.push(`folder ${paths.folder}`);
      if (withDisk.includes(id)) things.push(`disk ${paths.diskFile}`);
      if (containers.includes(id)) things.push(`container ${id}`);
      if (grouped.includes(id)) things.push(`cgroup ${Object.values(cgroupsOf(host, layout, id))[0]}`);
      return { id, things };
    }),
  );
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
