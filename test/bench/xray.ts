/** The X-ray: from an event to the wire, what reading costs, and what a terminal feels of it. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost, quantile, type Row, under } from "../../cli/bench/row.ts";
import { type Facts, MOST_ROWS } from "../../lab-server/protocol.ts";
import { Lab } from "../lab/harness.ts";
import { XrayPage } from "../lab/xray-page.ts";
import { readersShare } from "../lab/xray-share.ts";
import { measure } from "./terminal/measure.ts";
import { page } from "./terminal/subject.ts";

const ROUNDS = 30;
/** Milliseconds that a share is measured. */
const LOOK = 5_000;
const V1 = existsSync("/sys/fs/cgroup/memory");
const MANY = V1 ? "$CGROUP/pids/many" : "$CGROUP/many";
const DEMO = V1 ? "$CGROUP/memory/demo" : "$CGROUP/demo";

const crowds: { name: string; make: string; holds: (facts: Facts) => boolean }[] = [
  { name: "an idle sandbox", make: ":", holds: () => true },
  {
    name: "256 processes",
    make: "for ((i = 0; i < 300; i++)); do sleep 1000 & done 2>/dev/null",
    holds: ({ processes }) => Object.keys(processes).length >= 250,
  },
  {
    name: "1,000 mounts",
    make: "mkdir /tmp/m; for ((i = 0; i < 1000; i++)); do mount -t tmpfs none /tmp/m; done",
    holds: ({ mounts }) => Object.keys(mounts).length === MOST_ROWS.mounts,
  },
  {
    name: "10,000 groups",
    make: `mkdir ${MANY}; for ((i = 0; i < 100; i++)); do mkdir ${MANY}/$i ${MANY}/$i/{0..98}; done`,
    holds: ({ groups, leftOut }) => Object.keys(groups).length === MOST_ROWS.groups && (leftOut.groups ?? 0) > 9_000,
  },
];

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  return [...(await latencies()), ...(await shares()), ...(await echoes())];
}

/** Each round says when it begins, which is a program's start before the event itself. */
async function latencies(): Promise<Row[]> {
  await using lab = await Lab.start();
  const xray = await XrayPage.open(lab, "learner-of-the-bench");
  await xray.run(`mkdir ${DEMO}; echo 4M > ${DEMO}/${V1 ? "memory.limit_in_bytes" : "memory.max"}`);
  const namespace: number[] = [];
  const kill: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const known = new Set(Object.keys(xray.facts.namespaces));
    namespace.push(
      await elapsed(xray, "unshare --net sleep 0.4", ({ namespaces }) => Object.keys(namespaces).some((id) => !known.has(id))),
    );
    await xray.run("wait");
    const before = oomKills(xray.facts);
    kill.push(
      await elapsed(
        xray,
        `(echo $BASHPID > ${DEMO}/cgroup.procs; exec tail < <(head -c 50M /dev/zero)) 2>/dev/null`,
        (facts) => oomKills(facts) > before,
      ),
    );
    await xray.run("wait");
    // A reading is not to be due at the same moment of each round.
    await sleep(37 * (round % 7));
  }
  const rows = (name: string, values: readonly number[]) => [
    { name: `${name} to the wire, p50`, unit: "ms", value: quantile(values, 0.5) },
    under(300, { name: `${name} to the wire, p95`, unit: "ms", value: quantile(values, 0.95) }),
  ];
  return [...rows("from a new namespace", namespace), ...rows("from an OOM kill", kill)];
}

function oomKills({ usage }: Facts): number {
  return usage["/demo"]?.memory?.oomKills ?? 0;
}

/** Milliseconds from the shell's word that it begins until the page has the facts. */
async function elapsed(xray: XrayPage, command: string, holds: (facts: Facts) => boolean): Promise<number> {
  const seen = xray.page.output(1).length;
  xray.page.type(1, `echo T$EPOCHREALTIME; ${command} &\n`);
  await xray.until(command, holds);
  const now = Date.now();
  await xray.page.until("the time", () => /T\d+\.\d+\r/.test(xray.page.output(1).slice(seen)));
  const [, seconds] = /T(\d+\.\d+)\r/.exec(xray.page.output(1).slice(seen)) ?? [];
  return now - Number(seconds) * 1000;
}

async function shares(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, make, holds } of crowds) {
    await using lab = await Lab.start();
    const xray = await XrayPage.open(lab, "learner-of-the-bench");
    xray.page.type(1, `${make}\n`);
    await xray.until(name, holds);
    await sleep(1_000);
    const value = (await readersShare(lab.pid, LOOK)) * 100;
    rows.push(under(5, { name: `reading of ${name}, share of a core`, unit: "%", value }));
  }
  return rows;
}

/** Turn by turn, so that both see the same machine. */
async function echoes(): Promise<Row[]> {
  await using lab = await Lab.start({ env: { UNBOXED_CPUS: "2" } });
  const without: number[] = [];
  const looking: number[] = [];
  for (let round = 0; round < 3; round++)
    for (const looks of [false, true]) {
      const subject = await page(lab, "learner-of-the-bench", 1);
      subject.look(looks);
      try {
        const { echo } = await measure(subject);
        (looks ? looking : without).push(...echo);
      } finally {
        subject.close();
      }
    }
  const p99 = (values: readonly number[]) => quantile(values, 0.99);
  return [
    {
      name: "key to echo while the X-ray looks, p50, against without",
      unit: "ms",
      value: quantile(looking, 0.5),
      against: quantile(without, 0.5),
      ratio: quantile(looking, 0.5) / quantile(without, 0.5),
    },
    atMost(2, {
      name: "key to echo while the X-ray looks, p99, against without",
      unit: "ms",
      value: p99(looking),
      against: p99(without),
    }),
  ];
}
