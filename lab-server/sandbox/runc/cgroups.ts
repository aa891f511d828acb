/** The cgroups of a sandbox on the host. See cgroups(7) and the kernel's cgroup-v2 "Delegation". */
import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { children, processes, removeGroup, removeTree, unlessCode } from "./cgroup-removal.ts";
import type { HostFacts } from "./host.ts";
import { cgroupPath, checksOf, type Layout } from "./layout.ts";

/**
 * The group of a v2 sandbox's own processes: v2 has processes only in leaves once controllers are enabled below. It has the name that
 * systemd gives its own, since LXC looks past a group of that name for where to make its containers' groups.
 */
export const INIT_GROUP = "init.scope";

/** Files that belong to whom a group is delegated. Not the limits: those stay the host's. */
const DELEGATED = ["", "cgroup.procs", "tasks", "cgroup.threads", "cgroup.subtree_control"];
/** Groups that a sandbox may make where the kernel counts them (v2); on v1 only the memory that they take is limited. */
const MOST_GROUPS = 1024;
/** Where the kernel lists those of v2, one a line: LXC works only in a group of which it may write every one. */
const DELEGATED_V2 = "/sys/kernel/cgroup/delegate";

/** Directories of sandbox `id`, one for each distinct hierarchy, by controller as in SandboxDescription. */
export function cgroupsOf(host: HostFacts, layout: Layout, id: string): Record<string, string> {
  const path = cgroupPath(layout, id);
  return Object.fromEntries(Object.entries(host.hierarchies).map(([controller, mount]) => [controller, join(mount, path)]));
}

/** Makes the parents of the sandboxes' groups; runc makes the groups. */
export async function makeCgroupParents(host: HostFacts, layout: Layout): Promise<void> {
  await Promise.all(parents(host, layout).map((folder) => mkdir(folder, { recursive: true })));
}

/** Removes those parents if nothing is left in them. */
export async function removeCgroupParents(host: HostFacts, layout: Layout): Promise<void> {
  for (const folder of parents(host, layout)) {
    await removeGroup(folder);
    await removeGroup(dirname(folder));
  }
}

/** Hands the groups that runc made to the sandbox's root, whose host id is `first`: it makes groups below and cannot touch its own limits. */
export async function delegate(host: HostFacts, layout: Layout, id: string, first: number): Promise<void> {
  const groups = directories(host, layout, id);
  if (host.cgroup === 2) {
    await Promise.all(groups.map((group) => makeInitGroup(group)));
    await Promise.all(groups.map((group) => writeFile(join(group, "cgroup.max.descendants"), String(MOST_GROUPS))));
  }
  const files = groups.flatMap((group) => [group, ...(host.cgroup === 2 ? [join(group, INIT_GROUP)] : [])]);
  const listed = host.cgroup === 2 ? (await readFile(DELEGATED_V2, "utf8")).split("\n") : [];
  await Promise.all(
    files.flatMap((group) =>
      [...new Set([...DELEGATED, ...listed])].map(async (file) => {
        await chown(join(group, file), first, first).catch(unlessCode("ENOENT"));
      }),
    ),
  );
}

/** Moves everything in `group` into a child, and enables all controllers for the learner's groups beside it. */
async function makeInitGroup(group: string): Promise<void> {
  const init = join(group, INIT_GROUP);
  await mkdir(init);
  for (const pid of await processes(group)) await writeFile(join(init, "cgroup.procs"), pid).catch(unlessCode("ESRCH"));
  const controllers = (await readFile(join(group, "cgroup.controllers"), "utf8")).split(/\s+/).filter(Boolean);
  await writeFile(join(group, "cgroup.subtree_control"), controllers.map((controller) => `+${controller}`).join(" "));
}

/**
 * Kills everything in the sandbox's groups and its checks', and removes them. Calls `free` for whatever has been killed and waits for
 * something. Throws Error where something will not die.
 */
export async function removeCgroups(host: HostFacts, layout: Layout, id: string, free = () => {}): Promise<void> {
  const groups = [...directories(host, layout, id), ...directories(host, layout, checksOf(id))];
  await Promise.all(groups.map((group) => removeTree(group, free)));
}

/** Ids that have groups, running or not, checks' groups under their sandbox's id. */
export async function idsWithCgroups(host: HostFacts, layout: Layout): Promise<string[]> {
  const names = await Promise.all(parents(host, layout).map(async (folder) => (await children(folder)) ?? []));
  return [...new Set(names.flat().map((name) => name.replace(/\.checks$/, "")))];
}

function directories(host: HostFacts, layout: Layout, id: string): string[] {
  return [...new Set(Object.values(cgroupsOf(host, layout, id)))];
}

function parents(host: HostFacts, layout: Layout): string[] {
  return [...new Set(Object.values(host.hierarchies))].map((mount) => join(mount, dirname(cgroupPath(layout, "id"))));
}
