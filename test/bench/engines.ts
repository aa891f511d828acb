/** Time to a first prompt against container engines, with the same image on the same machine: `docker run` and `podman run`, turn by turn with sandboxes in one run. */
import { join } from "node:path";
import { atMost, compared, notMeasured, quantile, type Row } from "../../cli/bench/row.ts";
import { Lab } from "../lab/harness.ts";
import { IMAGES_FOLDER } from "../lab/sandbox-trial.ts";
import { Docker } from "./engines/docker.ts";
import type { Engine } from "./engines/engine.ts";
import { Podman } from "./engines/podman.ts";
import { peerIsMissing } from "./peers/debian-package.ts";
import { poolIsFull } from "./sandbox/pool.ts";
import { firstPrompt, nodePty, page } from "./terminal/subject.ts";

const ROUNDS = 15;
const POOL = 2;
const TREE = join(IMAGES_FOLDER, "debian");

/** Rows for `npm run bench`. Needs root and a built image; installs Debian's docker.io and podman. */
export async function run(): Promise<Row[]> {
  await using cold = await Lab.start();
  await using warm = await Lab.start({ env: { UNBOXED_POOL: String(POOL) } });
  await using engines = new AsyncDisposableStack();
  const docker = await peerIsMissing("docker.io");
  const podman = await peerIsMissing("podman", "runc");
  const subjects: Record<string, () => Promise<number>> = {
    cold: () => learner(cold),
    pool: await fromPool(warm),
    ...(docker === undefined && { "docker run": container(engines.use(await Docker.start(TREE))) }),
    ...(podman === undefined && { "podman run": container(engines.use(await Podman.start(TREE))) }),
  };
  const times = new Map<string, number[]>(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, subject] of Object.entries(subjects)) times.get(name)?.push(await subject());
  const median = (name: string) => quantile(times.get(name) ?? [], 0.5);

  const name = "hello to first prompt";
  const held = (peer: string, missing: string | undefined): Row[] => {
    if (missing !== undefined) return [notMeasured(`${name}, against ${peer}`, missing)];
    const against = { unit: "ms", against: median(peer) };
    const cold = { name: `${name}, nothing prepared, p50, against ${peer}`, value: median("cold"), ...against };
    const pool = { name: `${name}, from the pool, p50, against ${peer}`, value: median("pool"), ...against };
    return [peer === "docker run" ? atMost(0.5, cold) : compared(cold), compared(pool)];
  };
  return [...held("docker run", docker), ...held("podman run", podman)];
}

let learners = 0;

/** Milliseconds until a new learner has a prompt, over the lab-server. */
async function learner(lab: Lab): Promise<number> {
  const start = performance.now();
  const subject = await page(lab, `learner-number-${learners++}`, 1);
  await firstPrompt(subject);
  const time = performance.now() - start;
  subject.close();
  return time;
}

/** The pool is full again when each is done: what fills it would be in the way of the next subject. */
async function fromPool(lab: Lab): Promise<() => Promise<number>> {
  await poolIsFull(lab, POOL, 0);
  return async () => {
    const logged = lab.log.length;
    const time = await learner(lab);
    await poolIsFull(lab, POOL, logged);
    return time;
  };
}

function container(engine: Engine): () => Promise<number> {
  return async () => {
    const argv = engine.container({ detached: false }, "bash");
    const [program, ...args] = argv;
    const start = performance.now();
    const pty = nodePty(program, args);
    const failed = pty.ended.then(() => Promise.reject(new Error(`${argv.join(" ")} ended without a prompt`)));
    await Promise.race([firstPrompt(pty), failed]);
    const time = performance.now() - start;
    failed.catch(() => {});
    // It ends by itself, and is removed: killing the client would leave it running.
    pty.write("exit\n");
    await pty.ended;
    return time;
  };
}
