import { execFile } from "node:child_process";
import { globSync, readFileSync, rmdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { mountPoints, subgroups } from "../../../cli/start/leftovers.ts";
import { type Engine, IMAGE, importTree, runOptions } from "./engine.ts";

const run = promisify(execFile);
/** Parent of the containers' control groups. */
const CGROUP = "/unboxed-bench";
const LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];

/** podman, which has no daemon, with stores of its own; it makes containers by the same runc. */
export class Podman implements Engine {
  readonly #folder: string;
  readonly #client: [string, ...string[]];

  private constructor(folder: string) {
    this.#folder = folder;
    const places = { "--root": "root", "--runroot": "run", "--tmpdir": "tmp" };
    const options = Object.entries(places).flatMap(([option, name]) => [option, join(folder, name)]);
    const bare = ["--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "runc", "--storage-driver", "overlay"];
    this.#client = ["/usr/bin/podman", ...options, ...bare];
  }

  static async start(tree: string): Promise<Podman> {
    const podman = new Podman(await mkdtemp(join(tmpdir(), "unboxed-bench-")));
    try {
      await importTree(tree, [...podman.#client, "import", "-", IMAGE]);
    } catch (error) {
      await podman[Symbol.asyncDispose]();
      throw error;
    }
    return podman;
  }

  /** With limits that any host lets it set: podman's own are higher than those of some. */
  container({ detached }: { detached: boolean }, ...argv: readonly string[]): [string, ...string[]] {
    return [...this.#client, ...runOptions(detached, "--cgroup-parent", CGROUP, ...LIMITS), ...argv];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [program, ...args] = this.#client;
    await run(program, [...args, "rm", "--all", "--force", "--time", "0"]);
    const points = mountPoints(readFileSync("/proc/self/mountinfo", "utf8"));
    // The innermost first.
    for (const point of points.toReversed()) if (point.startsWith(`${this.#folder}/`)) await run("umount", [point]);
    await rm(this.#folder, { recursive: true, force: true });
    for (const group of globSync([`/sys/fs/cgroup${CGROUP}`, `/sys/fs/cgroup/*${CGROUP}`]))
      for (const each of [group, ...subgroups(group)].reverse()) rmdirSync(each);
  }
}
