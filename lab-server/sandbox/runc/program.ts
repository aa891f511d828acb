/** Runs a program of the host to its end, with bounds on everything. */
import { type ChildProcess, spawn } from "node:child_process";
import type { ExecOptions, ExecResult } from "../driver.ts";

const TIMEOUT = 10_000;
const MAX_OUTPUT = 64 * 1024;
/** Milliseconds that output may still come after the program's end: a child that stays behind holds the pipes open. */
const DRAIN = 200;

/** `kill` is called once where time is up, and must see to it that the program ends. Rejects where it cannot be started. */
export function runProgram(
  argv: readonly [string, ...string[]],
  options: ExecOptions,
  kill: (child: ChildProcess) => void = (child) => child.kill("SIGKILL"),
): Promise<ExecResult> {
  const { timeout = TIMEOUT, maxOutput = MAX_OUTPUT, stdin } = options;
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  const child = spawn(argv[0], argv.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
  let timedOut = false;
  let drain: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    kill(child);
  }, timeout);
  const out = collect(child.stdout, maxOutput);
  const err = collect(child.stderr, maxOutput);
  // EPIPE: a program may end without reading its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  child.once("error", (error) => {
    clearTimeout(timer);
    reject(error);
  });
  child.once("exit", () => {
    clearTimeout(timer);
    drain = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, DRAIN);
  });
  child.once("close", (code) => {
    clearTimeout(drain);
    resolve({
      code: timedOut ? null : code,
      stdout: out.text(),
      stderr: err.text(),
      timedOut,
      truncated: out.truncated() || err.truncated(),
    });
  });
  return promise;
}

function collect(stream: NodeJS.ReadableStream, most: number) {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    if (length < most) chunks.push(chunk.subarray(0, most - length));
    length += chunk.length;
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => length > most };
}
