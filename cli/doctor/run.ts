import { execFile } from "node:child_process";

/** Runs a program to its end; what it printed on both streams. A program that is not there counts as failed. */
export function run(argv: readonly string[], timeout = 10_000): Promise<{ ok: boolean; output: string }> {
  const [command, ...args] = argv;
  return new Promise((resolve) => {
    execFile(command ?? "", args, { timeout, env: { ...process.env, LC_ALL: "C" } }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? "") });
    });
  });
}
