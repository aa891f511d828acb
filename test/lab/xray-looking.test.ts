/** Who sees what, and when: pages that begin and end to look, a reset, and the files behind the facts. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Facts, type Reference, Table } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";
import { readersTicks } from "./xray-share.ts";

let lab: Lab;
before(async () => {
  lab = await Lab.start();
});
after(() => lab[Symbol.asyncDispose]());

test("a page hears nothing before it looks, and nothing after; meanwhile nothing is read", async () => {
  const page = await lab.page({ learner: "learner-silent", lesson: "plain" });
  await page.open(1);
  await page.run(1, "echo be''fore", "before");
  assert(!page.messages.some(({ type }) => type.startsWith("xray")));
  const xray = await XrayPage.look(page);
  await xray.run("sleep 1000 &");
  await xray.until("the process", ({ processes }) => Object.values(processes).some(({ command }) => command === "sleep 1000"));
  page.say({ type: "xray", look: false });
  await xray.run("sleep 1001 &");
  await sleep(500);
  const heard = page.messages.length;
  const ticks = readersTicks(lab.pid);
  await xray.run("sleep 1002 &");
  await sleep(1_500);
  assert(!page.messages.slice(heard).some(({ type }) => type.startsWith("xray")));
  assert(readersTicks(lab.pid) - ticks <= 5, "the worker rests");
  const again = await XrayPage.look(page);
  await again.until("what began meanwhile", ({ processes }) =>
    Object.values(processes).some(({ command }) => command === "sleep 1002"),
  );
  assert(again.events.every(({ text }) => !text.includes("1002")));
});

test("two pages see the same, each from when it looks; the events' numbers go on", async () => {
  const first = await XrayPage.open(lab, "learner-two");
  await first.run("sleep 1000 &");
  await first.event("process-started", /^sleep/);
  const second = await XrayPage.look(await lab.page({ learner: "learner-two", lesson: "plain" }));
  assert.deepEqual(
    second.events.map(({ id }) => id),
    first.events.map(({ id }) => id),
  );
  await first.run("mkdir /tmp/x; unshare --net sleep 1001 &");
  for (const xray of [first, second]) await xray.event("namespace-made", /\bnet 2 was made|made net 2$/);
  await first.until("quiet", () => true);
  assert.deepEqual(Object.keys(second.facts.namespaces).toSorted(), Object.keys(first.facts.namespaces).toSorted());
  const ids = second.events.map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((one, other) => one - other),
  );
  first.page.cut();
  const since = second.next;
  await second.page.open(1);
  await second.run("kill -9 %2");
  await second.event("namespace-gone", /^net 2 is gone/, since);
});

test("another learner's page sees another sandbox", async () => {
  const mine = await XrayPage.open(lab, "learner-mine");
  const other = await XrayPage.open(lab, "learner-other");
  await mine.run("sleep 1234 &");
  // Told as one event or as two: a bash that started, and became another program.
  await mine.until("the process", ({ processes }) => Object.values(processes).some(({ command }) => command === "sleep 1234"));
  const [process] = Object.entries(mine.facts.processes).find(([, { command }]) => command === "sleep 1234") ?? [];
  assert(process !== undefined);
  await sleep(300);
  await other.until("its own", () => true);
  assert(!Object.values(other.facts.processes).some(({ command }) => command === "sleep 1234"));
  assert.deepEqual(await other.raw({ table: "processes", id: process }), []);
  assert.deepEqual(await other.raw({ table: "processes", id: "1" }), []);
  assert.deepEqual(await other.raw({ table: "groups", id: "/../../../etc" }), []);
});

test("after a reset the page looks at the new sandbox", async () => {
  const xray = await XrayPage.open(lab, "learner-reset");
  await xray.run("ip netns add blue");
  await xray.event("namespace-made", /\bnet 2\b/);
  const before = Object.keys(xray.facts.namespaces);
  const beginnings = xray.beginnings;
  xray.page.say({ type: "reset" });
  await xray.page.hear("welcome");
  await xray.until("the new sandbox", ({ namespaces }) => {
    const ids = Object.entries(namespaces).filter(([, { origin }]) => origin === "sandbox");
    return xray.beginnings > beginnings && ids.length > 0 && ids.every(([id]) => !before.includes(id));
  });
  assert.deepEqual(xray.events, []);
  await xray.page.open(1);
  await xray.run("sleep 1000 &");
  await xray.until("the process", ({ processes }) => Object.values(processes).some(({ command }) => command === "sleep 1000"));
});

test("the files behind a row of each table", async () => {
  const xray = await XrayPage.open(lab, "learner-raw");
  await xray.run("echo more >> /etc/motd; unshare --net sleep 1000 & sleep 0.3");
  await xray.event("copied-up", /motd/);
  await xray.until("the namespace", ({ namespaces }) => Object.values(namespaces).some(({ name }) => name === "net 2"));
  const { facts } = xray;
  const expected: Record<Table, [find: (rows: Facts) => string | undefined, text: RegExp]> = {
    processes: [(rows) => find(rows.processes, ({ command }) => command === "sleep 1000"), /^Name:\tsleep$/m],
    namespaces: [(rows) => find(rows.namespaces, ({ name }) => name === "net 2"), /^net:\[\d+\]$/],
    groups: [() => "/", /^\d+$/m],
    usage: [() => "/", /^\d+$/m],
    mounts: [(rows) => find(rows.mounts, ({ point }) => point === "/proc"), / - proc proc /],
    overlays: [(rows) => find(rows.overlays, ({ sandbox }) => sandbox), /lowerdir=…/],
    files: [(rows) => find(rows.files, ({ path }) => path === "/etc/motd"), /upperdir=…/],
    interfaces: [(rows) => find(rows.interfaces, ({ kind }) => kind === "loopback"), /\blo:/],
  };
  for (const table of Table.options) {
    const [id, text] = expected[table];
    const found = id(facts);
    assert(found !== undefined, table);
    const files = await xray.raw({ table, id: found });
    assert(
      files.some((file) => text.test(file.text)),
      `${table}: ${JSON.stringify(files)}`,
    );
    for (const file of files) {
      assert(file.text.length <= 4096 && file.path.startsWith("/"));
      assert(!file.text.includes("/run/unboxed") && !file.text.includes(lab.stateFolder), file.path);
      assert(file.inside === null || !file.inside.includes("unboxed"), file.inside ?? "");
    }
    await sleep(200);
  }
  const process = find(facts.processes, ({ command }) => command === "sleep 1000");
  const status = (await xray.raw({ table: "processes", id: process ?? "" })).find(({ path }) => path.endsWith("/status"));
  await xray.run(`cat ${status?.inside}`);
  assert.match(xray.page.output(1), /Name:\tsleep/);
});

test("questions for files have a limit, and rows that are not there have none", async () => {
  const xray = await XrayPage.open(lab, "learner-rate");
  const nothing: Reference[] = [
    { table: "processes", id: "1" },
    { table: "processes", id: "__proto__" },
    { table: "mounts", id: "../../etc/passwd" },
    { table: "groups", id: "constructor" },
  ];
  for (const of of nothing) assert.deepEqual(await xray.raw(of), []);
  for (let count = 0; count < 40; count++) xray.page.say({ type: "xray.raw", of: { table: "groups", id: "/" } });
  await xray.page.hear("error", ({ code, fatal }) => code === "too-fast" && !fatal);
  await sleep(1_000);
  assert((await xray.raw({ table: "groups", id: "/" })).length > 0);
});

function find<T>(table: Record<string, T>, accepts: (row: T) => boolean): string | undefined {
  return Object.entries(table).find(([, row]) => accepts(row))?.[0];
}
