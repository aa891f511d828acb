/** What the kernel tells of the processes of sandboxes that are looked at, where it does (process-watcher.ts). */
import { Worker } from "node:worker_threads";
import type { FromWatcher, Ran, ToWatcher } from "./process-watcher.ts";

export type { Ran } from "./process-watcher.ts";

/** What happened in a sandbox since it was asked for last. */
export type Happened = { ran: readonly Ran[]; killed: ReadonlySet<number> };

const NOTHING: Happened = { ran: [], killed: new Set() };
/** Programs that are kept until somebody asks. */
const MOST_KEPT = 256;
/** Milliseconds for which it is known who was killed. */
const KILLED = 2_000;
/** Old space of the thread's heap, MiB. */
const HEAP = 48;

type Hooks = {
  /** Something happened in a sandbox. */
  happened: (sandbox: string) => void;
  /** `works` has changed. */
  changed: () => void;
  /** The thread failed: it is done without. */
  trouble: (error: Error) => void;
};

type Sandbox = { members: string; ran: Ran[]; killed: Map<number, number> };

export class ProcessWatch {
  readonly #hooks: Hooks;
  readonly #sandboxes = new Map<string, Sandbox>();
  #worker: Worker | undefined;
  #works = false;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** Whether the kernel tells. */
  get works(): boolean {
    return this.#works;
  }

  /** Which processes are in a sandbox: those that begin in it are known by their parents from then on. */
  know(sandbox: string, members: Iterable<number>): void {
    const pids = [...members];
    const key = pids.join(" ");
    const there = this.#sandboxes.get(sandbox) ?? { members: "", ran: [], killed: new Map() };
    this.#sandboxes.set(sandbox, there);
    this.#worker ??= this.#start();
    if (there.members === key) return;
    there.members = key;
    this.#say({ sandbox, members: pids });
  }

  forget(sandbox: string): void {
    if (!this.#sandboxes.delete(sandbox)) return;
    this.#say({ sandbox, members: undefined });
    if (this.#sandboxes.size > 0) return;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#setWorks(false);
    worker?.postMessage({ stop: true } satisfies ToWatcher);
  }

  /** Programs that ran to their end since this was called last, and who was killed lately. */
  take(sandbox: string): Happened {
    const there = this.#sandboxes.get(sandbox);
    if (!there) return NOTHING;
    const now = performance.now();
    for (const [pid, at] of there.killed) if (now - at > KILLED) there.killed.delete(pid);
    return { ran: there.ran.splice(0), killed: new Set(there.killed.keys()) };
  }

  #start(): Worker {
    const worker = new Worker(new URL("./process-watcher.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
      trackUnmanagedFds: false,
    });
    worker.unref();
    worker.on("message", (message: FromWatcher) => {
      if (this.#worker === worker) this.#hear(message);
    });
    // Without it there is still looking again and again.
    worker.on("error", (error) => {
      this.#hooks.trouble(error);
      if (this.#worker === worker) this.#setWorks(false);
    });
    return worker;
  }

  #hear(message: FromWatcher): void {
    if (message.type === "works") {
      this.#setWorks(message.works);
      return;
    }
    const there = this.#sandboxes.get(message.sandbox);
    if (!there) return;
    there.ran.push(...message.ran.slice(0, MOST_KEPT - there.ran.length));
    const now = performance.now();
    for (const pid of message.killed) there.killed.set(pid, now);
    this.#hooks.happened(message.sandbox);
  }

  #say(message: ToWatcher): void {
    this.#worker?.postMessage(message);
  }

  #setWorks(works: boolean): void {
    if (this.#works === works) return;
    this.#works = works;
    this.#hooks.changed();
  }
}
