/** What the host offers, found once. */
import { existsSync, readFileSync } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import type { HostDescription } from "../driver.ts";

export type HostFacts = HostDescription & {
  /** Mount points of the cgroup hierarchies that a sandbox has a group in: by controller on v1, under "unified" on v2. */
  hierarchies: Readonly<Record<string, string>>;
  /** Whether memory and swap can be limited together. */
  swapLimit: boolean;
  /** Hard limit of open files of this process: what it starts cannot have more. */
  openFiles: number;
  /** Whether there is a /dev/fuse to lend to sandboxes. */
  fuse: boolean;
};

const FUSE = "/dev/fuse";

/** Lets everyone open /dev/fuse, as udev's rules of every distribution do; a host without udev may not have it so. */
export async function openFuse(): Promise<void> {
  if (!existsSync(FUSE)) return;
  const { mode } = await stat(FUSE);
  if ((mode & 0o666) !== 0o666) await chmod(FUSE, (mode & 0o7777) | 0o666);
}

/** Throws Error where there is no usable cgroup hierarchy. */
export function readHost(mountinfo = readFileSync("/proc/self/mountinfo", "utf8")): HostFacts {
  const v1: Record<string, string> = {};
  let v2: string | undefined;
  for (const { mountPoint, type, superOptions } of parseMountinfo(mountinfo)) {
    if (type === "cgroup2") v2 ??= mountPoint;
    if (type !== "cgroup") continue;
    for (const option of superOptions.split(",")) {
      if (CONTROLLERS.has(option)) v1[option] ??= mountPoint;
      else if (option.startsWith("name=")) v1[option.slice("name=".length)] ??= mountPoint;
    }
  }
  const common = { kernel: release(), openFiles: openFilesLimit(), fuse: existsSync(FUSE) } as const;
  const memory = v1.memory;
  if (memory !== undefined) {
    const swapLimit = existsSync(join(memory, "memory.memsw.limit_in_bytes"));
    // A hybrid host: v1's controllers, and an empty v2 beside them in which runc makes a group as well.
    const hierarchies = v2 === undefined ? v1 : { ...v1, unified: v2 };
    return { driver: "runc", cgroup: 1, hierarchies, swapLimit, ...common };
  }
  if (v2 === undefined)
    throw new Error("No cgroup file system with a memory controller is mounted: mount cgroup2 at /sys/fs/cgroup.");
  return {
    driver: "runc",
    cgroup: 2,
    hierarchies: { unified: v2 },
    swapLimit: existsSync("/proc/swaps"),
    ...common,
  };
}

function openFilesLimit(): number {
  const limit = /^Max open files +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return limit === undefined ? 1024 : Number(limit);
}

/** Controllers of v1, cgroups(7). */
const CONTROLLERS = new Set(
  "cpu cpuacct cpuset memory devices freezer net_cls blkio perf_event net_prio hugetlb pids rdma misc".split(" "),
);

export type MountEntry = { mountPoint: string; type: string; source: string; superOptions: string };

/** Lines of /proc/PID/mountinfo in mount order, proc_pid_mountinfo(5). */
export function parseMountinfo(text: string): MountEntry[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [mount = "", fileSystem = ""] = line.split(" - ", 2);
      const [type = "", source = "", superOptions = ""] = fileSystem.split(" ");
      return { mountPoint: unescapeOctal(mount.split(" ")[4] ?? ""), type, source: unescapeOctal(source), superOptions };
    });
}

/** Space, tab, newline and backslash are octal there. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
