/**
 * The thread that reads sandboxes: one loop over those that somebody looks at, each at its own pace. Readings wait for nothing but the
 * kernel; they are the only ones that do so on this thread.
 */
import { parentPort } from "node:worker_threads";
import type { ServerMessage } from "../protocol.ts";
import { cpuTime } from "./cpu-time.ts";
import type { Facts, Watch } from "./facts.ts";
import type { FromReader, ToReader } from "./messages.ts";
import { Pace } from "./pace.ts";
import { SandboxReader } from "./pass.ts";
import { ProcessWatch } from "./process-watch.ts";
import type { Subject } from "./subject.ts";
import { isVanished } from "./vanished.ts";
import { Watched } from "./watched.ts";

/** Milliseconds between complaints about the same sandbox. */
const COMPLAIN = 10_000;

type Known = { subject: Subject; reader: SandboxReader; watched: Watched | undefined; complainedAt: number };

if (!parentPort) throw new Error("This is a worker thread's program.");
const port = parentPort;
const known = new Map<string, Known>();
const pace = new Pace();
const processes = new ProcessWatch({
  happened: (id) => {
    pace.wake(id, performance.now());
    schedule();
  },
  changed: () => {
    for (const [id, { watched }] of known) if (watched) tell(id, watched, "all");
  },
  trouble: ({ message, stack = message }) => say({ type: "trouble", message: stack }),
});
let timer: NodeJS.Timeout | undefined;

port.on("message", (message: ToReader) => {
  hear(message);
  schedule();
});

function hear(message: ToReader): void {
  switch (message.type) {
    case "look": {
      const { id } = message.subject;
      try {
        const sandbox = meet(message.subject);
        if (sandbox.watched) {
          tell(id, sandbox.watched);
          return;
        }
        sandbox.watched = new Watched(sandbox.reader, message.nextEvent);
        pace.add(id, performance.now());
      } catch (error) {
        complain(id, undefined, error);
      }
      return;
    }
    case "tell": {
      const watched = known.get(message.id)?.watched;
      if (watched) tell(message.id, watched);
      return;
    }
    case "rest": {
      pace.remove(message.id);
      processes.forget(message.id);
      const sandbox = known.get(message.id);
      if (!sandbox) return;
      sandbox.watched = undefined;
      sandbox.reader.rest();
      return;
    }
    case "forget":
      pace.remove(message.id);
      processes.forget(message.id);
      known.get(message.id)?.reader[Symbol.dispose]();
      known.delete(message.id);
      return;
    case "raw":
      answer(message.request, () => {
        const { reader, watched } = known.get(message.id) ?? {};
        const files = reader && watched?.facts ? reader.raw(watched.facts, message.of) : [];
        return { type: "raw", request: message.request, files };
      });
      return;
    case "read":
      answer(message.request, () => {
        const { reader, watched } = meet(message.subject);
        if (!watched) return { type: "read", request: message.request, facts: readOnce(reader) };
        read(message.subject.id, watched, true);
        if (!watched.facts) throw new Error("The sandbox could not be read.");
        return { type: "read", request: message.request, facts: watched.facts };
      });
  }
}

/** A sandbox's reader stays while the sandbox lives: what it named keeps its name. */
function meet(subject: Subject): Known {
  const there = known.get(subject.id);
  if (there) return there;
  const met: Known = { subject, reader: new SandboxReader(subject), watched: undefined, complainedAt: Number.NEGATIVE_INFINITY };
  known.set(subject.id, met);
  return met;
}

/** Nobody looks: nothing stays open. */
function readOnce(reader: SandboxReader): Facts {
  try {
    return reader.read(true);
  } finally {
    reader.rest();
  }
}

function answer(request: number, work: () => FromReader): void {
  try {
    say(work());
  } catch (error) {
    say({ type: "failed", request, message: error instanceof Error ? error.message : String(error) });
  }
}

function tell(id: string, watched: Watched, to: "waiting" | "all" = "waiting"): void {
  send(id, watched, watched.everything(watch()), to);
}

function read(id: string, watched: Watched, whole: boolean): void {
  send(
    id,
    watched,
    watched.read(watch(), whole, () => processes.take(id)),
  );
  processes.know(id, Object.keys(watched.facts?.processes ?? {}).map(Number));
}

function watch(): Watch {
  return { processes: processes.works ? "events" : "polling", groups: "polling", mounts: "polling", network: "polling" };
}

function send(id: string, { nextEvent }: Watched, message: ServerMessage | undefined, to: "waiting" | "all" = "waiting"): void {
  if (!message) return;
  const frame = new TextEncoder().encode(JSON.stringify(message));
  say({ type: "frame", id, frame, to: message.type === "xray.facts" ? to : "live", nextEvent }, [frame.buffer]);
}

function say(message: FromReader, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function schedule(): void {
  clearTimeout(timer);
  const next = pace.next();
  if (next) timer = setTimeout(() => turn(next.id), Math.max(0, next.at - performance.now()));
}

function turn(id: string): void {
  const begin = cpuTime();
  const sandbox = known.get(id);
  try {
    if (sandbox?.watched) read(id, sandbox.watched, false);
  } catch (error) {
    complain(id, sandbox, error);
  }
  pace.spent(id, cpuTime() - begin, performance.now());
  schedule();
}

/** Where the sandbox has just ended there is nothing to complain of: this thread is told soon. */
function complain(id: string, sandbox: Known | undefined, error: unknown): void {
  const now = performance.now();
  if (isVanished(error) || (sandbox && now - sandbox.complainedAt < COMPLAIN)) return;
  if (sandbox) sandbox.complainedAt = now;
  say({ type: "trouble", id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
