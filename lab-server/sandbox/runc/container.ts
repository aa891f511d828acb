/** The runc program: starts and deletes containers. See runc(8). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxPaths } from "./layout.ts";
import { runProgram } from "./program.ts";

export const RUNC = "runc";

/** Milliseconds. 30 are usual; a machine under load takes some times that. */
const TIMEOUT = 30_000;

/** Starts the container of a sandbox's bundle and returns the host pid of its pid 1. Throws Error with runc's own words. */
export async function startContainer(runcRoot: string, id: string, paths: SandboxPaths): Promise<number> {
  const { folder, pidFile, runcLog } = paths;
  await rm(runcLog, { force: true });
  const args = ["--root", runcRoot, "--log", runcLog, "--log-format", "json", "run", "--detach", "--bundle", folder];
  // Pid 1 keeps the streams that a detaching runc was given: it gets none, and runc's words come by its log.
  const child = spawn(RUNC, [...args, "--pid-file", pidFile, id], { stdio: "ignore", timeout: TIMEOUT, killSignal: "SIGKILL" });
  const [code, signal] = await once(child, "exit");
  if (code !== 0) throw new Error(signal === null ? await lastWords(runcLog) : `runc did not answer within ${TIMEOUT / 1000} s`);
  return Number(await readFile(pidFile, "utf8"));
}

/** Kills all of a container and forgets it. Does nothing if there is none. Throws Error with runc's own words. */
export async function deleteContainer(runcRoot: string, id: string): Promise<void> {
  if (!existsSync(join(runcRoot, id))) return;
  const { code, stderr } = await runProgram([RUNC, "--root", runcRoot, "delete", "--force", id], { timeout: TIMEOUT });
  if (code !== 0) throw new Error(`runc delete: ${stderr.trim() || `it did not answer within ${TIMEOUT / 1000} s`}`);
}

async function lastWords(log: string): Promise<string> {
  const text = existsSync(log) ? await readFile(log, "utf8") : "";
  const line = text.trim().split("\n").at(-1) ?? "";
  const quoted = /"msg":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  const words: unknown = quoted === undefined ? line : JSON.parse(quoted);
  return `runc: ${words || "it failed and said nothing"}`;
}
