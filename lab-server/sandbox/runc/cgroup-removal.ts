/**
 * Removes a group and all that a learner made below: thousands of groups, nested deeper than a path can say, by names of any bytes. Paths
 * are Latin-1 here, a character for each byte.
 */
import { constants } from "node:fs";
import { access, open, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds to wait for killed processes to be gone from a group. */
const EMPTY_TIMEOUT = 10_000;
const EMPTY_BEAT = 5;
/** A path may have 4,096 bytes, and a name 255. */
const LONGEST_PATH = 2048;

/**
 * Kills everything in the group and below, and removes them. Calls `free` for whatever has been killed and waits for something. Throws
 * Error where something will not die.
 */
export async function removeTree(group: string, free: () => void): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let deadline = 0;
  for (;;) {
    const isLate = performance.now() > deadline;
    const left = await removeEmpty(group);
    if (left === 0) return;
    // Removing thousands takes its time: only waiting is bounded.
    if (left < least) [least, deadline] = [left, performance.now() + EMPTY_TIMEOUT];
    else if (isLate) throw new Error(`Processes in the cgroup ${group} do not end.`);
    await killAll(group);
    free();
    await sleep(EMPTY_BEAT);
  }
}

/** Names of the groups in a group; undefined where it is not there. */
export async function children(group: string): Promise<string[] | undefined> {
  const entries = await readdir(bytes(group), { withFileTypes: true, encoding: "latin1" }).catch(unlessCode("ENOENT"));
  return entries?.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Removes what has no process in it nor below; returns how many groups are left. */
async function removeEmpty(group: string): Promise<number> {
  const left = await reached(group, async (path) => {
    let below = 0;
    for (const name of (await children(path)) ?? []) below += await removeEmpty(join(path, name));
    return below;
  });
  return left > 0 ? left + 1 : (await removeGroup(group)) ? 0 : 1;
}

async function killAll(group: string): Promise<void> {
  await reached(group, async (path) => {
    for (const pid of await processes(path)) kill(Number(pid));
    // A frozen process takes SIGKILL on v2, and on v1 only once it is thawed.
    await writeFile(bytes(join(path, "freezer.state")), "THAWED").catch(unlessCode("ENOENT", "EACCES", "EPERM"));
    for (const name of (await children(path)) ?? []) await killAll(join(path, name));
    return 0;
  });
}

/** Calls with a path to the group from which there is room to go on; 0 where it is gone. */
async function reached(group: string, use: (path: string) => Promise<number>): Promise<number> {
  if (group.length <= LONGEST_PATH) return use(group);
  const folder = await open(bytes(group), constants.O_RDONLY | constants.O_DIRECTORY).catch(unlessCode("ENOENT"));
  if (!folder) return 0;
  try {
    return await use(`/proc/self/fd/${folder.fd}`);
  } finally {
    await folder.close();
  }
}

/** Pids in a group itself; none where it is gone. */
export async function processes(group: string): Promise<string[]> {
  const text = await readFile(bytes(join(group, "cgroup.procs")), "utf8").catch(unlessCode("ENOENT", "ENODEV", "EOPNOTSUPP"));
  return text?.split("\n").filter((pid) => pid !== "" && pid !== "0") ?? [];
}

function kill(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    unlessCode("ESRCH")(error);
  }
}

/** True if it is gone, false if something is in it. */
export async function removeGroup(group: string): Promise<boolean> {
  try {
    await rmdir(bytes(group));
    return true;
  } catch (error) {
    unlessCode("ENOENT", "EBUSY", "ENOTEMPTY")(error);
    return !(await access(bytes(group)).then(
      () => true,
      () => false,
    ));
  }
}

function bytes(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

/** Lets errors of these codes pass as undefined and throws the rest. */
export function unlessCode(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code))
      return undefined;
    throw error;
  };
}
