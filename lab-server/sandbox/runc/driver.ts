/**
 * Sandboxes on this machine, by runc. How one is made:
 *
 *   range of host ids ─ user namespaces ─┐
 *   disk: sparse ext4, loop-mounted ─────┴─ idmapped image + overlay ─ runc ─ cgroups delegated ─ record
 *
 * Everything that is made is found again from the sandbox's id (layout.ts) and goes by teardown.ts alone.
 */
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import type { Logger } from "pino";
import { Holder } from "../../holder/client.ts";
import { type HeldPty, LocalHeldPty } from "../../terminal/held-pty.ts";
import {
  type ExecOptions,
  type ExecResult,
  type HostDescription,
  type Pty,
  type PtyOptions,
  type SandboxDescription,
  type SandboxDriver,
  SandboxError,
  type SandboxSpec,
} from "../driver.ts";
import { cgroupsOf, delegate, INIT_GROUP, makeCgroupParents, removeCgroupParents, removeCgroups } from "./cgroups.ts";
import { makeCheckGroup } from "./check-group.ts";
import { OOM_SCORE, ociConfiguration, seccompProfile } from "./configuration.ts";
import { RUNC, startContainer } from "./container.ts";
import { Disks, diskFull } from "./disk.ts";
import { execInside } from "./exec.ts";
import { endHolder, holderGroups } from "./holder.ts";
import { type HostFacts, openFuse, readHost } from "./host.ts";
import { type Inspector, openInspector } from "./inspect.ts";
import { checksOf, type Layout, type LayoutOptions, layoutOf, SANDBOX_ID, sandboxPaths } from "./layout.ts";
import { findThings, sandboxFolders } from "./leftovers.ts";
import { openRuncPty, type RuncPtyOptions } from "./pty.ts";
import { launchPty } from "./pty-launch.ts";
import { adoptOrphans } from "./pty-reaper.ts";
import { claimRange, sweepRanges } from "./ranges.ts";
import { isRunning, readRecord, type SandboxRecord, startOf, writeRecord } from "./record.ts";
import { mountRoot } from "./root.ts";
import { tearDown } from "./teardown.ts";
import { makeUserNamespace } from "./user-namespace.ts";

/** Sandboxes that are made or torn down at the same time; more wait. More would only wait for the same two or three locks of the kernel. */
const AT_ONCE = 8;

/**
 * Pid 1 is the last of its sandbox that the OOM killer takes: the sandbox would end with it. What is started later has OOM_SCORE. Not lower
 * than what the host needs: whoever traces pid 1 can have it start processes that inherit this.
 */
const INIT_OOM_SCORE = OOM_SCORE - 100;

const IMAGE = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const HOSTNAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export type RuncDriverOptions = LayoutOptions & {
  log: Logger;
  /** Whether terminals outlive this process, in another that holds them. */
  holdTerminals?: boolean;
};

/** `runFolder` is the machine's (/run/unboxed); this instance's folder in it is made here. Throws Error where the host cannot do it. */
export async function createRuncDriver(options: RuncDriverOptions): Promise<SandboxDriver> {
  const layout = layoutOf(options);
  const host = readHost();
  // Searchable by all: a sandbox's root is nobody special on the host, and its file system lies below.
  for (const folder of [dirname(layout.folder), layout.folder]) await mkdir(folder, { recursive: true, mode: 0o711 });
  await mkdir(layout.disks, { recursive: true, mode: 0o700 });
  await Promise.all([makeCgroupParents(host, layout), openFuse()]);
  // What `runc run --detach` leaves behind ends up here.
  adoptOrphans();
  const kill = () => endHolder(host, layout);
  const groups = holderGroups(host, layout);
  const holder = options.holdTerminals ? await Holder.open({ folder: layout.holder, groups, kill, log: options.log }) : undefined;
  return new RuncDriver(layout, host, options.log, holder);
}

class RuncDriver implements SandboxDriver {
  readonly host: HostDescription;
  readonly #layout: Layout;
  readonly #facts: HostFacts;
  readonly #log: Logger;
  readonly #disks: Disks;
  readonly #inspector: Inspector;
  readonly #holder: Holder | undefined;
  readonly #limit = pLimit(AT_ONCE);
  /** What is being made or torn down, by id: one thing at a time for each. */
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #inspections = new Set<Promise<unknown>>();

  constructor(layout: Layout, facts: HostFacts, log: Logger, holder: Holder | undefined) {
    this.host = { driver: facts.driver, cgroup: facts.cgroup, kernel: facts.kernel };
    this.#layout = layout;
    this.#facts = facts;
    this.#log = log;
    this.#disks = new Disks(layout);
    this.#holder = holder;
    this.#inspector = openInspector({ seccomp: seccompProfile() });
  }

