/** A real runc driver with a state folder and an instance of its own; everything goes with it. Needs root. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, rmdirSync } from "node:fs";
import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { patient } from "../../cli/lab/patience.ts";
import { findLeftovers, leftoverLines } from "../../cli/start/leftovers.ts";
import { buildImage } from "../../images/build.ts";
import type { ExecOptions, SandboxDriver, SandboxLimits, SandboxSpec } from "../../lab-server/sandbox/driver.ts";
import { createRuncDriver } from "../../lab-server/sandbox/runc/driver.ts";
import { environment } from "../../lab-server/sandbox/shell.ts";

export const RUN_FOLDER = "/run/unboxed";
export const IMAGES_FOLDER = process.env.UNBOXED_IMAGES ?? resolve(import.meta.dirname, "../../.unboxed/images");
export const MIB = 1024 * 1024;
const LIMITS: SandboxLimits = { memory: 512 * MIB, pids: 256, cpus: 1, disk: 512 * MIB, inodes: 16_384 };
/** Milliseconds: what is not gone after this stays. */
const PATIENCE = patient(10_000);

export class Trial implements AsyncDisposable {
  readonly instance: string;
  readonly stateFolder: string;
  readonly driver: SandboxDriver;

  private constructor(instance: string, stateFolder: string, driver: SandboxDriver) {
    this.instance = instance;
    this.stateFolder = stateFolder;
    this.driver = driver;
  }

  static async open(): Promise<Trial> {
    if (!existsSync(join(IMAGES_FOLDER, "debian"))) await buildImage("debian", IMAGES_FOLDER, () => {});
    const instance = `t${randomBytes(4).toString("hex")}`;
    // Mode 0700: a sandbox must start although its root may not pass through here.
    const stateFolder = await mkdtemp(join(tmpdir(), "unboxed-test-"));
    return new Trial(instance, stateFolder, await openDriver(instance, stateFolder));
  }

  /** A second driver of the same instance, as a restarted lab-server has it. */
  again(): Promise<SandboxDriver> {
    return openDriver(this.instance, this.stateFolder);
  }

  async create(changes: Partial<SandboxSpec> & { limits?: SandboxLimits } = {}): Promise<string> {
    const id = changes.id ?? randomId();
    await this.driver.create({ id, image: "debian", hostname: "lab", limits: LIMITS, ...changes });
    return id;
  }

  /** Runs a bash script inside and returns what it printed. Fails with its words where it fails. */
  async sh(id: string, script: string, options: ExecOptions = {}): Promise<string> {
    const env = environment(this.driver.host);
    const result = await this.driver.exec(id, ["bash", "-c", script], { timeout: 60_000, env, ...options });
    assert.equal(result.code, 0, `${script}\n${result.stdout}${result.stderr}`);
    return result.stdout.trim();
  }

  /** Everything on this machine that belongs to the instance, a line for each thing. */
  async leftovers(): Promise<string[]> {
    const lines = leftoverLines(findLeftovers(this.instance, this.stateFolder, []));
    const folder = join(RUN_FOLDER, this.instance);
    const files = [...(await filesBelow(folder)), ...(await filesBelow(this.stateFolder))];
    const claims = await ownClaims(this.instance);
    return [...lines, ...files.map((file) => `file ${file}`), ...claims.map((claim) => `range ${claim}`)];
  }

  /** Waits until nothing is left: a loop device is given back a moment after its mount. */
  async assertNothingLeft(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while ((await this.leftovers()).length > 0 && Date.now() < deadline) await sleep(50);
    assert.deepEqual(await this.leftovers(), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of await this.driver.list()) await this.driver.destroy(id);
    await this.driver.sweep();
    await this.driver.close();
    await rm(this.stateFolder, { recursive: true, force: true });
    // Plain rmdir: nothing may be left in them, and if something is mounted there it must not be emptied.
    for (const folder of ["runc", ""]) removeIfEmpty(join(RUN_FOLDER, this.instance, folder));
  }
}

export function randomId(): string {
  return randomBytes(8).toString("hex");
}

export function openDriver(instance: string, stateFolder: string): Promise<SandboxDriver> {
  const log = pino({ level: process.env.UNBOXED_TEST_LOG ?? "silent" });
  return createRuncDriver({ instance, runFolder: RUN_FOLDER, stateFolder, imagesFolder: IMAGES_FOLDER, log });
}

async function ownClaims(instance: string): Promise<string[]> {
  const ranges = join(RUN_FOLDER, "ranges");
  const claims = await Promise.all((await readdir(ranges)).map(async (slot) => readlink(join(ranges, slot)).catch(() => "gone")));
  return claims.filter((owner) => owner.startsWith(`${instance}/`));
}

async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== join(folder, "runc") && path !== join(folder, "disks"));
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder)) rmdirSync(folder);
}
