import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Progress, StartError } from "./step.ts";

/** Runs a program to its end, its lines shown as progress. Throws StartError with its last lines where it fails. */
export async function runCommand(
  argv: readonly [string, ...string[]],
  progress: Progress,
  stop: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal: stop, env });
  const last: string[] = [];
  const read = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface(stream)) {
      progress.say(line);
      last.push(line);
      if (last.length > 15) last.shift();
    }
  };
  const end = new Promise<number | null>((resolve, reject) => {
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
      // A program that cannot be started has no pid and never closes its streams in order.
      if (child.pid === undefined) reject(error);
    });
    // Not before it has ended: it may still write into what the caller removes.
    child.on("close", (code) => (failure === undefined ? resolve(code) : reject(failure)));
  });
  const [code] = await Promise.all([end, read(child.stdout), read(child.stderr)]);
  if (code !== 0)
    throw new StartError(`${program} failed (${code === null ? "ended by a signal" : `exit code ${code}`}):\n${last.join("\n")}`);
}
