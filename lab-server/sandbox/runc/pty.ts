/**
 * A shell on a pseudo-terminal inside a running container, by `runc exec --detach --console-socket`: runc hands the
 * master over and goes, so that no process stays between the shell and who holds the master.
 */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type PtyOptions, SandboxError } from "../driver.ts";
import { CONSOLE_SOCKET, type Launch, PID_FILE } from "./pty-launch.ts";
import { assertSize } from "./pty-master.ts";

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

/** runc passes its own umask on to what it starts, whatever its configuration says: a login's is given, not that of who runs it. */
const WITH_UMASK = ["-c", 'umask 022 && exec "$@"', "sh"];

/** What runc wants of config.json's `process`; everything else in it is passed on as it is. */
const BundleConfig = z.object({ process: z.looseObject({ env: z.array(z.string()).optional(), cwd: z.string() }) });

/**
 * Starts a program on a new pseudo-terminal in the container; `launch` runs what is prepared here. Throws SandboxError:
 * `bad-size`, `not-found` (no such running container), `disk-full`, `create-failed`.
 */
export async function openRuncPty<T>(request: RuncPtyOptions, launch: (launch: Launch) => Promise<T>): Promise<T> {
  const { options, containerId } = request;
  assertSize(options.cols, options.rows);
  const folder = join(request.folder, `pty-${randomBytes(6).toString("hex")}`);
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
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, "process.json"), JSON.stringify(spec), { mode: 0o600 });
    const group = request.cgroup === undefined ? [] : ["--cgroup", request.cgroup];
    const files = ["--console-socket", join(folder, CONSOLE_SOCKET), "--pid-file", join(folder, PID_FILE)];
    const args = ["--root", request.root, "exec", "--detach", ...group, ...files];
    const exec = [request.runc, ...args, "--process", join(folder, "process.json"), containerId];
    return await launch({ folder, argv: ["/bin/sh", ...WITH_UMASK, ...exec] });
  } catch (error) {
    throw asSandboxError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environment(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
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
