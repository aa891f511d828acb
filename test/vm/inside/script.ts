import { spawn } from "node:child_process";

/** Runs a bash script, its output as it comes; returns its exit code. */
export async function runScript(script: string, print: (text: string) => void): Promise<number> {
  return await runProgram(["bash", "-c", script], print, print);
}

/** Runs a program to its end and hands on what it prints; returns its exit code, 1 where a signal ended it. */
export function runProgram(
  argv: readonly [string, ...string[]],
  out: (text: string) => void,
  err: (text: string) => void,
): Promise<number> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.setEncoding("utf8").on("data", out);
  child.stderr.setEncoding("utf8").on("data", err);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
