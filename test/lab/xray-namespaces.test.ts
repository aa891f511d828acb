/** What the X-ray shows of processes and namespaces, played in a real sandbox. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { type Facts, NAMESPACE_TYPES, type NamespaceType, type ProcessFact } from "../../lab-server/protocol.ts";
import { ProcConnector } from "../../lab-server/sandbox/kernel/proc-connector.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";

let lab: Lab;
before(async () => {
  lab = await Lab.start({ env: { UNBOXED_MAX_PER_LEARNER: "20" } });
});
after(() => lab[Symbol.asyncDispose]());

const rows = <T>(table: Record<string, T>): T[] => Object.values(table);
const processOf = ({ processes }: Facts, command: string) => rows(processes).find((row) => row.command === command);
const made = ({ namespaces }: Facts, type: NamespaceType) =>
  Object.entries(namespaces).filter(([, row]) => row.type === type && row.origin === "made");

/** Waits for the process, and returns it. */
async function seen(xray: XrayPage, command: string): Promise<ProcessFact> {
  await xray.until(`the process ${command}`, (facts) => processOf(facts, command) !== undefined);
  const process = processOf(xray.facts, command);
  assert(process);
  return process;
}

test("a sandbox at rest: its first process and its shell, in namespaces of its own", async () => {
  const xray = await XrayPage.open(lab, "learner-rest");
  const { processes, namespaces } = xray.facts;
  const first = rows(processes).find(({ pids }) => pids[0] === 1);
  const shell = rows(processes).find(({ comm }) => comm === "bash");
  assert(first && shell);
  assert.equal(first.comm, "catatonit");
  assert.deepEqual([first.parent, shell.uid.sandbox, shell.uid.inner, shell.root], [null, 0, 0, "/"]);
  assert(shell.uid.host >= 1_000_000 && shell.pid !== shell.pids[0]);
  for (const type of NAMESPACE_TYPES) {
    const id: string | undefined = shell.namespaces[type];
    assert(id !== undefined);
    assert.equal(namespaces[id]?.origin, type === "time" ? "host" : "sandbox");
    assert.equal(namespaces[id]?.name, `${type} 1`);
    assert.equal(first.namespaces[type], id);
  }
  assert.deepEqual(xray.events, []);
});

test("every type of namespace, made and nested twice", async () => {
  const xray = await XrayPage.open(lab, "learner-every");
  const all = "--user --map-root-user --pid --fork --mount-proc --net --uts --ipc --cgroup --time";
  await xray.run(`unshare ${all} unshare ${all} sleep 1001 &`);
  const inner = await seen(xray, "sleep 1001");
  assert.equal(inner.pids.length, 3);
  assert.equal(inner.pids[2], 1);
  const { namespaces, processes } = xray.facts;
  const middle = processes[String(inner.parent)];
  const outer = processes[String(middle?.parent)];
  assert(middle && outer);
  assert.deepEqual([middle.comm, middle.pids.length, outer.pids.length], ["unshare", 2, 1]);
  for (const type of NAMESPACE_TYPES) {
    const own = inner.namespaces[type];
    assert(own !== undefined);
    assert.equal(namespaces[own]?.origin, "made", type);
    assert.equal(made(xray.facts, type).length, 2, type);
  }
  for (const type of ["pid", "user"] as const) {
    const own = namespaces[inner.namespaces[type] ?? ""];
    const between = namespaces[own?.parent ?? ""];
    assert(between && own);
    assert.equal(namespaces[between.parent ?? ""]?.origin, "sandbox", type);
  }
  assert.equal(namespaces[inner.namespaces.net ?? ""]?.owner, inner.namespaces.user);
  assert.deepEqual(namespaces[inner.namespaces.user ?? ""]?.uidMap, [{ inside: 0, outside: 0, length: 1 }]);
  await xray.event("namespace-made", /pid 1 is (sleep|unshare)$/);
  await xray.event("namespace-made", /\bnet 2 was made|made net 2$/);
  await xray.run("kill -9 %1; wait");
  await xray.until("no namespace is left", (facts) => NAMESPACE_TYPES.every((type) => made(facts, type).length === 0));
  await xray.event("namespace-gone", /^user 3 is gone/);
});

