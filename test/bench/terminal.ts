/** Echo and throughput over the lab-server's WebSocket, against node-pty alone and node-pty running `runc exec -t`, all in one run and turn by turn. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, atMost, quantile, type Row, under } from "../../cli/bench/row.ts";
import { Lab } from "../lab/harness.ts";
import { measure } from "./terminal/measure.ts";
import { nodePty, page } from "./terminal/subject.ts";

const ROUNDS = 3;
const SHELL = ["/bin/bash", "--norc"] as const;
/** Milliseconds that the flood beside a sleeping page goes on. */
const SLEEP = 4_000;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  await using lab = await Lab.start({ env: { UNBOXED_CPUS: "2" } });
  const holder = await page(lab, "learner-of-the-bench", 0);
  const subjects = {
    alone: async () => nodePty(SHELL[0], SHELL.slice(1)),
    relay: async () => nodePty("runc", ["--root", `/run/unboxed/${lab.instance}/runc`, "exec", "-t", holder.sandbox, ...SHELL]),
    socket: () => page(lab, "learner-of-the-bench", 1),
  };
  const echo = { alone: [] as number[], relay: [] as number[], socket: [] as number[] };
  const speed = { alone: [] as number[], relay: [] as number[], socket: [] as number[] };
  for (let round = 0; round < ROUNDS; round++)
    for (const name of ["alone", "relay", "socket"] as const) {
      const subject = await subjects[name]();
      try {
        const result = await measure(subject);
        echo[name].push(...result.echo);
        speed[name].push(result.speed);
      } finally {
        subject.close();
      }
    }
  holder.close();

  const growth = await growthBesideSleeper(lab);
  const median = (values: readonly number[]) => quantile(values, 0.5);
  const p99 = (values: readonly number[]) => quantile(values, 0.99);
  return [
    atMost(2, {
      name: "key to echo over the WebSocket, p50, against node-pty on runc exec -t",
      unit: "ms",
      value: median(echo.socket),
      against: median(echo.relay),
    }),
    atMost(2, {
      name: "key to echo over the WebSocket, p99, against node-pty on runc exec -t",
      unit: "ms",
      value: p99(echo.socket),
      against: p99(echo.relay),
    }),
    { name: "key to echo, node-pty alone, p50", unit: "ms", value: median(echo.alone) },
    { name: "key to echo, node-pty alone, p99", unit: "ms", value: p99(echo.alone) },
    atLeast(0.8, {
      name: "seq 1 3000000 over the WebSocket, against node-pty alone",
      unit: "MB/s",
      value: median(speed.socket),
      against: median(speed.alone),
    }),
    { name: "seq 1 3000000, node-pty on runc exec -t", unit: "MB/s", value: median(speed.relay) },
    under(8, { name: "growth of the lab-server beside a page that acknowledges nothing of a flood", unit: "MB", value: growth }),
  ];
}

/** Megabytes by which the lab-server grows while a page takes in a flood and acknowledges nothing. */
async function growthBesideSleeper(lab: Lab): Promise<number> {
  const sleeper = await page(lab, "learner-who-sleeps", 1);
  try {
    await sleep(1_000);
    const before = residentMegabytes(lab.pid);
    sleeper.sleep();
    sleeper.write("yes\n");
    await sleep(SLEEP);
    return residentMegabytes(lab.pid) - before;
  } finally {
    sleeper.close();
  }
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}
