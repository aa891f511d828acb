/** Time to a first prompt: from nothing against the same steps by hand, from the pool against a bare `runc exec -t`, turn by turn in one run. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { atMost, quantile, type Row } from "../../cli/bench/row.ts";
import { shell } from "../../lab-server/sandbox/shell.ts";
import { Lab } from "../lab/harness.ts";
import { IMAGES_FOLDER, MIB, Trial } from "../lab/sandbox-trial.ts";
import { poolIsFull } from "./sandbox/pool.ts";
import { firstPrompt, nodePty, page } from "./terminal/subject.ts";

const ROUNDS = 15;
const POOL = 2;
const BY_HAND = join(import.meta.dirname, "sandbox/by-hand.sh");
const LIMITS = { memory: 512 * MIB, pids: 256, cpus: 1, disk: 2048 * MIB, inodes: 65_536 };

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  const { driver, hand } = await cold();
  const { pool, bare } = await warm();
  const median = (values: readonly number[]) => quantile(values, 0.5);
  return [
    atMost(2, {
      name: "driver's create to first prompt, p50, against the same steps by hand",
      unit: "ms",
      value: median(driver),
      against: median(hand),
    }),
    atMost(2, {
      name: "hello to first prompt from the pool, p50, against runc exec -t",
      unit: "ms",
      value: median(pool),
      against: median(bare),
    }),
  ];
}

async function cold(): Promise<{ driver: number[]; hand: number[] }> {
  await using trial = await Trial.open();
  const times = { driver: [] as number[], hand: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const id = randomBytes(8).toString("hex");
    const start = performance.now();
    await trial.driver.create({ id, image: "debian", hostname: "sandbox", limits: LIMITS });
    const pty = await trial.driver.openPty(id, shell(trial.driver.host, 80, 24));
    await firstPrompt({ onOutput: (listener) => pty.onData(listener) });
    times.driver.push(performance.now() - start);
    pty.close();
    await trial.driver.destroy(id);
    times.hand.push(await byHand());
  }
  return times;
}

async function byHand(): Promise<number> {
  const id = `hand${randomBytes(4).toString("hex")}`;
  const folder = await mkdtemp("/run/unboxed-bench-");
  const first = 900_000_000;
  try {
    // The sandbox's root is nobody special on the host, and passes through here.
    await chmod(folder, 0o711);
    await writeFile(join(folder, "config.json"), JSON.stringify(configuration(join(folder, "work"), id, first)));
    const { stdout } = await promisify(execFile)(BY_HAND, [
      join(IMAGES_FOLDER, "debian"),
      join(folder, "work"),
      id,
      String(first),
      join(folder, "config.json"),
    ]);
    return Number(stdout.trim());
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Less than the driver's: no seccomp filter, no limits on namespaces, no nesting. */
function configuration(folder: string, id: string, first: number) {
  const mappings = [{ containerID: 0, hostID: first, size: 65_536 }];
  const bind = (source: string, destination: string) => ({ source, destination, type: "bind", options: ["rbind", "rw"] });
  return {
    ociVersion: "1.0.2",
    hostname: "hand",
    root: { path: join(folder, "merged") },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      cwd: "/",
      args: ["/usr/bin/sleep", "infinity"],
      env: ["PATH=/usr/bin:/usr/sbin"],
    },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["nosuid", "newinstance", "ptmxmode=0666"] },
      { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev"] },
      { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "rw"] },
      bind(join(folder, "disk/home"), "/root"),
    ],
    linux: {
      uidMappings: mappings,
      gidMappings: mappings,
      namespaces: ["pid", "network", "ipc", "uts", "mount", "cgroup", "user"].map((type) => ({ type })),
      cgroupsPath: `/unboxed-bench/${id}`,
      resources: { memory: { limit: LIMITS.memory }, pids: { limit: LIMITS.pids }, cpu: { quota: 100_000, period: 100_000 } },
    },
  };
}

async function warm(): Promise<{ pool: number[]; bare: number[] }> {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: String(POOL) } });
  const times = { pool: [] as number[], bare: [] as number[] };
  let logged = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await poolIsFull(lab, POOL, logged);
    logged = lab.log.length;
    const start = performance.now();
    const learner = await page(lab, `learner-of-round-${round}`, 1);
    await firstPrompt(learner);
    times.pool.push(performance.now() - start);

    await poolIsFull(lab, POOL, logged);
    const startBare = performance.now();
    const bare = nodePty("runc", ["--root", `/run/unboxed/${lab.instance}/runc`, "exec", "-t", learner.sandbox, "/bin/bash"]);
    await firstPrompt(bare);
    times.bare.push(performance.now() - startBare);
    bare.close();
    learner.close();
  }
  return times;
}
