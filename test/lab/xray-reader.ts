/** One sandbox and the X-ray's readers of its processes, namespaces and network, for the tests of these. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import type { SandboxDescription } from "../../lab-server/sandbox/driver.ts";
import { Inside } from "../../lab-server/xray/open-inside.ts";
import { mountHolders } from "../../lab-server/xray/pass.ts";
import { MountReader } from "../../lab-server/xray/read/mountinfo.ts";
import { NamespaceReader } from "../../lab-server/xray/read/namespace.ts";
import { NetworkReader } from "../../lab-server/xray/read/network.ts";
import { ProcessReader } from "../../lab-server/xray/read/process.ts";
import { subjectOf } from "../../lab-server/xray/subject.ts";
import { Trial } from "./sandbox-trial.ts";

/** Milliseconds, and between two looks. */
const PATIENCE = patient(10_000);
const BEAT = 20;

export class Readers implements AsyncDisposable {
  readonly trial: Trial;
  readonly sandbox: SandboxDescription;
  readonly inside: Inside;
  readonly processes: ProcessReader;
  readonly #namespaces: NamespaceReader;
  readonly #network: NetworkReader;
  readonly #mounts: MountReader;

  private constructor(trial: Trial, sandbox: SandboxDescription) {
    this.trial = trial;
    this.sandbox = sandbox;
    this.inside = new Inside(sandbox);
    this.processes = new ProcessReader(sandbox, this.inside);
    this.#namespaces = new NamespaceReader(sandbox, this.inside);
    this.#network = new NetworkReader(this.inside);
    this.#mounts = new MountReader(subjectOf(sandbox, trial.driver.host), this.inside);
  }

  static async open(): Promise<Readers> {
    const trial = await Trial.open();
    try {
      const sandbox = await trial.driver.describe(await trial.create());
      if (!sandbox) throw new Error("The sandbox is not there.");
      return new Readers(trial, sandbox);
    } catch (error) {
      await trial[Symbol.asyncDispose]();
      throw error;
    }
  }

  sh(script: string): Promise<string> {
    return this.trial.sh(this.sandbox.id, script);
  }

  /** Starts a script in the sandbox that goes on by itself. */
  start(script: string): Promise<string> {
    return this.trial.sh(this.sandbox.id, 'setsid bash -c "$SCRIPT" > /dev/null 2>&1 < /dev/null &', { env: { SCRIPT: script } });
  }

  /** Host pids of all processes in the sandbox's groups. */
  members(): Map<number, Record<string, string>> {
    const { pids, unified = "" } = this.sandbox.cgroups;
    const groups = pids === undefined ? [unified, `${unified}/init.scope`] : [pids];
    const found = groups.flatMap((group) =>
      readFileSync(`${group}/cgroup.procs`, "utf8").split("\n").filter(Boolean).map(Number),
    );
    return new Map(found.map((pid) => [pid, { pids: "/" }]));
  }

  read() {
    const { processes, seen } = this.processes.read(this.members());
    const { nsfs } = this.#mounts.read(mountHolders(seen));
    const { namespaces, holders } = this.#namespaces.read(seen, nsfs);
    const { interfaces } = this.#network.read(holders);
    return { processes, namespaces, interfaces, seen };
  }

  /** Reads again and again until `find` finds what it looks for, and returns that. */
  async until<T>(find: (reading: ReturnType<Readers["read"]>) => T | undefined | false): Promise<T> {
    for (const deadline = Date.now() + PATIENCE; ; await sleep(BEAT)) {
      const reading = this.read();
      const found = find(reading);
      if (found !== undefined && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`It was not seen: ${JSON.stringify({ ...reading, seen: undefined }, null, 1)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.#network, this.processes, this.inside]) each[Symbol.dispose]();
    await this.trial[Symbol.asyncDispose]();
  }
}
