/** A Docker engine of the test's or benchmark's own, beside any that the machine may have: its data, sockets, networks and cgroups go with it. Needs root. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { loopDevices, mountPoints, subgroups } from "../../cli/start/leftovers.ts";

/** Milliseconds. */
const UP_WITHIN = patient(60_000);
const DOWN_WITHIN = patient(60_000);
const A_COMMAND = patient(20 * 60_000);
/** Where containerd's shims have their sockets, whoever's containerd it is. */
const SHIMS = "/run/containerd";

export type Output = { stdout: string; stderr: string };
type CommandOptions = { env?: Readonly<Record<string, string>> };

export class Engine implements AsyncDisposable {
  readonly folder: string;
  /** Of all containers, in each hierarchy. */
  readonly cgroup: string;
  readonly #daemon: ChildProcess;
  readonly #hadShims = existsSync(SHIMS);
  #log = "";

  private constructor(folder: string, data: string) {
    this.folder = folder;
    this.cgroup = `unboxed-engine-${basename(folder)}`;
    writeFileSync(join(folder, "daemon.json"), "{}");
    const options = [
      ["--config-file", join(folder, "daemon.json")],
      ["--data-root", data],
      ["--exec-root", join(folder, "run")],
      ["--pidfile", join(folder, "pid")],
      ["--host", this.host],
      ["--cgroup-parent", `/${this.cgroup}`],
      ["--exec-opt", "native.cgroupdriver=cgroupfs"],
      // Where the machine has a containerd dockerd joins it, in name spaces of its own.
      ["--containerd-namespace", this.cgroup, "--containerd-plugins-namespace", `${this.cgroup}-plugins`],
      // The machine's firewall and routing are not this engine's: containers reach one another, and published ports are carried by a program.
      ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"],
    ].flat();
    // Where the test's process dies, the engine is told to end.
    this.#daemon = spawn("setpriv", ["--pdeathsig", "TERM", "--", "dockerd", ...options], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [this.#daemon.stdout, this.#daemon.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = (this.#log + text).slice(-16_384);
      });
  }

  /** `data`: a folder for its images and containers, which stays; without one they go with it. */
  static async start({ data }: { data?: string } = {}): Promise<Engine> {
    // Sockets below it have paths that must stay short: unix(7).
    const folder = mkdtempSync(join(tmpdir(), "e"));
    const engine = new Engine(folder, data ?? join(folder, "data"));
    try {
      for (const end = Date.now() + UP_WITHIN; !(await engine.#answers()); await sleep(200))
        if (engine.#hasEnded || Date.now() > end) throw new Error(`The Docker engine does not start:\n${engine.#log}`);
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  get host(): string {
    return `unix://${join(this.folder, "socket")}`;
  }

  /** Of the daemon. Throws where it could not be started. */
  get pid(): number {
    const { pid } = this.#daemon;
    if (pid === undefined) throw new Error("The Docker engine has no process.");
    return pid;
  }

  /** Runs docker(1). Throws with what it printed where it fails. */
  docker(args: readonly string[], options: CommandOptions = {}): Promise<Output> {
    return command("docker", args, { ...options, env: { ...options.env, DOCKER_HOST: this.host } });
  }

  /** Runs docker-compose(1), which is Compose 1 or 2 by the machine's release of Debian. */
  compose(args: readonly string[], options: CommandOptions = {}): Promise<Output> {
    return command("docker-compose", args, { ...options, env: { ...options.env, DOCKER_HOST: this.host } });
  }

  /** Ends it with all its containers. Throws where anything of it is left on the machine. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (await this.#answers()) {
        const containers = (await this.docker(["ps", "--all", "--quiet"])).stdout.split("\n").filter(Boolean);
        if (containers.length > 0) await this.docker(["rm", "--force", ...containers]);
        await this.docker(["network", "prune", "--force"]);
      }
    } finally {
      await this.#end();
    }
    const left = [
      ...this.#mounts(),
      ...loopDevices().flatMap(({ name, file }) => (file.startsWith(`${this.folder}/`) ? `/dev/${name} (${file})` : [])),
      ...this.#cgroups(),
    ];
    if (left.length > 0) throw new Error(`The Docker engine left on the machine:\n${left.join("\n")}\n${this.#log}`);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    const { pid } = this.#daemon;
    if (pid !== undefined && !this.#hasEnded) {
      const ended = new Promise((resolve) => this.#daemon.once("close", resolve));
      process.kill(pid, "SIGTERM");
      const late = setTimeout(() => process.kill(-pid, "SIGKILL"), DOWN_WITHIN);
      await ended;
      clearTimeout(late);
    }
    // The one thing that the daemon always leaves: its own network namespace, held by a mount.
    const held = join(this.folder, "run/netns/default");
    if (this.#mounts().includes(held)) await command("umount", [held]);
    for (const group of this.#cgroups().reverse()) rmdirSync(group);
    if (!this.#hadShims && globSync(`${SHIMS}/s/*`).length === 0) rmSync(SHIMS, { recursive: true, force: true });
  }

  #mounts(): string[] {
    return mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).filter((point) => point.startsWith(`${this.folder}/`));
  }

  /** From the outermost in. */
  #cgroups(): string[] {
    const tops = globSync([`/sys/fs/cgroup/${this.cgroup}`, `/sys/fs/cgroup/*/${this.cgroup}`]);
    return tops.flatMap((top) => [top, ...subgroups(top)]);
  }

  get #hasEnded(): boolean {
    return this.#daemon.pid === undefined || this.#daemon.exitCode !== null || this.#daemon.signalCode !== null;
  }

  async #answers(): Promise<boolean> {
    return this.docker(["version"]).then(
      () => true,
      () => false,
    );
  }
}

/** Runs a program to its end. Throws with what it printed where it fails. */
export async function command(program: string, args: readonly string[], { env }: CommandOptions = {}): Promise<Output> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    timeout: A_COMMAND,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${(stdout + stderr).slice(-8192)}`);
  return { stdout, stderr };
}

/** A folder for what a test lays down, below the engine's. */
export function folderIn(engine: Engine, name: string): string {
  const folder = join(engine.folder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
