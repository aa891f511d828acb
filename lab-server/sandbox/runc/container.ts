/** The runc program: starts, enters and deletes containers. See runc(8). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import type { SandboxPaths } from "./layout.ts";

export const RUNC = "runc";

/** Milliseconds. 30 are usual; a machine under load takes some times that. */
const TIMEOUT = 30_000;

/** Starts the container of a sandbox's bundle and returns the host pid of its pid 1. Throws Error with runc's own words. */
export async function startContainer(runcRoot: string, id: string, paths: SandboxPaths): Promise<number> {
  await runc(runcRoot, paths, ["run", "--detach", "--bundle", paths.folder, "--pid-file", paths.pidFile, id]);
  return Number(await readFile(paths.pidFile, "utf8"));
}

/** Kills all of a container and forgets it. Does nothing if there is none. */
export async function deleteContainer(runcRoot: string, id: string, paths: SandboxPaths): Promise<void> {
  await runc(runcRoot, paths, ["delete", "--force", id]);
}

/** A detached container's pid 1 keeps the streams that runc was given: it gets none, and runc's words come by its log. */
async function runc(runcRoot: string, { runcLog }: SandboxPaths, args: readonly string[]): Promise<void> {
  await rm(runcLog, { force: true });
  const child = spawn(RUNC, ["--root", runcRoot, "--log", runcLog, "--log-format", "json", ...args], {
    stdio: "ignore",
    timeout: TIMEOUT,
    killSignal: "SIGKILL",
  });
  const [code, signal] = await once(child, "exit");
  if (code === 0) return;
  throw new Error(signal === null ? await lastWords(runcLog) : `runc did not answer within ${TIMEOUT / 1000} s`);
}

async function lastWords(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  const line = text.trim().split("\n").at(-1) ?? "";
  try {
    const { msg }: { msg?: unknown } = JSON.parse(line);
    return `runc: ${String(msg)}`;
  } catch {
    return `runc failed and said ${line === "" ? "nothing" : line}`;
  }
}
