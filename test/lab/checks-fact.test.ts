/** `fact` in check scripts: what it says is what is so in the sandbox, whatever names are chosen there. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { pino } from "pino";
import { type Examiner, runChecks } from "../../lab-server/checks/check.ts";
import { Collector } from "../../lab-server/xray/collector.ts";
import { Trial } from "./sandbox-trial.ts";

let trial: Trial;
let collector: Collector;
let examiner: Examiner;
before(async () => {
  trial = await Trial.open();
  collector = new Collector(trial.driver, pino({ level: "silent" }));
  examiner = { driver: trial.driver, readFacts: (id) => collector.read(id) };
});
after(async () => {
  await collector.close();
  await trial[Symbol.asyncDispose]();
});

/** What each script says by `fail`, or "" where it passes. */
async function answers(id: string, scripts: readonly string[]): Promise<string[]> {
  const tasks = scripts.map((check, index) => ({
    id: `task-${index}`,
    title: check,
    check: { v1: check, v2: check },
    solution: { v1: "true", v2: "true" },
    hints: 0,
    early: false,
    line: 1,
  }));
  const results = await runChecks(examiner, id, tasks);
  return tasks.map(({ id }) => {
    const result = results.get(id);
    return result?.done ? "" : (result?.reason ?? "no answer");
  });
}

test("a check sees processes, namespaces, groups, mounts, layers and interfaces from outside", async () => {
  const id = await trial.create();
  const group = trial.driver.host.cgroup === 1 ? "$CGROUP/memory/demo" : "$CGROUP/demo";
  const limit = trial.driver.host.cgroup === 1 ? "memory.limit_in_bytes" : "memory.max";
  await trial.sh(
    id,
    `setsid unshare -p -f sleep 1000 >/dev/null 2>&1 & mkdir ${group}; echo 50M > ${group}/${limit}; echo more >> /etc/motd
     mount -t tmpfs none /mnt; ip link add v0 type veth peer name v1; until pgrep -x sleep >/dev/null; do :; done`,
  );
  assert.deepEqual(
    await answers(id, [
      "fact processes command='sleep 1000' pid.inner=1 || fail none",
      'fail "$(fact namespaces type=pid origin=made -- name parent processes)"',
      "fail $(fact processes comm=sleep -- namespace.pid)",
      "fail $(fact groups path=/demo -- limits.memory limits.swap)",
      "fail $(fact usage group=/demo -- memory.oomKills)",
      "fail $(fact files change=copied path=/etc/motd -- type)",
      "fail $(fact mounts point=/mnt -- type namespace)",
      "fail $(fact interfaces kind=veth name=v0 -- peer up)",
      "fact interfaces kind=veth name!=v0 || fail none",
      "fact interfaces kind=bridge && fail there is a bridge; true",
      "fail $(fact processes pid=1 -- pid pid.inner parent uid root)",
    ]),
    ["", "pid 2 pid 1 1", "pid 2", "52428800 max", "0", "file", "tmpfs mnt 1", "v1 no", "", "", "1 1 0 /"],
  );
  await trial.driver.destroy(id);
});

test("names that a learner chose are data: they are no columns, rows, patterns or commands", async () => {
  const id = await trial.create();
  await trial.sh(id, String.raw`touch $'/etc/a\'"\\$(touch pwned)*?[x]\t\n\x1fb' "/etc/a b" '/etc/ä;|&x'`);
  const [rows, literal, pattern, pwned, other, letters] = await answers(id, [
    'fail "$(fact files -- change | sort | uniq -c)"',
    "fact files 'path=/etc/a b' || fail none",
    "fact files 'path=/etc/a*' && fail it is a pattern; true",
    "[ ! -e /root/pwned ] || fail it ran",
    'fail "$(fact files -- path | grep -c pwned)"',
    "fact files 'path=/etc/ä;|&x' || fail none",
  ]);
  assert.deepEqual([rows, literal, pattern, pwned, other, letters], ["3 added", "", "", "", "1", ""]);
  await trial.driver.destroy(id);
});

test("a table or a column that is not there is no answer, and a script without facts costs none", async () => {
  const id = await trial.create();
  assert.deepEqual(
    await answers(id, [
      "fact processes nope=1; fail $?",
      "fact processes -- nope; fail $?",
      "fact processes pid; fail $?",
      "table=mounts; fact $table; fail $?",
    ]),
    ["2", "2", "2", "2"],
  );
  const untouched: Examiner = { driver: trial.driver, readFacts: () => Promise.reject(new Error("nobody asked")) };
  const task = { id: "t", title: "t", solution: { v1: "", v2: "" }, hints: 0, early: false, line: 1 };
  const check = "fail 'a matter of fact processes'";
  assert.equal(
    (await runChecks(untouched, id, [{ ...task, check: { v1: check, v2: check } }])).get("t")?.reason,
    "a matter of fact processes",
  );
  await trial.driver.destroy(id);
});
