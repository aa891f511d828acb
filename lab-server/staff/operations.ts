/** What the machine does, for operators' pages: made every two seconds while one is open, once for all of them. */
import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import type { Database } from "../../classroom/database.ts";
import { namesOf } from "../../classroom/live.ts";
import { wallClock } from "../sandbox/clock.ts";
import type { SandboxDriver } from "../sandbox/driver.ts";
import type { Keeper } from "../sandbox/keeper.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { usageOf } from "../sandbox/usage.ts";
import type { Beat } from "./beat.ts";
import type { BoardViewer } from "./news.ts";
import type { OperatedSandbox, StaffServerMessage } from "./wire.ts";

/** Beats between two looks. */
const EVERY = 2;
/** A page with more than this waiting, bytes, gets the next one. */
const MOST_QUEUED = 1024 * 1024;
const KIBIBYTE = 1024;

export type OperationsOptions = {
  database: Database;
  driver: SandboxDriver;
  keeper: Keeper;
  beat: Beat;
  /** Lab pages that are connected. */
  pages: () => number;
  /** Most memory of one sandbox, bytes. */
  memoryLimit: number;
};

/** Seconds of CPU that a sandbox had used, and when, milliseconds. */
type Reading = { cpu: number; at: number };

export class Operations {
  readonly #options: OperationsOptions;
  readonly #viewers = new Set<BoardViewer>();
  #readings = new Map<string, Reading>();
  #beats = 0;
  #forget: (() => void) | undefined;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  async add(viewer: BoardViewer): Promise<void> {
    this.#viewers.add(viewer);
    this.#forget ??= this.#options.beat.each(async () => {
      this.#beats += 1;
      if (this.#beats < EVERY) return;
      this.#beats = 0;
      await this.#tell();
    });
    await this.#tell([viewer]);
  }

  /** Something was done: the next beat tells what became of it. */
  hurry(): void {
    this.#beats = EVERY;
  }

  remove(viewer: BoardViewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    this.#forget?.();
    this.#forget = undefined;
    this.#readings.clear();
  }

  /** Tells these pages, or all, how things stand. */
  async #tell(viewers: Iterable<BoardViewer> = this.#viewers): Promise<void> {
    const frame = Buffer.from(JSON.stringify(await this.#read()));
    for (const viewer of viewers) if (viewer.queued <= MOST_QUEUED) viewer.show(frame);
  }

  async #read(): Promise<StaffServerMessage> {
    const { keeper, database, pages, memoryLimit } = this.#options;
    const all = [...keeper.sandboxes].sort((a, b) => a.life.createdAt - b.life.createdAt);
    const names = await namesOf(database, [...new Set(all.map(({ owner }) => owner.learner))]);
    const readings = new Map<string, Reading>();
    const sandboxes = await Promise.all(all.map((sandbox) => this.#operated(sandbox, names, readings)));
    this.#readings = readings;
    return {
      type: "operations",
      at: Date.now(),
      sandboxes,
      capacity: keeper.capacity,
      making: keeper.making,
      pooled: keeper.pooled,
      turnedAway: keeper.turnedAway,
      pages: pages(),
      draining: keeper.isDraining,
      memoryLimit,
      host: { cpus: availableParallelism(), load: loadavg()[0] ?? 0, memory: await memory() },
    };
  }

  async #operated(
    sandbox: Sandbox,
    names: ReadonlyMap<string, string>,
    readings: Map<string, Reading>,
  ): Promise<OperatedSandbox> {
    const { id, owner, lessonTitle, life, info, pages } = sandbox;
    const usage = await usageOf(this.#options.driver, id);
    const now = { cpu: usage?.cpu ?? 0, at: performance.now() };
    const before = this.#readings.get(id);
    if (usage) readings.set(id, now);
    const share = usage && before ? (1000 * (now.cpu - before.cpu)) / Math.max(1, now.at - before.at) : null;
    return {
      id,
      learner: owner.learner,
      name: names.get(owner.learner) ?? null,
      lesson: owner.lesson,
      lessonTitle,
      createdAt: wallClock(life.createdAt),
      activeAt: wallClock(life.activeAt),
      endsAt: info.endsAt,
      pages,
      memory: usage?.memory ?? null,
      cpu: share === null ? null : Math.max(0, share),
    };
  }
}

/** Bytes (proc_meminfo(5)). */
async function memory(): Promise<{ total: number; available: number }> {
  const text = await readFile("/proc/meminfo", "utf8");
  const read = (name: string) => KIBIBYTE * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { total: read("MemTotal"), available: read("MemAvailable") };
}
