/** What the X-ray shows of cgroups, played in a real sandbox. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test, { after, before } from "node:test";
import type { Facts } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";

const MIB = 1024 ** 2;
/** Files and folders by the host's version, as a learner's shell names them. */
const V1 = existsSync("/sys/fs/cgroup/memory");
const folder = (controller: string) => (V1 ? `$CGROUP/${controller}/demo` : "$CGROUP/demo");

let lab: Lab;
before(async () => {
  lab = await Lab.start({ env: { UNBOXED_MAX_PER_LEARNER: "20" } });
});
after(() => lab[Symbol.asyncDispose]());

/** A page of a learner who made the group demo. */
async function withDemo(learner: string): Promise<XrayPage> {
  const xray = await XrayPage.open(lab, learner);
  const controllers = V1 ? ["memory", "cpu", "pids", "freezer", "cpuset", "blkio"] : [""];
  await xray.run(`mkdir ${controllers.map((controller) => folder(controller)).join(" ")}`);
  await xray.event("group-made", /^the group \/demo was made$/);
  return xray;
}

/** Runs a program in the group. */
const inside = (controller: string, command: string) => `(echo $BASHPID > ${folder(controller)}/cgroup.procs; exec ${command})`;

const groupOf = ({ groups }: Facts) => groups["/demo"];
const usageOf = ({ usage }: Facts) => usage["/demo"];

test("groups, who is in them, and what they limit", async () => {
  const xray = await withDemo("learner-limits");
  assert.equal(groupOf(xray.facts)?.parent, "/");
  await xray.run(
    V1
      ? `echo 50M > ${folder("memory")}/memory.limit_in_bytes; echo 20000 > ${folder("cpu")}/cpu.cfs_quota_us; echo 9 > ${folder("pids")}/pids.max`
      : `echo 50M > ${folder("")}/memory.max; echo 20000 100000 > ${folder("")}/cpu.max; echo 9 > ${folder("")}/pids.max`,
  );
  await xray.event("limit-set", V1 ? /^memory.limit_in_bytes of \/demo is now 50 MiB$/ : /^memory.max of \/demo is now 50 MiB$/);
  await xray.event("limit-set", /of \/demo is now 20 ms of every 100 ms$/);
  await xray.event("limit-set", /^pids.max of \/demo is now 9$/);
  const { memory, cpuQuota, cpuPeriod, pids } = groupOf(xray.facts)?.limits ?? {};
  assert.deepEqual([memory, cpuQuota, cpuPeriod, pids], [50 * MIB, 20_000, 100_000, 9]);
  await xray.run(`sleep 1000 & echo $! > ${folder("memory")}/cgroup.procs`);
  await xray.event("group-joined", /^(bash|sleep) \(pid \d+\) is in \/demo now/);
  const sleep = Object.values(xray.facts.processes).find(({ comm }) => comm === "sleep");
  assert(sleep);
  assert.deepEqual(groupOf(xray.facts)?.processes, [sleep.pid]);
  assert.equal(sleep.groups[V1 ? "memory" : "unified"], "/demo");
  await xray.run("kill -9 %1; wait");
  await xray.run(`rmdir ${folder("memory")} ${V1 ? ["cpu", "pids", "freezer", "cpuset", "blkio"].map(folder).join(" ") : ""}`);
  await xray.event("group-gone", /^the group \/demo was removed$/);
});

test("the OOM killer's work, with its victim", async () => {
  const xray = await withDemo("learner-oom");
  await xray.run(`echo 30M > ${folder("memory")}/${V1 ? "memory.limit_in_bytes" : "memory.max"}`);
  await xray.run(`${inside("memory", "bash -c 'x=$(head -c 100M /dev/zero | tr \"\\\\0\" x)'")}; true`);
  const { about } = await xray.event("oom-kill", /^the OOM killer took .*in \/demo: 30 MiB reached$/);
  assert.deepEqual(about[0], { table: "groups", id: "/demo" });
  assert((usageOf(xray.facts)?.memory?.oomKills ?? 0) >= 1);
  await xray.event("limit-reached", /^\/demo is at its memory limit of 30 MiB$/);
});

test("throttling", async () => {
  const xray = await withDemo("learner-throttle");
  await xray.run(V1 ? `echo 10000 > ${folder("cpu")}/cpu.cfs_quota_us` : `echo 10000 100000 > ${folder("")}/cpu.max`);
  await xray.run(inside("cpu", "timeout 0.5 sh -c 'while :; do :; done'"));
  await xray.event("throttled", /^\/demo is throttled: it wants more CPU time than its 10 ms of every 100 ms$/);
  const { throttledPeriods = 0, throttled = 0 } = usageOf(xray.facts)?.cpu ?? {};
  assert(throttledPeriods > 0 && throttled > 0);
});

test("freezing and thawing", async () => {
  const xray = await withDemo("learner-freeze");
  await xray.run(`sleep 1000 & echo $! > ${folder("freezer")}/cgroup.procs`);
  const [file, frozen, thawed] = V1 ? ["freezer.state", "FROZEN", "THAWED"] : ["cgroup.freeze", "1", "0"];
  await xray.run(`echo ${frozen} > ${folder("freezer")}/${file}`);
  await xray.event("frozen", /^\/demo is frozen/);
  assert.equal(groupOf(xray.facts)?.frozen, true);
  await xray.run(`echo ${thawed} > ${folder("freezer")}/${file}`);
  await xray.event("thawed", /^\/demo is thawed/);
  assert.equal(groupOf(xray.facts)?.frozen, false);
});

test("forks that a group refuses", async () => {
  const xray = await withDemo("learner-refused");
  await xray.run(`echo 3 > ${folder("pids")}/pids.max`);
  await xray.run(`${inside("pids", "timeout 5 bash -c 'for i in 1 2 3 4 5; do sleep 1 & done; wait'")} 2> /dev/null; true`);
  await xray.event("fork-refused", /^\/demo may start no more processes: 3 processes and threads are the most$/);
  assert((usageOf(xray.facts)?.pids?.refused ?? 0) > 0);
});
