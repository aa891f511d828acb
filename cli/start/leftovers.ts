import { readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { openInstance } from "../../lab-server/instance.ts";

export type Leftovers = {
  /** Mount points. */
  mounts: string[];
  /** Loop devices with the file behind each. */
  loops: string[];
  /** cgroup directories. */
  cgroups: string[];
  /** Host pids and what they run. */
  processes: string[];
};

/**
 * What there is on this machine of one instance: while it runs its things, after it nothing. Its processes are those in its
 * cgroups and in `sessions` (setsid(2)). Reads /proc and /sys only.
 */
export function findLeftovers(instance: string, stateFolder: string, sessions: readonly number[]): Leftovers {
  const cgroups = readdirSync("/sys/fs/cgroup").flatMap((name) => subgroups(join("/sys/fs/cgroup", name, "unboxed", instance)));
  cgroups.push(...subgroups(join("/sys/fs/cgroup/unboxed", instance)));
  return {
    mounts: mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).filter(
      (point) => isBelow(point, join("/run/unboxed", instance)) || isBelow(point, stateFolder),
    ),
    loops: loopDevices()
      .filter(({ file }) => isBelow(file, stateFolder))
      .map(({ name, file }) => `/dev/${name} (${file})`),
    // cpu and cpu,cpuacct are two names of one directory.
    cgroups: [...new Set(cgroups.flatMap((path) => realPath(path) ?? []))],
    processes: findProcesses(({ cgroup, session }) => isInInstance(cgroup, instance) || sessions.includes(session)),
  };
}

type Instance = { stateFolder: string; imagesFolder: string; sessions: readonly number[] };

/**
 * Removes what a stopped instance left, if it left anything: a lab-server that was killed could not, and one that is worked on (--dev)
 * keeps its sandboxes. Returns a line for each thing that is still there.
 */
export async function removeLeftovers({ stateFolder, imagesFolder, sessions }: Instance): Promise<string[]> {
  const { name, machineFolder, folder } = await openInstance(stateFolder);
  if (leftoverLines(findLeftovers(name, stateFolder, sessions)).length > 0) {
    // Only here, where it is rarely needed: it loads native code.
    const { createRuncDriver } = await import("../../lab-server/sandbox/runc/driver.ts");
    const driver = await createRuncDriver({
      instance: name,
      runFolder: machineFolder,
      stateFolder,
      imagesFolder,
      log: pino({ level: "error", serializers: { error: pino.stdSerializers.err } }),
    });
    for (const id of await driver.list()) await driver.destroy(id);
    await driver.sweep();
    await driver.close();
  }
  const left = leftoverLines(findLeftovers(name, stateFolder, sessions));
  // Not while anything is mounted below: it would empty what is mounted there.
  if (left.length === 0) rmSync(folder, { recursive: true, force: true });
  return left;
}

/** One line for each thing. */
export function leftoverLines(found: Leftovers): string[] {
  return [
    ...found.processes.map((process) => `process ${process}`),
    ...found.mounts.map((point) => `mount ${point}`),
    ...found.loops.map((loop) => `loop device ${loop}`),
    ...found.cgroups.map((path) => `cgroup ${path}`),
  ];
}

/** Mount points of a /proc/PID/mountinfo (proc_pid_mountinfo(5): field 5, with blanks as \\040). */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const point = line.split(" ")[4];
    return point === undefined
      ? []
      : [point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))];
  });
}

/** Whether a /proc/PID/cgroup (cgroups(7)) names a group of the instance. */
export function isInInstance(cgroup: string, instance: string): boolean {
  return cgroup.split("\n").some((line) => `${line.split(":").slice(2).join(":")}/`.includes(`/unboxed/${instance}/`));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Loop devices in use and the file behind each. */
export function loopDevices(): { name: string; file: string }[] {
  return readdirSync("/sys/block").flatMap((name) => {
    if (!name.startsWith("loop")) return [];
    // A loop device without a file has no such entry.
    const file = read(`/sys/block/${name}/loop/backing_file`);
    return file === undefined ? [] : [{ name, file: file.trim() }];
  });
}

/** All directories below a cgroup. */
export function subgroups(path: string): string[] {
  let names: string[];
  try {
    names = readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    // There is no such group, or it has just gone.
    return [];
  }
  return names.flatMap((name) => [join(path, name), ...subgroups(join(path, name))]);
}

/** Host pids, and what they run, of all processes that match; ourselves and our parents excepted. */
export function findProcesses(matches: (process: { cgroup: string; environment: string; session: number }) => boolean): string[] {
  const ours = new Set([process.pid, ...ancestors(process.pid)]);
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || ours.has(pid)) return [];
    const cgroup = read(`/proc/${pid}/cgroup`);
    const session = Number(statFields(pid)[3]);
    if (cgroup === undefined || !matches({ cgroup, environment: read(`/proc/${pid}/environ`) ?? "", session })) return [];
    // A process that has ended and waits for its parent has no command line.
    const command = read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim();
    return command ? [`${pid} (${command.slice(0, 200)})`] : [];
  });
}

function ancestors(pid: number): number[] {
  const parent = Number(statFields(pid)[1]);
  return parent > 0 ? [parent, ...ancestors(parent)] : [];
}

/** Fields of /proc/PID/stat from the third on, `state` (proc_pid_stat(5)): the name before it may hold blanks and brackets. */
function statFields(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`) ?? "";
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Undefined where it has gone since it was listed. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** A file of /proc or /sys; undefined where it has gone, which a process may do at any time. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
