/** Runs a program inside a sandbox to its end, by `runc exec`. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ExecOptions, ExecResult } from "../driver.ts";
import { RUNC } from "./container.ts";
import { runProgram } from "./program.ts";

/** `cgroup` is the group below the sandbox's own in which it starts. */
export async function execInside(
  runcRoot: string,
  id: string,
  argv: readonly string[],
  options: ExecOptions,
  cgroup: string | undefined,
): Promise<ExecResult> {
  const pidFile = join(runcRoot, `exec-${randomBytes(6).toString("hex")}.pid`);
  const env = Object.entries(options.env ?? {}).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const group = cgroup === undefined ? [] : ["--cgroup", cgroup];
  try {
    return await runProgram(
      [RUNC, "--root", runcRoot, "exec", "--pid-file", pidFile, "--cwd", options.cwd ?? "/", ...group, ...env, "--", id, ...argv],
      options,
      (runc) => {
        killSession(pidFile);
        runc.kill("SIGKILL");
      },
    );
  } finally {
    await rm(pidFile, { force: true });
  }
}

/** runc makes the program a session of its own: its children are in its process group unless they left it. */
function killSession(pidFile: string): void {
  try {
    process.kill(-Number(readFileSync(pidFile, "utf8")), "SIGKILL");
  } catch (error) {
    // ENOENT: it has not started. ESRCH: it has ended meanwhile.
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))) throw error;
  }
}
