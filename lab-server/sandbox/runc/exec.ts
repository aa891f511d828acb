/** Runs a program inside a sandbox to its end, by `runc exec`. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { ExecOptions, ExecResult } from "../driver.ts";
import { RUNC } from "./container.ts";
import { runProgram } from "./program.ts";

/** `cgroup` is the group below the sandbox's own in which it starts. */
export function execInside(
  runcRoot: string,
  id: string,
  argv: readonly string[],
  options: ExecOptions,
  cgroup: string | undefined,
): Promise<ExecResult> {
  const env = Object.entries(options.env ?? {}).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const group = cgroup === undefined ? [] : ["--cgroup", cgroup];
  return runProgram(
    [RUNC, "--root", runcRoot, "exec", "--cwd", options.cwd ?? "/", ...group, ...env, "--", id, ...argv],
    options,
    end,
  );
}

/**
 * Ends runc, and what it has started in the sandbox. That is a child of runc and a session of its own: its children are in its process
 * group unless they left it. (runc's pid file would say so too late: it is written when the program already runs.)
 */
function end(runc: ChildProcess): void {
  // It starts nothing more, and what ends meanwhile keeps its number.
  runc.kill("SIGSTOP");
  for (const pid of childrenOf(runc.pid)) {
    unlessGone(() => process.kill(-pid, "SIGKILL"));
    unlessGone(() => process.kill(pid, "SIGKILL"));
  }
  runc.kill("SIGKILL");
}

/** proc_pid_task(5): a thread's children. */
function childrenOf(pid: number | undefined): number[] {
  const threads = unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const lists = threads.map((thread) => unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")) ?? "");
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

function unlessGone<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}
