/** What an idle sandbox with one open terminal costs, held against an idle container of Docker; and whether two hundred at once are all of use. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, atMost, compared, notMeasured, type Row, under } from "../../cli/bench/row.ts";
import { HOLDER } from "../../lab-server/sandbox/runc/layout.ts";
import { Lab } from "../lab/harness.ts";
import { IMAGES_FOLDER } from "../lab/sandbox-trial.ts";
import { Docker } from "./engines/docker.ts";
import { ofServer, pidsIn, pssMegabytes } from "./memory/pss.ts";
import { peerIsMissing } from "./peers/debian-package.ts";
import { type Page, page } from "./terminal/subject.ts";

const SANDBOXES = 200;
const CONTAINERS = 50;
/** How many learners come at the same moment, and how many containers are started. */
const AT_ONCE = 10;
/** Milliseconds until memory is measured, and within which a shell must answer. */
const REST = 3_000;
const PATIENCE = 20_000;

/** Rows for `npm run bench`. Needs root and a built image; installs Debian's docker.io. */
export async function run(): Promise<Row[]> {
  const { sandbox, server, answered } = await sandboxes();
  const missing = await peerIsMissing("docker.io");
  const name = `an idle sandbox with a terminal, of ${SANDBOXES}`;
  const rows: Row[] = [
    under(12, { name: `${name} (PSS of its processes and of the server's growth)`, unit: "MB", value: sandbox }),
    { name: "of that in the lab-server and its holder of terminals", unit: "MB", value: server },
    atLeast(1, { name: "sandboxes at once whose shells answer", unit: "sandboxes", value: answered, against: SANDBOXES }),
  ];
  if (missing !== undefined) return [...rows, notMeasured(`${name}, against Docker`, missing)];
  const container = await containers();
  return [
    ...rows,
    atMost(0.3, { name: `${name}, against an idle container of Docker`, unit: "MB", value: sandbox, against: container }),
    compared({ name: "sandboxes per GB, against containers", unit: "", value: 1024 / sandbox, against: 1024 / container }),
  ];
}

/** Megabytes of one sandbox, and of them the server's; and how many of all shells answer. */
async function sandboxes(): Promise<{ sandbox: number; server: number; answered: number }> {
  await using lab = await Lab.start({ env: { UNBOXED_MAX_SANDBOXES: String(SANDBOXES + 1) } });
  // The first has the server load what it needs, as with Docker's daemons below.
  (await page(lab, "learner-first", 1)).close();
  await sleep(REST);
  const before = pssMegabytes(ofServer(lab));
  const learners: Page[] = [];
  for (let first = 0; first < SANDBOXES; first += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, index) => page(lab, `learner-number-${first + index}`, 1));
    learners.push(...(await Promise.all(wave)));
  }
  await sleep(REST);
  const server = pssMegabytes(ofServer(lab)) - before;
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
  return { sandbox: (inside + server) / SANDBOXES, server: server / SANDBOXES, answered };
}

/** Megabytes of one container with a shell on a terminal that nobody looks at: its shim, its shell, and the daemons' growth. */
async function containers(): Promise<number> {
  await using docker = await Docker.start(join(IMAGES_FOLDER, "debian"));
  // The first has the daemons load what they need.
  await docker.kill([await docker.idle("bash")]);
  await sleep(REST);
  const before = pssMegabytes(docker.daemonPids());
  const ids: string[] = [];
  for (let first = 0; first < CONTAINERS; first += AT_ONCE)
    ids.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => docker.idle("bash")))));
  await sleep(REST);
  // The daemons may still have been giving back what the image's import took.
  const daemons = Math.max(0, pssMegabytes(docker.daemonPids()) - before);
  return (daemons + pssMegabytes(docker.containerPids(ids))) / CONTAINERS;
}

function sandboxed(instance: string): number[] {
  const groups = globSync([`/sys/fs/cgroup/{unboxed,pids/unboxed}/${instance}/*/**/cgroup.procs`]);
  return pidsIn(groups.filter((group) => !group.includes(`/${HOLDER}/`)));
}
