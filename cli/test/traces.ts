import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pino } from "pino";
import { findProcesses, loopDevices, mountPoints, subgroups } from "../start/leftovers.ts";

/**
 * Everything on this machine that instances of Unboxed and programs of this test run have: mounts, loop devices and cgroups
 * of every instance that no living lab-server claims, and processes whose environment names the run's folder.
 */
export function traces(runFolder: string): Set<string> {
  const claimed = claimedInstances(readFileSync("/proc/net/unix", "utf8"));
  const isOrphan = (path: string) => {
    const instance = /\/unboxed\/([^/]+)(\/|$)/.exec(path)?.[1];
    return instance !== undefined && !claimed.has(instance);
  };
  const groups = ["/sys/fs/cgroup", ...readdirSync("/sys/fs/cgroup").map((name) => `/sys/fs/cgroup/${name}`)].flatMap((path) =>
    subgroups(`${path}/unboxed`),
  );
  return new Set([
    ...mountPoints(readFileSync("/proc/self/mountinfo", "utf8"))
      .filter((point) => isOrphan(point) || point.startsWith(runFolder))
      .map((point) => `mount ${point}`),
    ...loopDevices()
      .filter(({ file }) => file.startsWith(runFolder))
      .map(({ name, file }) => `loop device /dev/${name} (${file})`),
    ...groups.filter((path) => isOrphan(path) && path.split("/unboxed/")[1]?.includes("/")).map((path) => `cgroup ${path}`),
    ...findProcesses(({ environment }) => environment.includes(runFolder)).map((process) => `process ${process}`),
  ]);
}

/**
 * Takes away the sandboxes of instances whose disks lie in the run's folder: a test that was ended could not. Others that run on
 * this machine are not touched.
 */
export async function clearSandboxes(runFolder: string, imagesFolder: string): Promise<void> {
  const { createRuncDriver } = await import("../../lab-server/sandbox/runc/driver.ts");
  const files = new Map(loopDevices().map(({ name, file }) => [`/dev/${name}`, file]));
  const states = new Map<string, string>();
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
    const instance = /^\/run\/unboxed\/([^/]+)\//.exec(line.split(" ")[4] ?? "")?.[1];
    const file = files.get(line.split(" - ")[1]?.split(" ")[1] ?? "");
    // A state folder holds its sandboxes' disks in disks/.
    if (instance !== undefined && file?.startsWith(`${runFolder}/`)) states.set(instance, dirname(dirname(file)));
  }
  for (const [instance, stateFolder] of states) {
    const log = pino({ level: "error", serializers: { error: pino.stdSerializers.err } });
    const driver = await createRuncDriver({ instance, runFolder: "/run/unboxed", stateFolder, imagesFolder, log });
    for (const id of await driver.list()) await driver.destroy(id);
    await driver.sweep();
    await driver.close();
  }
}

/** Instances that a living lab-server claims, by its socket in the abstract namespace (/proc/net/unix: the name after an @). */
export function claimedInstances(sockets: string): Set<string> {
  return new Set([...sockets.matchAll(/ @unboxed\/([0-9a-f]{8})/g)].flatMap(([, name]) => name ?? []));
}
