/**
 * A shell on a pseudo-terminal inside a running container, by `runc exec --detach --console-socket`: runc hands the
 * master over and goes, so that no process stays between the shell and the lab-server.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Pty, type PtyOptions, SandboxError } from "../driver.ts";
import { ConsoleSocket } from "./pty-console.ts";
import { assertSize, MasterPty } from "./pty-master.ts";
import { adoptOrphans } from "./pty-reaper.ts";

export type RuncPtyOptions = {
  /** The runc program. */
  runc: string;
  /** runc's `--root`. */
  root: string;
  containerId: string;
  /** The container's bundle: its config.json says which user, environment and capabilities a process gets. */
  bundle: string;
  /** A folder for the console socket and short-lived files that only root may enter. */
  folder: string;
  options: PtyOptions;
  /** Group below the container's cgroup in which the process starts; on cgroup v2 the container's own group may be closed to processes. */
  cgroup?: string;
};

/** Milliseconds. `runc exec` takes 25 to 40; a machine under load some times that. */
const TIMEOUT = 15_000;

/** What runc wants of config.json's `process`; everything else in it is passed on as it is. */
const BundleConfig = z.object({ process: z.looseObject({ env: z.array(z.string()).optional(), cwd: z.string() }) });

/**
 * Starts a program on a new pseudo-terminal in the container. Throws SandboxError: `bad-size`, `not-found` (no such running
 * container), `disk-full`, `create-failed`.
 */
export async function openRuncPty(request: RuncPtyOptions): Promise<Pty> {
  const { folder, options, containerId } = request;
  assertSize(options.cols, options.rows);
  adoptOrphans();
  const base = join(folder, randomBytes(6).toString("hex"));
  const files = { process: `${base}.json`, pid: `${base}.pid` };
  let consoleSocket: ConsoleSocket | undefined;
  try {
    const { process: basis } = BundleConfig.parse(JSON.parse(await readFile(join(request.bundle, "config.json"), "utf8")));
    const env = { ...environment(basis.env ?? []), ...options.env };
    const spec = {
      ...basis,
      terminal: true,
      // Here and not by an ioctl afterwards: the program sees its size from its first instruction on.
      consoleSize: { width: options.cols, height: options.rows },
      args: options.argv,
      cwd: options.cwd ?? basis.cwd,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    };
    await writeFile(files.process, JSON.stringify(spec), { mode: 0o600 });
    consoleSocket = new ConsoleSocket(`${base}.sock`);
    const group = request.cgroup === undefined ? [] : ["--cgroup", request.cgroup];
    await run(request.runc, [
      ...["--root", request.root, "exec", "--detach", ...group],
      ...["--console-socket", consoleSocket.path, "--pid-file", files.pid, "--process", files.process, containerId],
    ]);
    const pid = Number(await readFile(files.pid, "utf8"));
    return new MasterPty(consoleSocket.take(), pid);
  } catch (error) {
    throw asSandboxError(error);
  } finally {
    consoleSocket?.close();
    await Promise.all([rm(files.process, { force: true }), rm(files.pid, { force: true })]);
  }
}

function environment(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
}

/** Runs runc to its end. Rejects with what it said on standard error. */
function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: TIMEOUT, killSignal: "SIGKILL", maxBuffer: 64 * 1024 }, (error, _stdout, stderr) => {
      if (!error) resolve();
      else if (error.killed) reject(new Error(`runc did not answer within ${TIMEOUT / 1000} s`, { cause: error }));
      else reject(new Error(lastMessage(stderr) || error.message, { cause: error }));
    });
  });
}

/** runc's last words, without the log line around them. */
function lastMessage(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const quoted = /msg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  return quoted === undefined ? line : z.string().parse(JSON.parse(quoted));
}

function asSandboxError(error: unknown): SandboxError {
  if (error instanceof SandboxError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (/ENOSPC|EDQUOT|no space left|quota exceeded/i.test(detail))
    return new SandboxError(
      "disk-full",
      "The lab-server's disk is full, so no terminal could be opened: ask its operator to make room.",
      options,
    );
  if (
    /container .*does not exist|ENOENT.*config\.json|(container|process) (is )?not running|stopped container|in state stopped/i.test(
      detail,
    )
  )
    return new SandboxError("not-found", "There is no such running sandbox: start a new one.", options);
  // runc's own first steps inside die without a word where the sandbox's pids or memory are used up.
  if (/resource temporarily unavailable|cannot allocate memory|init-p: (connection reset|EOF)/i.test(detail))
    return new SandboxError("create-failed", "The sandbox has no room for another process: end some, or reset it.", options);
  return new SandboxError("create-failed", `The terminal could not be opened: ${detail.replaceAll(/\s+/g, " ")}.`, options);
}
