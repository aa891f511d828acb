/** What control groups count: CPU time and memory of all that is in one and below. A group of its own is made for each process of a server. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const V1 = existsSync("/sys/fs/cgroup/memory");
const MIB = 1024 * 1024;

/** Megabytes. */
export type Memory = {
  /** What cannot be taken back: of processes, of memory file systems, and of the kernel for them. */
  held: number;
  /** Files' pages, which the kernel gives back where memory runs short. */
  cache: number;
};

export class Group {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Runs `start` while this process is in the group, so that the processes which it starts are born there. */
  static async around<T>(path: string, start: () => Promise<T>): Promise<{ group: Group; result: T }> {
    const group = new Group(path);
    const homes = group.#folders.map((folder) => ({ folder, home: homeOf(folder) }));
    for (const { folder } of homes) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
    }
    try {
      return { group, result: await start() };
    } catch (error) {
      for (const { home } of homes) writeFileSync(join(home, "cgroup.procs"), String(process.pid));
      group.remove();
      throw error;
    } finally {
      for (const { home } of homes) writeFileSync(join(home, "cgroup.procs"), String(process.pid));
    }
  }

  /** CPU seconds since the group was made. */
  get cpuSeconds(): number {
    if (V1) return Number(this.#read("cpuacct", "cpuacct.usage")) / 1e9;
    return Number(/^usage_usec (\d+)/m.exec(this.#read("memory", "cpu.stat"))?.[1]) / 1e6;
  }

  get memory(): Memory {
    const stat = new Map(
      this.#read("memory", "memory.stat")
        .split("\n")
        .map((line) => line.split(" "))
        .map(([key = "", value]) => [key, Number(value)]),
    );
    const of = (key: string) => stat.get(key) ?? 0;
    if (!V1) return { held: (of("anon") + of("shmem") + of("kernel")) / MIB, cache: (of("file") - of("shmem")) / MIB };
    const kernel = Number(this.#read("memory", "memory.kmem.usage_in_bytes"));
    return {
      held: (of("total_rss") + of("total_shmem") + kernel) / MIB,
      cache: (of("total_cache") - of("total_shmem")) / MIB,
    };
  }

  /** The most memory that the group had at any time, files' pages included, megabytes. */
  get peak(): number {
    return Number(this.#read("memory", V1 ? "memory.max_usage_in_bytes" : "memory.peak")) / MIB;
  }

  /** Removes it; no process may be in it any more. */
  remove(): void {
    for (const folder of this.#folders) if (existsSync(folder)) rmdirSync(folder);
  }

  get #folders(): string[] {
    return V1 ? ["cpuacct", "memory"].map((controller) => this.#folder(controller)) : [this.#folder("")];
  }

  #folder(controller: string): string {
    return join("/sys/fs/cgroup", V1 ? controller : "", this.#path);
  }

  #read(controller: string, file: string): string {
    return readFileSync(join(this.#folder(controller), file), "utf8");
  }
}

/** The group that this process is in, in the hierarchy of a folder. */
function homeOf(folder: string): string {
  const [, controller = ""] = /^\/sys\/fs\/cgroup\/(cpuacct|memory)\//.exec(folder) ?? [];
  const line = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .map((text) => text.split(":"))
    .find(([, names = ""]) => (V1 ? names.split(",").includes(controller) : names === ""));
  if (line?.[2] === undefined) throw new Error(`This process is in no group of ${folder}.`);
  return join("/sys/fs/cgroup", V1 ? controller : "", line.slice(2).join(":"));
}