test("unshare --pid without --fork: the shell stays, its next child is the first inside", async () => {
  const xray = await XrayPage.open(lab, "learner-half");
  await xray.run("unshare --pid bash");
  await xray.run("sleep 1002 &");
  await xray.event("namespace-made", /^bash made pid 2; its pid 1 is (bash|sleep)$/);
  const sleep = await seen(xray, "sleep 1002");
  const shell = xray.facts.processes[String(sleep.parent)];
  assert(shell);
  assert.notEqual(shell.namespaces.pid, sleep.namespaces.pid);
  assert.equal(xray.facts.namespaces[shell.namespaces.pid ?? ""]?.origin, "sandbox");
});

test("setns: nsenter goes into a namespace that is there, and one that a mount holds has a name", async () => {
  const xray = await XrayPage.open(lab, "learner-setns");
  await xray.run("unshare --uts sleep 1003 &");
  const sleep = await seen(xray, "sleep 1003");
  await xray.run(`nsenter --uts --target ${sleep.pids[0]} sleep 1004 &`);
  const joined = await seen(xray, "sleep 1004");
  assert.equal(joined.namespaces.uts, sleep.namespaces.uts);
  assert.equal(made(xray.facts, "uts").length, 1);
  await xray.run(`touch /root/held; mount --bind /proc/${sleep.pids[0]}/ns/uts /root/held; kill -9 %1 %2; wait`);
  await xray.until("the mount holds it", (facts) =>
    made(facts, "uts").some(
      ([id, row]) => row.pinned.includes("/root/held") && rows(facts.processes).every((one) => one.namespaces.uts !== id),
    ),
  );
  const since = xray.next;
  await xray.run("umount /root/held");
  await xray.event("namespace-gone", /^uts 2 is gone/, since);
});

test("a chroot is the root directory of who is in it", async () => {
  const xray = await XrayPage.open(lab, "learner-chroot");
  await xray.run("mkdir -p /root/jail && cp /bin/busybox /root/jail/ && chroot /root/jail /busybox sleep 1006 &");
  const sleep = await seen(xray, "/busybox sleep 1006");
  assert.equal(sleep.root, "/root/jail");
  await xray.event("root-changed", /^\/root\/jail is the root directory of (chroot|busybox) \(pid \d+\) now$/);
});

test("programs that end at once are told of where the kernel tells of them", async (context) => {
  const told = ProcConnector.open();
  told?.[Symbol.dispose]();
  if (!told) {
    context.skip("this host's kernel does not tell us of processes");
    return;
  }
  const xray = await XrayPage.open(lab, "learner-short");
  await xray.until("events", () => xray.watch?.processes === "events");
  // Again and again: on a machine that is busy the kernel throws away what nobody fetched in time.
  await xray.run("for n in 1 2 3 4 5 6 7 8; do /bin/true one two; sleep 0.5; done");
  await xray.event("process-ended", /^\/bin\/true one two \(pid \d+\) ran for [\d.]+ (ms|µs)$/);
});

test("names are data: control characters and the directions of text are shown, not done", async () => {
  const xray = await XrayPage.open(lab, "learner-names");
  await xray.run(String.raw`cp /bin/sleep $'/tmp/a\e[31m\u202e<b>' && $'/tmp/a\e[31m\u202e<b>' 1007 &`);
  await xray.until("the process", (facts) => rows(facts.processes).some(({ command }) => command.endsWith(" 1007")));
  const odd = rows(xray.facts.processes).find(({ command }) => command.endsWith(" 1007"));
  assert.match(odd?.comm ?? "", /^a\\e\[31m\\u\{202e\}<b>$/);
});
