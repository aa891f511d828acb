import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { command, Engine as DockerEngine } from "../../deploy/engine.ts";
import { pidsIn } from "../memory/pss.ts";
import { type Engine, IMAGE, importTree, runOptions } from "./engine.ts";

/** A Docker daemon of its own. It makes no bridge and no firewall rules. */
export class Docker implements Engine {
  readonly #engine: DockerEngine;
  readonly #client: [string, ...string[]];

  private constructor(engine: DockerEngine) {
    this.#engine = engine;
    this.#client = ["docker", "--config", join(engine.folder, "client"), "--host", engine.host];
  }

  /** Throws with the daemon's last words where it does not start. */
  static async start(tree: string): Promise<Docker> {
    const docker = new Docker(await DockerEngine.start());
    try {
      await importTree(tree, [...docker.#client, "import", "-", IMAGE]);
    } catch (error) {
      await docker[Symbol.asyncDispose]();
      throw error;
    }
    return docker;
  }

  /** In the control group that the daemon gives all. */
  container({ detached }: { detached: boolean }, ...argv: readonly string[]): [string, ...string[]] {
    return [...this.#client, ...runOptions(detached), ...argv];
  }

  /** Starts one that idles on a terminal, and returns its id. */
  async idle(...argv: readonly string[]): Promise<string> {
    const [program, ...args] = this.container({ detached: true }, ...argv);
    return (await command(program, args)).stdout.trim();
  }

  /** Of the daemon and its containerd. */
  daemonPids(): number[] {
    const { pid } = this.#engine;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return [pid, ...children.split(" ").filter(Boolean).map(Number)];
  }

  /** Of what is in containers, and of the shim that each has. */
  containerPids(ids: readonly string[]): number[] {
    const shims = globSync("/proc/[0-9]*/cmdline")
      .filter((file) => existsSync(file) && ids.some((id) => readFileSync(file, "utf8").includes(`\0${id}\0`)))
      .map((file) => Number(file.split("/")[2]));
    return [...shims, ...pidsIn(globSync([`/sys/fs/cgroup{,/*}/${this.#engine.cgroup}/*/cgroup.procs`]))];
  }

  /** Ends containers at once. */
  async kill(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#engine.docker(["rm", "--force", ...ids]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#engine[Symbol.asyncDispose]();
  }
}
