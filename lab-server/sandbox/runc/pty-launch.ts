/** Runs a prepared `runc exec` and takes the master that it hands over. Knows nothing of the container: a holder that is older than its lab-server runs it too. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ConsoleSocket } from "./pty-console.ts";
import { MasterPty } from "./pty-master.ts";
import { adoptOrphans } from "./pty-reaper.ts";

/** Names in a launch's folder. */
export const CONSOLE_SOCKET = "console";
export const PID_FILE = "pid";

export const Launch = z.object({
  /** A folder of this launch alone. */
  folder: z.string(),
  /** The program and its arguments; it hands over the master at the console socket and writes the pid of who leads the terminal. */
  argv: z.tuple([z.string()], z.string()),
});
export type Launch = z.infer<typeof Launch>;

/** Milliseconds. `runc exec` takes 25 to 40; a machine under load some times that. */
const TIMEOUT = 15_000;

/** Throws Error with what the program said. */
export async function launchPty({ folder, argv }: Launch): Promise<MasterPty> {
  adoptOrphans();
  const consoleSocket = new ConsoleSocket(join(folder, CONSOLE_SOCKET));
  try {
    await run(argv);
    const pid = Number(await readFile(join(folder, PID_FILE), "utf8"));
    return new MasterPty(consoleSocket.take(), pid);
  } finally {
    consoleSocket.close();
  }
}

/** Runs runc to its end. Rejects with what it said on standard error. */
function run([program, ...args]: Launch["argv"]): Promise<void> {
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
