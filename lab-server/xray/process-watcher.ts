/**
 * A thread that waits for the kernel to tell of processes that begin and end (proc-connector.ts), so that what is looked at is read as soon
 * as something happened in it, and programs are seen that end before anybody looks. It knows a sandbox's processes by their parents.
 *
 * The kernel tells of the whole machine: where that is too much, this thread sleeps and lets it go by. Looking finds what there is anyway.
 */
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { ProcConnector, type ProcessEvent } from "../sandbox/kernel/proc-connector.ts";
import { cpuTime } from "./cpu-time.ts";
import { parseCommand, parseStatus } from "./read/process-files.ts";
import { readSmall } from "./read/small-file.ts";
import { unlessVanished } from "./vanished.ts";

/** A program that ran to its end. */
export type Ran = {
  pid: number;
  /** Host pid of its parent when it began. */
  parent: number;
  /** Its pid in the sandbox. */
  inside: number;
  comm: string;
  command: string;
  milliseconds: number;
};

export type ToWatcher =
  /** Host pids of processes that are in a sandbox. */
  | { sandbox: string; members: readonly number[] }
  /** Nobody looks at it any more. */
  | { sandbox: string; members: undefined }
  /** Nobody looks at anything any more. */
  | { stop: true };

export type FromWatcher =
  | { type: "works"; works: boolean }
  /** Something happened in a sandbox. `killed` are host pids that SIGKILL ended. */
  | { type: "happened"; sandbox: string; ran: readonly Ran[]; killed: readonly number[] };

/** Milliseconds to wait for events before looking for messages again. */
const WAIT = 100;
/** Events that are taken at a time. */
const MOST_AT_ONCE = 128;
/** Milliseconds of CPU time of this thread in each period, and the length of that. */
const BUDGET = 20;
const PERIOD = 1_000;
/** Programs that are told of at a time. */
const MOST_TOLD = 64;
/** Processes that are remembered. */
const MOST_KNOWN = 65_536;
/** Bytes of a command line. */
const MOST_BYTES = 1100;
const SIGKILL = 9;

/** `met`: when it became known; `began`: by the kernel's clock, 0 where that was before. Milliseconds. */
type Known = { sandbox: string; parent: number; met: number; began: number; program?: Pick<Ran, "inside" | "comm" | "command"> };
type Told = { ran: Ran[]; killed: number[] };

if (!parentPort) throw new Error("This is a worker thread's program.");
const port = parentPort;
const known = new Map<number, Known>();
let isStopped = false;

function watch(first: ProcConnector): void {
  let connector = first;
  let period = performance.now();
  let spent = cpuTime();
  while (!isStopped) {
    const events = connector.wait(WAIT, MOST_AT_ONCE);
    // First, so that what happened after a sandbox became known is seen as its.
    hear();
    if (events.length > 0) tell(events);
    const now = performance.now();
    if (now - period > PERIOD) {
      period = now;
      spent = cpuTime();
    } else if (cpuTime() - spent > BUDGET) {
      connector[Symbol.dispose]();
      sleep(PERIOD - (now - period));
      const again = ProcConnector.open();
      if (!again) {
        port.postMessage({ type: "works", works: false } satisfies FromWatcher);
        return;
      }
      connector = again;
    }
  }
  connector[Symbol.dispose]();
}

function hear(): void {
  for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
    const message: ToWatcher = received.message;
    if ("stop" in message) {
      isStopped = true;
      return;
    }
    const { sandbox, members } = message;
    const gone = new Set([...known].filter(([, one]) => one.sandbox === sandbox).map(([pid]) => pid));
    for (const pid of members ?? []) {
      gone.delete(pid);
      if (!known.has(pid) && known.size < MOST_KNOWN) known.set(pid, { sandbox, parent: 0, met: performance.now(), began: 0 });
    }
    // Those that began since the members were read are not among them yet.
    const now = performance.now();
    for (const pid of gone) if (!members || now - (known.get(pid)?.met ?? 0) > PERIOD) known.delete(pid);
  }
}

function tell(events: readonly ProcessEvent[]): void {
  const told = new Map<string, Told>();
  for (const event of events) {
    const sandbox = take(event, told);
    if (sandbox !== undefined && !told.has(sandbox)) told.set(sandbox, { ran: [], killed: [] });
  }
  for (const [sandbox, { ran, killed }] of told)
    port.postMessage({ type: "happened", sandbox, ran, killed } satisfies FromWatcher);
}

/** Returns the sandbox that it happened in. */
function take(event: ProcessEvent, told: Map<string, Told>): string | undefined {
  if (event.what === "fork") {
    const parent = known.get(event.parent);
    if (!parent || known.size >= MOST_KNOWN) return undefined;
    known.set(event.pid, { sandbox: parent.sandbox, parent: event.parent, met: performance.now(), began: event.at });
    return parent.sandbox;
  }
  const process = known.get(event.pid);
  if (!process) return undefined;
  if (event.what === "exec") {
    const program = unlessVanished(() => programOf(event.pid));
    if (program) process.program = program;
    return process.sandbox;
  }
  known.delete(event.pid);
  const { sandbox, program, parent, began } = process;
  const here = told.get(sandbox) ?? { ran: [], killed: [] };
  told.set(sandbox, here);
  if (event.signal === SIGKILL) here.killed.push(event.pid);
  if (program && began > 0 && here.ran.length < MOST_TOLD)
    here.ran.push({ pid: event.pid, parent, ...program, milliseconds: event.at - began });
  return sandbox;
}

function programOf(pid: number): Known["program"] {
  const status = parseStatus(readSmall(`/proc/${pid}/status`));
  const command = parseCommand(readSmall(`/proc/${pid}/cmdline`, MOST_BYTES));
  const inside = status?.pids[1];
  return status && inside !== undefined ? { inside, comm: status.comm, command: command || status.comm } : undefined;
}

/** Of this thread alone, and without its event loop. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

// Last of all: it does not return.
const connector = ProcConnector.open();
port.postMessage({ type: "works", works: connector !== undefined } satisfies FromWatcher);
if (connector) watch(connector);
