/** Starts bash in a sandbox's view and cgroup, collects what it prints, and sees to it that nothing of it is left. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecOptions, ExecResult } from "../driver.ts";
import { bareEnvironment, type InspectTarget } from "./inspect.ts";
import { inheritNothing } from "./inspect-calls.ts";
import { SandboxGone, type SandboxView } from "./inspect-mounts.ts";

const TIMEOUT = 10_000;
const MAX_OUTPUT = 64 * 1024;
/** A script that prints this many times what is kept is ended: it will not say anything better. */
const PATIENCE = 16;
/** How often and how long the cgroup is emptied before that counts as failed; ms between. */
const SWEEPS = 200;
const SWEEP_PAUSE = 5;

/** Joins each cgroup named before `--`, then becomes the program after it. 0 means the writer itself (cgroups(7)). */
const JOIN = 'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"';
/** The script comes by standard input up to a zero byte: command lines are there for the learner's `ps` to read. */
const READ_SCRIPT = 'IFS= read -r -d "" script; eval "$script"';

/** What ends each script that runs now. */
const running = new Set<() => void>();

/**
 * nsenter works as the sandbox's root, with just the rights to enter. It shows in the sandbox's /proc for a moment before it runs
 * bash, and a learner may stop it there: as the host's root it would still own the host's files, such as /proc/sys/kernel/core_pattern.
 * Entering from this identity also makes it untraceable until it runs bash: ptrace(2), "dumpable".
 */
const ENTERING = "+sys_admin,+sys_chroot,+sys_ptrace,+dac_read_search";

/** Runs a bash script; see Inspector.run. */
export async function runScript(
  view: SandboxView,
  { cgroups, firstHostId }: InspectTarget,
  script: string,
  options: ExecOptions,
): Promise<ExecResult> {
  if (script.includes("\0")) throw new Error("A script cannot hold a zero byte.");
  // The learner's processes must find no descriptor of ours in the child, nor one that we inherited.
  inheritNothing();
  const entering = [...view.namespaces].map(([name, fd]) => `--${NSENTER[name]}=/proc/${process.pid}/fd/${fd}`);
  const root = `/proc/${process.pid}/fd/${view.root}`;
  const nsenter = ["/usr/bin/nsenter", ...entering, `--root=${root}`, `--wd=${root}`];
  const bash = ["/usr/bin/bash", "--noprofile", "--norc", "-c", READ_SCRIPT];
  const child = spawn("/bin/sh", ["-c", JOIN, "sh", ...cgroups, "--", ...becoming(firstHostId), ...nsenter, "--", ...bash], {
    env: bareEnvironment({ PATH: "/usr/sbin:/usr/bin", HOME: "/root", LANG: "C.UTF-8", ...options.env }),
    stdio: ["pipe", "pipe", "pipe"],
    cwd: "/",
  });
  const stop = () => {
    child.kill("SIGKILL");
    kill(cgroups);
  };
  running.add(stop);
  try {
    return await attend(child, cgroups, stop, script, options);
  } finally {
    running.delete(stop);
    await empty(cgroups);
  }
}

/** Kills everything that runs now. */
export function endAll(): void {
  for (const stop of running) stop();
}

function becoming(id: number): string[] {
  const argv = ["/usr/bin/setpriv", "--reuid", String(id), "--regid", String(id), "--clear-groups"];
  return [...argv, "--inh-caps", ENTERING, "--ambient-caps", ENTERING, "--"];
}

const NSENTER = { mnt: "mount", pid: "pid", net: "net", ipc: "ipc", uts: "uts", cgroup: "cgroup", user: "user" } as const;

async function attend(
  child: ChildProcess,
  cgroups: readonly string[],
  stop: () => void,
  script: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("bash could not be started.");
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeout ?? TIMEOUT);

  const most = options.maxOutput ?? MAX_OUTPUT;
  let read = 0;
  const collect = (stream: NodeJS.ReadableStream) => {
    const chunks: Buffer[] = [];
    let kept = 0;
    stream.on("data", (chunk: Buffer) => {
      read += chunk.length;
      if (kept < most) chunks.push(chunk.subarray(0, most - kept));
      kept += chunk.length;
      if (read > most * PATIENCE) stop();
    });
    return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => kept > most };
  };
  const out = collect(stdout);
  const err = collect(stderr);

  // A script may end without reading its input.
  stdin.on("error", () => undefined);
  stdin.write(`${script}\0`);
  stdin.end(options.stdin ?? "");

  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("exit", (code) => resolve(code)),
    );
    // A child that stayed behind would hold the streams open.
    await empty(cgroups);
    await closed;
    const trouble = /^(nsenter|setpriv|sh): .*/.exec(err.text())?.[0];
    if (trouble && code !== 0 && out.text() === "") {
      throw cgroups.every((group) => existsSync(group))
        ? new Error(`The sandbox could not be entered: ${trouble}`)
        : new SandboxGone();
    }
    return { code, stdout: out.text(), stderr: err.text(), timedOut, truncated: out.truncated() || err.truncated() };
  } finally {
    clearTimeout(timer);
  }
}

/** Kills what is in the cgroup now. Processes of a v1 group are killed one by one, so that others may come: see `empty`. */
function kill(cgroups: readonly string[]): number {
  const [group] = cgroups;
  if (group === undefined) return 0;
  const pids = members(group);
  if (pids.length > 0 && existsSync(path.join(group, "cgroup.kill"))) writeFileSync(path.join(group, "cgroup.kill"), "1");
  else for (const pid of pids) killOne(pid);
  return pids.length;
}

/** Kills until the cgroup is empty. */
async function empty(cgroups: readonly string[]): Promise<void> {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    if (kill(cgroups) === 0) return;
    await sleep(SWEEP_PAUSE);
  }
  throw new Error(`Processes in ${cgroups[0]} cannot be killed.`);
}

function members(group: string): number[] {
  try {
    return readFileSync(path.join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch (error) {
    // The sandbox was destroyed meanwhile, its cgroups with it.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENODEV")) return [];
    throw error;
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
