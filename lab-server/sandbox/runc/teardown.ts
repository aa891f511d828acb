/**
 * The one way that a sandbox goes, whether it was destroyed, failed while it was made, or was left by a crash. It looks at
 * what there is and not at what should be, so it may run at any time and again.
 */
import { readFile, rm } from "node:fs/promises";
import { unmount } from "../kernel/mount.ts";
import { removeCgroups } from "./cgroups.ts";
import { deleteContainer } from "./container.ts";
import { abortFuseConnections } from "./fuse.ts";
import { type HostFacts, parseMountinfo } from "./host.ts";
import { type Layout, sandboxPaths } from "./layout.ts";
import { claimedBy, releaseRanges } from "./ranges.ts";
import { RANGE_SIZE } from "./user-namespace.ts";

/** Ends everything of sandbox `id` Throws Error where something will not go. */
export async function tearDown(layout: Layout, host: HostFacts, id: string): Promise<void> {
  const paths = sandboxPaths(layout, id);
  // Without its record it counts as a left-over from here on, whatever happens to us.
  await rm(paths.record, { force: true });
  // Before runc, which would wait in vain for processes that the learner has frozen.
  const ranges = await claimedBy(layout, id);
  const free = () => {
    for (const first of ranges) abortFuseConnections(first, RANGE_SIZE);
  };
  await removeCgroups(host, layout, id, free);
  await deleteContainer(layout.runcRoot, id);
  for (const mountPoint of await mountsBelow(paths.folder)) await unmount(mountPoint);
  await rm(paths.diskFile, { force: true });
  // Nothing is mounted below any more, or the loop above has thrown.
  await rm(paths.folder, { recursive: true, force: true });
  await releaseRanges(layout, id);
}

/** Mount points below a folder, the last mounted first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  return parseMountinfo(await readFile("/proc/self/mountinfo", "utf8"))
    .map(({ mountPoint }) => mountPoint)
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
    .reverse();
}
