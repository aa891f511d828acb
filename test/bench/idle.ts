/** What an idle sandbox with one open terminal costs, and whether a hundred at once are all of use. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, type Row, under } from "../../cli/bench/row.ts";
import { Lab } from "../lab/harness.ts";
import { page } from "./terminal/subject.ts";

const SANDBOXES = 100;
/** How many learners come at the same moment. */
const AT_ONCE = 10;
/** Milliseconds until memory is measured, and within which a shell must answer. */
const REST = 3_000;
const PATIENCE = 20_000;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  await using lab = await Lab.start({ env: { UNBOXED_MAX_SANDBOXES: String(SANDBOXES) } });
  await sleep(REST);
  const before = pssMegabytes([lab.pid, ...children(lab.pid)]);
  const learners = [];
  for (let first = 0; first < SANDBOXES; first += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, index) => page(lab, `learner-number-${first + index}`, 1));
    learners.push(...(await Promise.all(wave)));
  }
  await sleep(REST);
  const server = pssMegabytes([lab.pid, ...children(lab.pid)]) - before;
  const inside = pssMegabytes(sandboxed(lab.instance));

  const answers = learners.map(
    (learner, index) =>
      new Promise<boolean>((resolve) => {
        let said = "";
        learner.onOutput((bytes) => {
          said += Buffer.from(bytes).toString();
          if (said.includes(`answer-${index}-`)) resolve(true);
        });
        learner.write(`echo answer-$((${index}))-\n`);
        setTimeout(() => resolve(false), PATIENCE);
      }),
  );
  const answered = (await Promise.all(answers)).filter(Boolean).length;
  for (const learner of learners) learner.close();
  return [
    under(12, {
      name: "an idle sandbox with a terminal, of 100 (PSS of its processes and of the server's growth)",
      unit: "MB",
      value: (inside + server) / SANDBOXES,
    }),
    { name: "of that in the lab-server", unit: "MB", value: server / SANDBOXES },
    atLeast(1, { name: "sandboxes at once whose shells answer", unit: "sandboxes", value: answered, against: SANDBOXES }),
  ];
}

function sandboxed(instance: string): number[] {
  const groups = globSync([`/sys/fs/cgroup/{unboxed,pids/unboxed}/${instance}/**/cgroup.procs`]);
  const pids = groups.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number));
  return [...new Set(pids)];
}

function children(pid: number): number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  // Shells in sandboxes are its children too, and are counted with them.
  return direct.filter((child) => !readFileSync(`/proc/${child}/cgroup`, "utf8").includes("/unboxed/"));
}

/** Proportional set size: what is shared is divided by those who share it (proc(5), smaps_rollup). */
function pssMegabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    // One that has ended since costs nothing.
    if (!existsSync(`/proc/${pid}/smaps_rollup`)) continue;
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
  }
  return kilobytes / 1024;
}
