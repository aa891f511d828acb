/** The lab-server's terminals against other servers of terminals, turn by turn in one run: node-pty alone (the floor), ten lines of ws and node-pty, terminado, and ttyd. Our shells are in sandboxes, theirs on the host; ttyd's once more in a sandbox like ours. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, atMost, compared, notMeasured, quantile, type Row } from "../../cli/bench/row.ts";
import { pssMegabytes } from "./memory/pss.ts";
import { peerIsMissing } from "./peers/debian-package.ts";
import { echoes, measure } from "./terminal/measure.ts";
import {
  labServer,
  plainServer,
  TERMINALS_EACH,
  type TerminalServer,
  terminado,
  ttyd,
  ttydInSandbox,
} from "./terminal/servers.ts";
import { nodePty, type Subject } from "./terminal/subject.ts";
import { ttydTree } from "./terminal/ttyd-tree.ts";

const ROUNDS = 3;
/** Persons whose idle terminals are counted. */
const PERSONS = 3;
/** Milliseconds until memory is measured, and that a flood goes on before keys are. */
const REST = 2_000;
const BEGINS = 500;

type Numbers = { echo: number[]; flood: number[]; speed: number[]; memory: number[] };

/** Rows for `npm run bench`. Needs root and a built image; installs Debian's python3-terminado and ttyd, this from unstable into a folder of its own where the release has none. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  const starts = new Map<string, () => Promise<TerminalServer>>([
    ["the lab-server", labServer],
    ["node-pty alone", floor],
    ["a plain ws server", plainServer],
  ]);
  const withoutTerminado = await peerIsMissing("python3-terminado");
  if (withoutTerminado === undefined) starts.set("terminado", terminado);
  else rows.push(notMeasured("terminado", withoutTerminado));
  using stack = new DisposableStack();
  try {
    const isInstalled = onPath("ttyd") || (await peerIsMissing("ttyd")) === undefined;
    const how = isInstalled ? { command: ["ttyd"], machine: [] } : stack.use(await ttydTree());
    starts.set("ttyd", () => ttyd(how));
    starts.set("ttyd with shells in a sandbox", () => ttydInSandbox(how));
  } catch (error) {
    rows.push(notMeasured("ttyd", error instanceof Error ? error.message : String(error)));
  }

  const all = new Map<string, Numbers>();
  for (const name of starts.keys()) all.set(name, { echo: [], flood: [], speed: [], memory: [] });
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, start] of starts) {
      const numbers = all.get(name);
      if (numbers) await add(start, numbers);
    }
  const ours = all.get("the lab-server");
  all.delete("the lab-server");
  return ours ? [...[...all].flatMap(([name, theirs]) => rowsOf(ours, name, theirs)), ...rows] : rows;
}

async function add(start: () => Promise<TerminalServer>, numbers: Numbers): Promise<void> {
  await using server = await start();
  const one = await server.open(0);
  const { echo, speed } = await measure(one);
  numbers.echo.push(...echo);
  numbers.speed.push(speed);
  const other = await server.open(1);
  await sleep(BEGINS);
  other.onOutput(() => {});
  other.write("yes\n");
  await sleep(BEGINS);
  numbers.flood.push(...(await echoes(one)));
  for (const each of [one, other]) each.close();
  await sleep(REST);
  if (server.pids().length > 0) numbers.memory.push(await idle(server));
}

/** Kilobytes of the server's growth for each idle terminal. */
async function idle(server: TerminalServer): Promise<number> {
  const firsts: Subject[] = [];
  const others: Subject[] = [];
  const persons = Array.from({ length: PERSONS }, (_, index) => 10 + index);
  for (const person of persons) firsts.push(await server.open(person));
  await sleep(REST);
  const before = pssMegabytes(server.pids());
  for (const person of persons)
    for (let terminal = 0; terminal < TERMINALS_EACH; terminal++) others.push(await server.open(person));
  await sleep(REST);
  const growth = pssMegabytes(server.pids()) - before;
  for (const each of [...firsts, ...others]) each.close();
  return (growth * 1024) / others.length;
}

function rowsOf(ours: Numbers, name: string, theirs: Numbers): Row[] {
  const p = (share: number, key: keyof Numbers) => ({
    value: quantile(ours[key], share),
    against: quantile(theirs[key], share),
  });
  const isHeld = name.startsWith("ttyd");
  const lower = (row: Parameters<typeof compared>[0]) => (isHeld ? atMost(1, row) : compared(row));
  const higher = (row: Parameters<typeof compared>[0]) => (isHeld ? atLeast(1, row) : compared(row));
  const rows = [
    compared({ name: `key to echo, p50, against ${name}`, unit: "ms", ...p(0.5, "echo") }),
    lower({ name: `key to echo, p99, against ${name}`, unit: "ms", ...p(0.99, "echo") }),
    lower({ name: `key to echo beside a flood, p99, against ${name}`, unit: "ms", ...p(0.99, "flood") }),
    higher({ name: `seq 1 3000000, against ${name}`, unit: "MB/s", ...p(0.5, "speed") }),
  ];
  if (theirs.memory.length === 0) return rows;
  return [
    ...rows,
    compared({ name: `the server's memory for each idle terminal, against ${name}`, unit: "kB", ...p(0.5, "memory") }),
  ];
}

/** node-pty in this process, without a network: has no server whose memory could be told. */
async function floor(): Promise<TerminalServer> {
  return {
    pids: () => [],
    open: async () => nodePty("bash", ["--norc"]),
    async [Symbol.asyncDispose]() {},
  };
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? "")
    .split(":")
    .map((folder) => join(folder, name))
    .some((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
