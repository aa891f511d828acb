/** cgroups of a real sandbox as the X-ray reads them, on whichever version this host has. Needs root. */
import assert from "node:assert/strict";
import { chownSync, mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { type GroupFact, MOST_ROWS, type UsageFact } from "../../lab-server/xray/facts.ts";
import { GroupReader } from "../../lab-server/xray/read/cgroup.ts";
import type { Subject } from "../../lab-server/xray/subject.ts";
import { MIB, Trial } from "./sandbox-trial.ts";
import { commandOf, subject, waitFor } from "./xray-subject.ts";

let trial: Trial;
let id: string;
let seen: Subject;
let reader: GroupReader;
before(async () => {
  trial = await Trial.open();
  id = await trial.create();
  seen = await subject(trial, id);
  reader = new GroupReader(seen);
});
after(async () => {
  reader?.[Symbol.dispose]();
  await trial?.[Symbol.asyncDispose]();
});

const isFirst = () => seen.cgroup === 1;
/** A directory in the sandbox: v1 has one for each controller. */
const dir = (controller: string, path: string) => (isFirst() ? `/sys/fs/cgroup/${controller}${path}` : `/sys/fs/cgroup${path}`);
const sh = (script: string) => trial.sh(id, script);
const group = (path: string): GroupFact => {
  const fact = reader.read().groups[path];
  assert(fact, `There is no group ${path}.`);
  return fact;
};
const usage = (path: string): UsageFact => {
  const fact = reader.read().usage[path];
  assert(fact, `There is no usage of ${path}.`);
  return fact;
};
const pidOf = (command: string) =>
  waitFor(() => [...reader.read().members.keys()].find((pid) => commandOf(pid) === command), `The process ${command}`);

test("the sandbox's own group has the limits that it was made with, and its pid 1 is in it", () => {
  const { groups, members, usage: used, leftOut } = reader.read();
  assert.deepEqual(
    { memory: groups["/"]?.limits.memory, pids: groups["/"]?.limits.pids, period: groups["/"]?.limits.cpuPeriod },
    { memory: 512 * MIB, pids: 256, period: 100_000 },
  );
  assert.equal(groups["/"]?.parent, null);
  assert.equal(leftOut, 0);
  const home = isFirst() ? "/" : "/init.scope";
  assert(groups[home]?.processes.includes(seen.initPid));
  const paths = Object.entries(members.get(seen.initPid) ?? {});
  assert(paths.length > 0);
  for (const [hierarchy, path] of paths) assert.equal(path, home, hierarchy);
  assert((used["/"]?.memory?.current ?? 0) > 0);
  assert((used["/"]?.cpu?.usage ?? 0) > 0);
  assert((used["/"]?.pids?.current ?? 0) > 0);
});

test("limits are seen when they are set, at the next reading, and what is none is null", async () => {
  const file = isFirst() ? "memory.limit_in_bytes" : "memory.max";
  await sh(`mkdir -p ${dir("memory", "/limits/inner")}`);
  if (!isFirst()) await sh("echo +memory > /sys/fs/cgroup/limits/cgroup.subtree_control");
  assert.equal(group("/limits").limits.memory, null);
  assert.equal(group("/limits/inner").parent, "/limits");
  await sh(`echo 20M > ${dir("memory", "/limits")}/${file}`);
  assert.equal(group("/limits").limits.memory, 20 * MIB);
  const before = reader.read().groups["/limits"];
  assert.equal(reader.read().groups["/limits"], before, "a row that did not change is the same object");
  await sh(`echo 30M > ${dir("memory", "/limits")}/${file}`);
  assert.equal(group("/limits").limits.memory, 30 * MIB);
  if (isFirst()) return;
  assert.deepEqual(group("/limits").handsDown, ["memory"]);
  assert.deepEqual(group("/limits/inner").controllers, ["memory"]);
  assert.equal(group("/limits").kind, "domain");
});

test("an OOM kill is counted where it happened, and nowhere else", async () => {
  const memory = dir("memory", "/oom");
  const limit = isFirst() ? "memory.limit_in_bytes" : "memory.max";
  await sh(`mkdir ${memory}; echo 8M > ${memory}/${limit}${isFirst() ? "" : `; echo 0 > ${memory}/memory.swap.max || true`}`);
  assert.equal(usage("/oom").memory?.oomKills, 0);
  await sh(`bash -c 'echo $BASHPID > ${memory}/cgroup.procs; exec tail /dev/zero' || true`);
  const { memory: used } = usage("/oom");
  assert.equal(used?.oomKills, 1);
  assert((used?.reached ?? 0) > 0);
  assert(used?.peak === undefined || used.peak >= 7 * MIB);
  assert.equal(usage("/").memory?.oomKills, 0);
});

test("throttled time, refused forks and frozen groups", async () => {
  const [cpu, pids, freezer] = [dir("cpu", "/slow"), dir("pids", "/few"), dir("freezer", "/cold")];
  await sh(`mkdir ${cpu} ${pids} ${freezer}`);
  await sh(isFirst() ? `echo 10000 > ${cpu}/cpu.cfs_quota_us` : `echo "10000 100000" > ${cpu}/cpu.max`);
  assert.equal(group("/slow").limits.cpuQuota, 10_000);
  await sh(`bash -c 'echo $BASHPID > ${cpu}/cgroup.procs; exec timeout 1 sh -c "while :; do :; done"' || true`);
  const { cpu: slow } = usage("/slow");
  assert((slow?.throttledPeriods ?? 0) > 0 && (slow?.throttled ?? 0) > 0 && (slow?.periods ?? 0) > 0);

  await sh(`echo 1 > ${pids}/pids.max; sh -c 'echo $$ > ${pids}/cgroup.procs; /bin/true & wait' 2> /dev/null || true`);
  assert((usage("/few").pids?.refused ?? 0) > 0);
  assert.equal(group("/few").limits.pids, 1);

  await sh(`setsid sleep 4242 < /dev/null &> /dev/null & echo $! > ${freezer}/cgroup.procs`);
  const pid = await pidOf("sleep 4242");
  assert.deepEqual(group("/cold").processes, [pid]);
  assert.equal(reader.read().members.get(pid)?.[isFirst() ? "freezer" : "unified"], "/cold");
  assert.equal(group("/cold").frozen, false);
  await sh(isFirst() ? `echo FROZEN > ${freezer}/freezer.state` : `echo 1 > ${freezer}/cgroup.freeze`);
  await waitFor(() => group("/cold").frozen || undefined, "The freeze");
  await sh(isFirst() ? `echo THAWED > ${freezer}/freezer.state` : `echo 0 > ${freezer}/cgroup.freeze`);
  await waitFor(() => (group("/cold").frozen ? undefined : true), "The thaw");
});

test("a group that goes is gone, and one that is made again by its name is another one", async () => {
  const path = dir("pids", "/again");
  await sh(`mkdir ${path}; echo 7 > ${path}/pids.max`);
  assert.equal(group("/again").limits.pids, 7);
  await sh(`rmdir ${path}; mkdir ${path}`);
  assert.equal(group("/again").limits.pids, null);
  await sh(`rmdir ${path}`);
  assert.equal(reader.read().groups["/again"], undefined);
});

test("a renamed group is found by its new name", async (t) => {
  if (!isFirst()) return t.skip("v2 has no renaming");
  const path = dir("pids", "/old-name");
  await sh(`mkdir ${path}; echo 7 > ${path}/pids.max`);
  assert.equal(group("/old-name").limits.pids, 7);
  await sh(`mv ${path} ${dir("pids", "/new-name")}; mkdir ${path}`);
  await waitFor(() => reader.read().groups["/new-name"], "The group by its new name");
  assert.equal(group("/new-name").limits.pids, 7);
  assert.equal(group("/old-name").limits.pids, null);
});

test("any name is read and shown", async () => {
  const parent = dir("pids", "");
  const names = [
    Buffer.from("a\xff\xe9", "latin1"),
    Buffer.from("a\xfe\xe9", "latin1"),
    Buffer.from("\x1b[31m‮x"),
    Buffer.from("-"),
  ];
  for (const name of names) await sh(`mkdir -- ${parent}/$'${[...name].map((byte) => `\\x${byte.toString(16)}`).join("")}'`);
  const { groups } = reader.read();
  assert(groups["/a\ufffd\ufffd"] && groups["/a\ufffd\ufffd~2"], "two names that look the same have two rows");
  assert(groups["/\\e[31m\\u{202e}x"] && groups["/-"]);
  const where = reader.locate("/a\ufffd\ufffd");
  assert(where && Object.values(where.directories).length > 0);
});

test("what is nested deeper than a path can say is left out, and goes with the sandbox", async () => {
  assert.equal(reader.read().leftOut, 0);
  await sh(`cd ${dir("pids", "")}; name=$(printf 'x%.0s' {1..250}); for n in {1..30}; do mkdir $name; cd $name; done`);
  const { groups, leftOut } = reader.read();
  assert(leftOut > 0);
  const rows = Object.entries(groups);
  for (const [path, { parent }] of rows) assert(parent === null || groups[parent], path);
  assert(rows.length > 10);
});

test("thousands of groups are bounded, and a process in the last of them is found", async () => {
  const crowd = seen.cgroups.pids ?? seen.cgroups.unified;
  assert(crowd !== undefined);
  // v2 lets a sandbox have about a thousand.
  const wide = isFirst() ? 100 : 8;
  // Made from outside: what counts is that they are there.
  for (let first = 0; first < wide; first++) {
    mkdirSync(`${crowd}/crowd${first}`);
    for (let second = 0; second < 100; second++) mkdirSync(`${crowd}/crowd${first}/g${second}`);
  }
  const last = `/crowd${wide - 1}/g57`;
  chownSync(`${crowd}${last}/cgroup.procs`, seen.firstHostId, seen.firstHostId);
  await sh(`setsid sleep 4343 < /dev/null &> /dev/null & echo $! > ${dir("pids", last)}/cgroup.procs`);
  const { groups, leftOut } = reader.read();
  assert.equal(Object.keys(groups).length, MOST_ROWS.groups);
  assert(leftOut > wide * 100 - MOST_ROWS.groups, `${leftOut} are left out`);
  const pid = await pidOf("sleep 4343");
  await waitFor(() => reader.read().groups[last], "The group that a process is in");
  assert.deepEqual(group(last).processes, [pid]);
});