  create(spec: SandboxSpec): Promise<void> {
    return this.#alone(spec.id, async () => {
      const image = await this.#checkSpec(spec);
      try {
        await this.#make(spec, image);
      } catch (error) {
        this.#log.error({ id: spec.id, error }, "a sandbox could not be made");
        await this.#tearDown(spec.id);
        throw asSandboxError(error);
      }
    });
  }

  async openPty(id: string, options: PtyOptions): Promise<Pty> {
    return openRuncPty(await this.#ptyRequest(id, options), launchPty);
  }

  async openTerminal(id: string, terminal: number, options: PtyOptions): Promise<HeldPty> {
    const holder = this.#holder;
    if (!holder) return new LocalHeldPty(await this.openPty(id, options));
    const request = { ...(await this.#ptyRequest(id, options)), folder: holder.folder };
    return openRuncPty(request, (launch) => holder.launch(id, terminal, launch));
  }

  async heldTerminals(id: string): Promise<ReadonlyMap<number, HeldPty>> {
    return (await this.#holder?.held(id)) ?? new Map();
  }

  async exec(id: string, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    await this.#running(id);
    return execInside(this.#layout.runcRoot, id, argv, options, this.#group().cgroup);
  }

  inspect(id: string, script: string, options: ExecOptions = {}): Promise<ExecResult> {
    const inspection = this.#inspect(id, script, options);
    this.#inspections.add(inspection);
    const done = () => this.#inspections.delete(inspection);
    inspection.then(done, done);
    return inspection;
  }

  async describe(id: string): Promise<SandboxDescription | undefined> {
    const paths = sandboxPaths(this.#layout, id);
    const record = SANDBOX_ID.test(id) ? await readRecord(paths) : undefined;
    if (!record) return undefined;
    const { initPid, firstHostId, createdAt, image } = record;
    const cgroups = cgroupsOf(this.#facts, this.#layout, id);
    const files = { image, root: paths.root, lower: paths.lower, upper: paths.upper };
    return { id, running: await isRunning(record), initPid, firstHostId, createdAt, cgroups, files };
  }

  destroy(id: string): Promise<void> {
    if (!SANDBOX_ID.test(id)) return Promise.resolve();
    return this.#alone(id, () => this.#tearDown(id));
  }

  async list(): Promise<string[]> {
    const ids = await sandboxFolders(this.#layout);
    const running = await Promise.all(ids.map(async (id) => (await this.describe(id))?.running === true));
    return ids.filter((_, index) => running[index]);
  }

  async sweep(): Promise<string[]> {
    const swept: string[] = [];
    for (const { id, things } of await findThings(this.#layout, this.#facts)) {
      if (this.#busy.has(id)) continue;
      if ((await this.describe(id))?.running) {
        // A check whose lab-server was killed has nobody left who ends it in time.
        if (this.#inspections.size === 0) await removeCgroups(this.#facts, this.#layout, checksOf(id));
        continue;
      }
      await this.destroy(id);
      swept.push(...things);
    }
    for (const id of (await this.#holder?.sandboxes()) ?? []) {
      if (this.#busy.has(id) || (await this.describe(id))?.running) continue;
      await this.#holder?.drop(id);
      swept.push(`terminals of ${id}`);
    }
    swept.push(...(await this.#disks.sweep()), ...(await sweepRanges(this.#layout)));
    return swept;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#busy.values());
    await this.#inspector.close();
    await Promise.allSettled(this.#inspections);
    await this.#holder?.close();
    if ((await this.list()).length === 0) await endHolder(this.#facts, this.#layout);
    await removeCgroupParents(this.#facts, this.#layout);
  }

  async #inspect(id: string, script: string, options: ExecOptions): Promise<ExecResult> {
    const { initPid, firstHostId } = await this.#running(id);
    try {
      const cgroups = await makeCheckGroup(this.#facts, this.#layout, id);
      const usr = join(sandboxPaths(this.#layout, id).lower, "usr");
      const env = { CGROUP: "/sys/fs/cgroup", CGROUP_VERSION: String(this.host.cgroup), ...options.env };
      return await this.#inspector.run({ initPid, firstHostId, usr, cgroups }, script, { ...options, env });
    } finally {
      // Where the sandbox was destroyed meanwhile, the group may have been made after the others were removed.
      if (!(await readRecord(sandboxPaths(this.#layout, id)))) await this.destroy(id);
    }
  }

  async #ptyRequest(id: string, options: PtyOptions): Promise<RuncPtyOptions> {
    await this.#running(id);
    const { folder } = sandboxPaths(this.#layout, id);
    const { runcRoot } = this.#layout;
    return { runc: RUNC, root: runcRoot, containerId: id, bundle: folder, folder: runcRoot, options, ...this.#group() };
  }

  /** On v2 the sandbox's own group is closed to processes (cgroups.ts). */
  #group(): { cgroup?: string } {
    return this.#facts.cgroup === 2 ? { cgroup: INIT_GROUP } : {};
  }

  async #running(id: string): Promise<SandboxRecord> {
    const record = SANDBOX_ID.test(id) ? await readRecord(sandboxPaths(this.#layout, id)) : undefined;
    if (record && (await isRunning(record))) return record;
    throw new SandboxError("not-found", "There is no such running sandbox: start a new one.");
  }

  /** The image's folder. Throws SandboxError where nothing can be made of the specification. */
  async #checkSpec({ id, image, hostname }: SandboxSpec): Promise<string> {
    const problem = (message: string) => new SandboxError("create-failed", message);
    if (!SANDBOX_ID.test(id)) throw problem(`"${id}" is no sandbox id.`);
    if (!HOSTNAME.test(hostname)) throw problem(`"${hostname}" is no host name.`);
    const folder = join(this.#layout.images, image);
    if (!IMAGE.test(image) || !existsSync(join(folder, "usr"))) {
      throw problem(`The image "${image}" is not there: build it with npm run image.`);
    }
    if (existsSync(sandboxPaths(this.#layout, id).record)) throw problem(`There is a sandbox ${id} already.`);
    return folder;
  }

  async #make(spec: SandboxSpec, image: string): Promise<void> {
    const layout = this.#layout;
    const { id } = spec;
    const paths = sandboxPaths(layout, id);
    const times: Record<string, number> = {};
    let since = performance.now();
    const done = (step: string) => {
      times[step] = Math.round((performance.now() - since) * 10) / 10;
      since = performance.now();
    };

    for (const folder of [paths.folder, paths.lower, paths.disk, paths.root])
      await mkdir(folder, { recursive: true, mode: 0o711 });
    const first = await claimRange(layout, id);
    // What the learner writes is below: nobody else on this machine may read it, or run their set-user-id programs.
    await chown(paths.folder, 0, first);
    await chmod(paths.folder, 0o710);
    done("claim");
    const [namespace, disk] = await Promise.allSettled([
      makeUserNamespace(first),
      this.#disks.mount(paths.diskFile, paths.disk, spec.limits),
    ]);
    if (namespace.status === "rejected") throw namespace.reason;
    await using userNamespace = namespace.value;
    if (disk.status === "rejected") throw disk.reason;
    done("namespace and disk");
    await mountRoot(spec, paths, image, first, userNamespace.fd);
    done("root");
    // Newer runcs (1.1.15 of Debian 13) take any path that begins with /proc/PID for that process's own namespace and read the wrong
    // maps; two slashes lead them the long way, into the namespace that is meant.
    const namespacePath = `//proc/${process.pid}/fd/${userNamespace.fd}`;
    const configuration = ociConfiguration(spec, first, namespacePath, layout, this.#facts);
    await writeFile(paths.config, JSON.stringify(configuration), { mode: 0o600 });
    const initPid = await startContainer(layout.runcRoot, id, paths);
    await spareInit(initPid);
    done("runc");
    await delegate(this.#facts, layout, id, first);
    const initStart = await startOf(initPid);
    if (initStart === undefined) throw new Error("The sandbox's first process ended at once.");
    await writeRecord(paths, { image: spec.image, firstHostId: first, createdAt: Date.now(), initPid, initStart });
    done("delegate");
    this.#log.debug({ id, times }, "made a sandbox");
  }

  /** Does `work` when nothing else is going on with `id`, and not too much with others. */
  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(id);
    const mine = (async () => {
      await before?.catch(() => undefined); // Its own caller hears of it.
      return this.#limit(work);
    })();
    this.#busy.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#busy.get(id) === mine) this.#busy.delete(id);
    }
  }

  async #tearDown(id: string): Promise<void> {
    await this.#holder?.drop(id);
    await tearDown(this.#layout, this.#facts, id);
  }
}

async function spareInit(pid: number): Promise<void> {
  try {
    await writeFile(`/proc/${pid}/oom_score_adj`, String(INIT_OOM_SCORE));
  } catch (error) {
    // Lowering it takes CAP_SYS_RESOURCE, which root in a container may lack: then pid 1 takes its chance.
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
  }
}

function asSandboxError(error: unknown): SandboxError {
  if (error instanceof SandboxError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|no space left/i.test(detail)) return diskFull(error);
  return new SandboxError("create-failed", "The sandbox could not be started; the lab-server's log says why.", { cause: error });
}
