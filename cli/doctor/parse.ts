/** Reads what the kernel and the tools print. Pure: the checks hand in the text. */

/** Major and minor of a version such as "6.8.0-45-generic" or "1.1.5+ds1"; undefined where there is none. */
export function majorMinor(version: string): [number, number] | undefined {
  const match = /(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

export function atLeast([major, minor]: readonly [number, number], wanted: readonly [number, number]): boolean {
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
}

/** File systems that the running kernel knows, from /proc/filesystems. */
export function fileSystems(text: string): Set<string> {
  return new Set(text.split("\n").flatMap((line) => line.trim().split(/\s+/).at(-1) || []));
}

/** Whether a module can be loaded, from /lib/modules/VERSION/modules.dep or modules.builtin. */
export function hasModule(list: string, name: string): boolean {
  return new RegExp(`/${name}\\.ko(\\.\\w+)?(:|$)`, "m").test(list);
}

export type CgroupHost = {
  /** Hybrid: v1 controllers, and an empty v2 hierarchy beside them. */
  version: "v1" | "hybrid" | "v2" | "none";
  controllers: Set<string>;
};

/** Options of a v1 mount that are no controllers. */
const MOUNT_OPTIONS = new Set([
  "rw",
  "ro",
  "xattr",
  "clone_children",
  "nsdelegate",
  "memory_recursiveprot",
  "noprefix",
  "none",
  "favordynmods",
]);

/** What /proc/self/mountinfo shows below /sys/fs/cgroup; `controllers` is the text of cgroup.controllers on v2. */
export function cgroupHost(mountinfo: string, controllers: string): CgroupHost {
  const mounts = mountinfo.split("\n").flatMap((line) => {
    const [left, right] = line.split(" - ");
    const point = left?.split(" ")[4];
    const [type, , options] = right?.split(" ") ?? [];
    return point?.startsWith("/sys/fs/cgroup") && type !== undefined ? [{ point, type, options: options ?? "" }] : [];
  });
  if (mounts.some(({ point, type }) => point === "/sys/fs/cgroup" && type === "cgroup2")) {
    return { version: "v2", controllers: new Set(controllers.split(/\s+/).filter(Boolean)) };
  }
  const v1 = mounts.filter(({ type }) => type === "cgroup");
  const named = v1.flatMap(({ options }) =>
    options.split(",").filter((option) => !MOUNT_OPTIONS.has(option) && !option.includes("=")),
  );
  if (v1.length === 0) return { version: "none", controllers: new Set() };
  return { version: mounts.some(({ type }) => type === "cgroup2") ? "hybrid" : "v1", controllers: new Set(named) };
}

/** Bytes of a line of /proc/meminfo; undefined where it has no such line. */
export function memoryBytes(meminfo: string, name: string): number | undefined {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo);
  return match ? Number(match[1]) * 1024 : undefined;
}

export function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
