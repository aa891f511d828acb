/** How much a lab has on this machine, to be compared before and after a fault. */
import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { loopDevices, mountPoints } from "../../cli/start/leftovers.ts";
import { HOLDER } from "../../lab-server/sandbox/runc/layout.ts";
import type { Lab } from "./harness.ts";

/** Milliseconds. What has not settled by then does not. */
const PATIENCE = patient(20_000);

/** Seconds that a check may run, with something on top; PATIENCE is longer. */
const CHECK_TIME = 15;
/** Clock ticks a second as /proc counts them (proc_pid_stat(5)). */
const TICKS = 100;

export type Inventory = {
  mounts: number;
  loopDevices: number;
  /** Those of checks apart, which a sandbox gets with its first check. */
  cgroups: number;
  /** What runs in the sandboxes, and the holder. A check that runs now has begun now. */
  processes: string[];
  /** Ended ones of the lab-server and the holder that nobody has taken note of. */
  zombies: number;
  /** Open files of each. */
  serverDescriptors: string[];
  holderDescriptors: string[];
  /** In the run folder and the state folder, ids left out, and what lies in mounted file systems. */
  files: string[];
  idRanges: number;
};

export function inventory(lab: Lab): Inventory {
  const marks = [`/unboxed/${lab.instance}/`, `${lab.stateFolder}/`];
  const isOurs = (text: string) => marks.some((mark) => text.includes(mark));
  const processes = pids().filter((pid) => read(`/proc/${pid}/cgroup`).includes(`/unboxed/${lab.instance}/`));
  const mounts = mountPoints(readFileSync("/proc/self/mountinfo", "utf8"));
  const holder = holderOf(lab);
  const parents = [lab.pid, holder];
  return {
    mounts: mounts.filter(isOurs).length,
    loopDevices: loopDevices().filter(({ file }) => isOurs(file)).length,
    cgroups: globSync([`/sys/fs/cgroup/{unboxed,*/unboxed}/${lab.instance}/**/`]).filter((group) => !isOfChecks(group)).length,
    processes: processes
      .filter((pid) => !isCheckOfNow(pid))
      .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim())
      .filter((command) => command !== "")
      .sort(),
    zombies: pids().filter((pid) => {
      const process = stateOf(pid);
      return process?.state === "Z" && parents.includes(process.parent);
    }).length,
    serverDescriptors: descriptors(lab.pid),
    holderDescriptors: holder === undefined ? [] : descriptors(holder),
    files: [`/run/unboxed/${lab.instance}`, lab.stateFolder]
      .flatMap((folder) => filesBelow(folder, new Set(mounts)))
      .map((path) => path.replaceAll(/[0-9a-f]{16}/g, "ID"))
      .sort(),
    idRanges: readdirSync("/run/unboxed/ranges").filter((slot) =>
      target(`/run/unboxed/ranges/${slot}`).startsWith(`${lab.instance}/`),
    ).length,
  };
}

/** Host pid of the process that holds the lab's terminals; undefined if there is none. */
export function holderOf(lab: Lab): number | undefined {
  const groups = globSync([`/sys/fs/cgroup/{unboxed,*/unboxed}/${lab.instance}/${HOLDER}/cgroup.procs`]);
  const [pid] = groups.flatMap((group) => read(group).split("\n").filter(Boolean).map(Number));
  return pid;
}

/** Waits until what there is is what there was. What comes and goes meanwhile, such as a file that is being read, is no leak. */
export async function assertSettles(lab: Lab, before: Inventory): Promise<void> {
  const was = lines(before);
  const now = () => difference(was, lines(inventory(lab)));
  let found = now();
  for (const end = performance.now() + PATIENCE; performance.now() < end && found.length > 0; found = now()) await sleep(50);
  for (let sample = 0; sample < 10 && found.length > 0; sample++) {
    await sleep(50);
    const still = now();
    found = found.filter((line) => still.includes(line));
  }
  assert.deepEqual(found, []);
}

function difference(was: readonly string[], is: readonly string[]): string[] {
  const come = is.filter((line) => !was.includes(line)).map((line) => `come: ${line}`);
  const gone = was.filter((line) => !is.includes(line)).map((line) => `gone: ${line}`);
  return [...come, ...gone];
}

/** A line for each thing, numbered where there are several alike. */
function lines(found: Inventory): string[] {
  const all = Object.entries(found).flatMap(([kind, what]) =>
    Array.isArray(what) ? what.map((one) => `${kind}: ${one}`) : [`${kind}: ${what}`],
  );
  const seen = new Map<string, number>();
  return all.map((line) => {
    const number = (seen.get(line) ?? 0) + 1;
    seen.set(line, number);
    return number === 1 ? line : `${line} (${number})`;
  });
}

/** What there is once it has been the same for a while, and every ended process has been taken note of. */
export async function settled(lab: Lab): Promise<Inventory> {
  let last = inventory(lab);
  for (let same = 0, end = performance.now() + PATIENCE; same < 10 || (last.zombies > 0 && performance.now() < end); ) {
    await sleep(50);
    const now = inventory(lab);
    same = JSON.stringify(now) === JSON.stringify(last) ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** And its sandbox is there. */
function isOfChecks(group: string): boolean {
  const path = group.replace(/\/$/, "");
  return path.endsWith(".checks") && existsSync(path.replace(/\.checks$/, ""));
}

function pids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function isCheckOfNow(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  const begun = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]) / TICKS;
  return /\.checks/.test(read(`/proc/${pid}/cgroup`)) && Number(read("/proc/uptime").split(" ")[0]) - begun < CHECK_TIME;
}

function stateOf(pid: number): { state: string; parent: number } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined ? undefined : { state, parent: Number(parent) };
}

/** Of whatever kind except anonymous helpers of the runtime, which come and go. */
function descriptors(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((fd) => target(join(folder, fd)).replace(/\[\d+\]|\d+$/, ""))
    .filter((what) => what !== "" && !what.startsWith("anon_inode:") && !/-(wal|shm)$/.test(what))
    .sort();
}

/** SQLite's helper files come and go, and the site's build and its caches are its own business. */
function filesBelow(folder: string, mounts: ReadonlySet<string>): string[] {
  if (!existsSync(folder) || mounts.has(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (/-(wal|shm)$/.test(entry.name) || entry.name === "site") return [];
    return entry.isDirectory() ? [path, ...filesBelow(path, mounts)] : [path];
  });
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

/** Empty where the file, such as one of a process that has ended, is no more. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
