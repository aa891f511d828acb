/**
 * What the lab-server counts of itself, in Prometheus' text format at `/metrics`. The site forwards nothing of it: whoever reads
 * it reaches the lab-server's own port. Labels have few values by design; no name that a learner chose is among them.
 */
import { readFileSync } from "node:fs";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Keeper } from "./sandbox/keeper.ts";

const register = new Registry();
const registers = [register];
collectDefaultMetrics({ register, prefix: "unboxed_" });

/** Seconds from the wish to a sandbox that can be shown. `source`: pool, or cold where it was made for it. */
export const sandboxReady = new Histogram({
  name: "unboxed_sandbox_ready_seconds",
  help: "Time from a learner's wish to the sandbox.",
  labelNames: ["source"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers,
});
/** Also those of the pool. */
export const sandboxesFailed = new Counter({
  name: "unboxed_sandbox_failures_total",
  help: "Sandboxes that could not be made.",
  registers,
});
export const sandboxesEnded = new Counter({
  name: "unboxed_sandboxes_ended_total",
  help: "Sandboxes that ended, by reason.",
  labelNames: ["reason"],
  registers,
});
/** `direction`: in (typed) or out (shown). */
export const terminalBytes = new Counter({
  name: "unboxed_terminal_bytes_total",
  help: "Bytes of terminals over WebSockets.",
  labelNames: ["direction"],
  registers,
});
export const checkTime = new Histogram({
  name: "unboxed_check_seconds",
  help: "Time that one round of a sandbox's checks takes.",
  buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10],
  registers,
});
export const tasksDone = new Counter({ name: "unboxed_tasks_done_total", help: "Tasks that were ticked.", registers });
/** `code` is an ErrorCode of the protocol; `internal` is what nobody foresaw. */
export const errors = new Counter({
  name: "unboxed_errors_total",
  help: "Errors that pages were told, by code.",
  labelNames: ["code"],
  registers,
});

type Counted = Pick<Keeper, "size" | "making" | "capacity" | "pooled" | "turnedAway" | "isDraining" | "terminals">;
export type Sources = {
  keeper: Counted;
  /** Lab pages, those that look on included, and how many of these do. */
  pages: () => number;
  watchers: () => number;
  /** Boards that are open, and hands that are raised. */
  boards: () => number;
  hands: () => number;
};

/** Sets up what is read when somebody asks. To be called once. */
export function measure({ keeper, pages, watchers, boards, hands }: Sources): void {
  gauge("unboxed_sandboxes", "Sandboxes that learners have.", () => keeper.size);
  gauge("unboxed_sandboxes_making", "Sandboxes that learners wait for.", () => keeper.making);
  gauge("unboxed_sandbox_capacity", "Sandboxes that there may be.", () => keeper.capacity);
  gauge("unboxed_pool_sandboxes", "Sandboxes that are ready for learners to come.", () => keeper.pooled);
  gauge("unboxed_pages", "Pages that are connected.", pages);
  gauge("unboxed_watchers", "Pages that look on at a learner's terminals.", watchers);
  gauge("unboxed_boards", "Boards of classes that are open.", boards);
  gauge("unboxed_hands", "Hands that learners have raised.", hands);
  gauge("unboxed_turned_away", "Learners turned away in the last ten minutes, the server being full.", () => keeper.turnedAway);
  gauge("unboxed_terminals", "Terminals with a shell.", () => keeper.terminals().length);
  gauge(
    "unboxed_terminals_paused",
    "Terminals that are not read, since nobody takes their output.",
    () => keeper.terminals().filter(({ isFull }) => isFull).length,
  );
  gauge("unboxed_draining", "1 while no new sandboxes are made.", () => Number(keeper.isDraining));
  const before = hostOomKills() ?? 0;
  const kills: Counter = new Counter({
    name: "unboxed_host_oom_kills_total",
    help: "Processes that the kernel's OOM killer took on this machine, in sandboxes and outside, since the lab-server began.",
    registers,
    collect: () => {
      const now = hostOomKills();
      if (now === undefined) return;
      kills.reset();
      kills.inc(Math.max(0, now - before));
    },
  });
}

/** All metrics as text, and its media type. */
export async function exposition(): Promise<{ type: string; text: string }> {
  return { type: register.contentType, text: await register.metrics() };
}

function gauge(name: string, help: string, read: () => number): void {
  const own: Gauge = new Gauge({ name, help, registers, collect: () => own.set(read()) });
}

/** oom_kill of /proc/vmstat (proc_vmstat(5)), which counts kills in all cgroups; undefined where the kernel has none. */
function hostOomKills(): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1];
  return count === undefined ? undefined : Number(count);
}
