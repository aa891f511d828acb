/** Echo and throughput of a terminal, against node-pty alone and node-pty running `runc exec -t`, all in one run and turn by turn. */
import { setTimeout as sleep } from "node:timers/promises";
import { spawn } from "@lydell/node-pty";
import { ACK_EVERY } from "../../lab-server/protocol.ts";
import { Terminal } from "../../lab-server/terminal/terminal.ts";
import { TerminalSandbox } from "../lab/terminal-sandbox.ts";

type Row = { name: string; value: number; unit: string; against?: number; ratio?: number; goal?: string; ok?: boolean };

/** A shell to measure: something that bytes go into and come out of. */
type Subject = { write(text: string): void; onOutput(listener: (bytes: Uint8Array) => void): void; close(): void };

const ROUNDS = 3;
const KEYS = 200;
/** Milliseconds between keys: a fast typist, not a paste. */
const KEY_PAUSE = 6;
const FLOOD = "seq 1 3000000; echo E''ND\n";
const SHELL = ["/bin/bash", "--norc"] as const;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  const sandbox = await TerminalSandbox.open({ cpus: 1 });
  try {
    const subjects = {
      alone: async () => nodePty(SHELL[0], SHELL.slice(1)),
      relay: async () => nodePty("runc", ["--root", sandbox.runcRoot, "exec", "-t", sandbox.id, ...SHELL]),
      ours: async () => ours(sandbox),
    };
    const echo = { alone: [] as number[], relay: [] as number[], ours: [] as number[] };
    const speed = { alone: [] as number[], relay: [] as number[], ours: [] as number[] };
    for (let round = 0; round < ROUNDS; round++)
      for (const name of ["alone", "relay", "ours"] as const) {
        const subject = await subjects[name]();
        try {
          const result = await measure(subject);
          echo[name].push(...result.echo);
          speed[name].push(result.speed);
        } finally {
          subject.close();
        }
      }
    return [
      atMost("keystroke echo p50", "ms", quantile(echo.ours, 0.5), quantile(echo.relay, 0.5), 2),
      atMost("keystroke echo p99", "ms", quantile(echo.ours, 0.99), quantile(echo.relay, 0.99), 2),
      { name: "keystroke echo p50, node-pty alone", unit: "ms", value: quantile(echo.alone, 0.5) },
      { name: "keystroke echo p99, node-pty alone", unit: "ms", value: quantile(echo.alone, 0.99) },
      atLeast("seq 1 3000000", "MB/s", quantile(speed.ours, 0.5), quantile(speed.alone, 0.5), 0.8),
      { name: "seq 1 3000000, node-pty on runc exec -t", unit: "MB/s", value: quantile(speed.relay, 0.5) },
    ];
  } finally {
    await sandbox.close();
  }
}

function nodePty(file: string, args: string[]): Subject {
  const pty = spawn(file, args, { cols: 100, rows: 30, encoding: null });
  return {
    write: (text) => pty.write(text),
    // With encoding null node-pty hands over Buffers, which its types do not say.
    onOutput: (listener) =>
      pty.onData((data: string | Uint8Array) => listener(typeof data === "string" ? Buffer.from(data) : data)),
    close: () => pty.kill(),
  };
}

async function ours(sandbox: TerminalSandbox): Promise<Subject> {
  const terminal = new Terminal(await sandbox.openPty(SHELL, { cols: 100, rows: 30 }));
  return {
    write: (text) => terminal.input("bench", Buffer.from(text)),
    onOutput(listener) {
      let received = 0;
      let acknowledged = 0;
      const viewer = {
        client: "bench",
        data(bytes: Uint8Array) {
          received += bytes.length;
          if (received - acknowledged >= ACK_EVERY) {
            acknowledged = received;
            setImmediate(() => terminal.ack(viewer, acknowledged));
          }
          listener(bytes);
        },
        gap() {},
        inputWritten() {},
        queued: () => 0,
      };
      terminal.attach(viewer);
    },
    close: () => terminal.close(),
  };
}

/** Echo of single keys in milliseconds, and of a flood in MB/s. */
async function measure(subject: Subject): Promise<{ echo: number[]; speed: number }> {
  let heard: () => void = () => {};
  let received = 0;
  let tail = Buffer.alloc(0);
  subject.onOutput((bytes) => {
    received += bytes.length;
    tail = Buffer.concat([tail, bytes.subarray(-256)]).subarray(-256);
    heard();
  });
  await sleep(500);
  const echo: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const start = performance.now();
    const echoed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    subject.write(key % 2 === 0 ? "a" : "\x7f");
    await echoed;
    echo.push(performance.now() - start);
    await sleep(KEY_PAUSE);
  }
  const before = received;
  const start = performance.now();
  const done = new Promise<void>((resolve) => {
    heard = () => {
      if (tail.includes("END")) resolve();
    };
  });
  subject.write(FLOOD);
  await done;
  return { echo, speed: (received - before) / 1_000 / (performance.now() - start) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function atMost(name: string, unit: string, value: number, against: number, most: number): Row {
  const ratio = value / against;
  return {
    name: `${name}, against node-pty on runc exec -t`,
    unit,
    value,
    against,
    ratio,
    goal: `at most ${most} ×`,
    ok: ratio <= most,
  };
}

function atLeast(name: string, unit: string, value: number, against: number, least: number): Row {
  const ratio = value / against;
  return {
    name: `${name}, against node-pty alone`,
    unit,
    value,
    against,
    ratio,
    goal: `at least ${least} ×`,
    ok: ratio >= least,
  };
}
