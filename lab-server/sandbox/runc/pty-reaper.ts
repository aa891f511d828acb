/**
 * Exit codes of processes that `runc exec --detach` leaves behind. This process makes itself their parent
 * (PR_SET_CHILD_SUBREAPER, prctl(2)), and then has to reap everything that ends up with it: the shells, the first processes of
 * sandboxes, and strays. libuv reaps only what it spawned itself, so nothing is taken from it here.
 */
import { readdir, readFile } from "node:fs/promises";
import { call, systemCall } from "../kernel/libc.ts";

type ExitListener = (code: number | null) => void;

const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
/** A child that is a zombie in two looks this far apart (milliseconds) is not one that libuv is about to reap. */
const STRAY_BEAT = 2_000;

const prctl = systemCall("int prctl(int option, unsigned long value)");
const waitpid: (pid: number, status: Int32Array, options: number) => number = systemCall(
  "int waitpid(int pid, _Out_ int *status, int options)",
);

const watched = new Map<number, ExitListener[]>();
const zombies = new Set<number>();
const status = new Int32Array(1);
let adopting = false;
let strayLookDue = false;

/** From now on orphans below this process become its children. Call it before what will leave them is spawned; more than once does no harm. */
export function adoptOrphans(): void {
  if (adopting) return;
  call("prctl PR_SET_CHILD_SUBREAPER", prctl, PR_SET_CHILD_SUBREAPER, 1);
  adopting = true;
  process.on("SIGCHLD", reap);
}

/**
 * Calls the listener once when an adopted process has ended: with its exit code, or null where a signal ended it
 * or it is not this process's child. Returns what takes the listener off again; the process is still reaped.
 */
export function onProcessExit(pid: number, listener: ExitListener): () => void {
  const listeners = watched.get(pid) ?? [];
  listeners.push(listener);
  watched.set(pid, listeners);
  setImmediate(reap);
  return () => {
    const index = listeners.indexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
  };
}

function reap(): void {
  for (const [pid, listeners] of watched) {
    const result = waitpid(pid, status, WNOHANG);
    if (result === 0) continue;
    watched.delete(pid);
    const word = status[0] ?? 0;
    // wait(2): the low seven bits name the signal, the second byte is the exit code.
    const code = result === pid && (word & 0x7f) === 0 ? (word >> 8) & 0xff : null;
    for (const listener of listeners) listener(code);
  }
  lookForStraysSoon();
}

function lookForStraysSoon(): void {
  if (strayLookDue) return;
  strayLookDue = true;
  setTimeout(reapStrays, STRAY_BEAT).unref();
}

/** Reaps children that nobody waits for, and looks again as long as it sees one that may be such a child. */
async function reapStrays(): Promise<void> {
  // What ends while we look may be looked past, and is looked for again.
  strayLookDue = false;
  const before = new Set(zombies);
  zombies.clear();
  for (const pid of await childPids()) {
    if (watched.has(pid) || !(await isZombie(pid))) continue;
    if (before.has(pid)) waitpid(pid, status, WNOHANG);
    else zombies.add(pid);
  }
  if (zombies.size > 0) lookForStraysSoon();
}

async function childPids(): Promise<number[]> {
  const lists = (await readdir("/proc/self/task")).map((thread) => readIfThere(`/proc/self/task/${thread}/children`));
  return (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

async function isZombie(pid: number): Promise<boolean> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  // proc(5): the state is the first field after the command's closing parenthesis.
  return stat.charAt(stat.lastIndexOf(")") + 2) === "Z";
}

/** A thread or process may end between the listing and the reading. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}
