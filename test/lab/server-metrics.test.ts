/** What an operator sees of a running lab-server: metrics, health, readiness, logs, and a drain. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "node:test";
import { z } from "zod";
import { HIGH_WATERMARK } from "../../lab-server/protocol.ts";
import { Lab, PLAIN_LESSON, patiently } from "./harness.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LESSONS = { plain: PLAIN_LESSON, other: PLAIN_LESSON };

async function get(lab: Lab, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${lab.port}${path}`, { headers });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

/** The sample of this name and labels, as in `unboxed_errors_total{code="internal"}`; 0 where there is none yet. */
function sample(exposition: string, name: string): number {
  const line = exposition.split("\n").find((found) => found.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

test("metrics tell of sandboxes, terminals, checks and errors as they happen", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "1" } });
  await lab.waitForLog("a sandbox is ready in the pool");
  const before = await get(lab, "/metrics");
  assert.equal(before.status, 200);
  assert.match(before.type ?? "", /^text\/plain; version=0\.0\.4/);
  assert.equal(sample(before.text, "unboxed_sandboxes"), 0);
  assert.equal(sample(before.text, "unboxed_pool_sandboxes"), 1);

  const page = await lab.page({ learner: "learner-1", lesson: "plain" });
  await page.open(1);
  page.type(1, "touch /root/done\r");
  await page.hear("task", ({ task }) => task.done);
  page.say({ type: "check", task: "no-such-task" });
  await page.hear("error");

  const { text } = await get(lab, "/metrics");
  assert.equal(sample(text, "unboxed_sandboxes"), 1);
  assert.equal(sample(text, "unboxed_pages"), 1);
  assert.equal(sample(text, 'unboxed_sandbox_ready_seconds_count{source="pool"}'), 1);
  assert.equal(sample(text, 'unboxed_terminal_bytes_total{direction="in"}'), "touch /root/done\r".length);
  assert.ok(sample(text, 'unboxed_terminal_bytes_total{direction="out"}') > 10);
  assert.ok(sample(text, "unboxed_check_seconds_count") > 0);
  assert.equal(sample(text, "unboxed_tasks_done_total"), 1);
  assert.equal(sample(text, 'unboxed_errors_total{code="no-such-task"}'), 1);
  assert.doesNotMatch(text, /learner-1/, "no learner is named in a metric");
});

test("a terminal that nobody takes output from counts as paused", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "0" } });
  const page = await lab.page({ learner: "learner-1", lesson: "plain" });
  await page.open(1);
  page.acknowledges = false;
  page.type(1, "yes\r");
  const paused = async (): Promise<void> => {
    while (sample((await get(lab, "/metrics")).text, "unboxed_terminals_paused") !== 1)
      await new Promise((go) => setTimeout(go, 50));
  };
  await patiently("a paused terminal", paused());
});

test("a terminal whose output was taken does not count as paused, also where another lab-server finds it again", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "0" } });
  const page = await lab.page({ learner: "learner-1", lesson: "plain" });
  await page.open(1);
  await page.run(1, "seq 200000; echo end-$((1+1))", "end-2");
  assert.ok(page.received(1) > HIGH_WATERMARK);
  page.cut();
  await lab.stop("SIGKILL");
  await lab.start();
  const { text } = await get(lab, "/metrics");
  assert.equal(sample(text, "unboxed_terminals"), 1);
  assert.equal(sample(text, "unboxed_terminals_paused"), 0);
});

test("every metric that the dashboard and the alerts ask for exists", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "0" } });
  const { text } = await get(lab, "/metrics");
  const known = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) => namesOf(name ?? "", type ?? "")),
  );
  for (const file of ["deploy/grafana/unboxed.json", "deploy/prometheus/alerts.yml"]) {
    const asked = readFileSync(join(ROOT, file), "utf8").match(/\bunboxed_[a-z0-9_]+/g) ?? [];
    assert.ok(asked.length > 3, `${file} asks for metrics`);
    assert.deepEqual(
      asked.filter((name) => !known.has(name)),
      [],
      `${file} asks for what there is`,
    );
  }
  const Dashboard = z.object({ title: z.string(), panels: z.array(z.object({ title: z.string(), type: z.string() })).min(8) });
  Dashboard.parse(JSON.parse(readFileSync(join(ROOT, "deploy/grafana/unboxed.json"), "utf8")));
});

function namesOf(name: string, type: string): string[] {
  return type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
}

test("health and readiness answer on the lab-server's own port", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "0" } });
  assert.deepEqual(JSON.parse((await get(lab, "/healthz")).text), { healthy: true });
  assert.deepEqual(JSON.parse((await get(lab, "/readyz")).text), { ready: true });
});

test("a drain starts no new sandboxes, leaves learners theirs, and ends the process with the last one", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "1", UNBOXED_IDLE_MINUTES: "0.2" } });
  const page = await lab.page({ learner: "learner-1", lesson: "plain" });
  process.kill(lab.pid, "SIGUSR2");
  await lab.waitForLog("draining: no new sandboxes are made");

  const ready = await get(lab, "/readyz");
  assert.equal(ready.status, 503);
  assert.equal((await get(lab, "/healthz")).status, 200, "it is well, and must not be restarted");
  assert.equal(sample((await get(lab, "/metrics")).text, "unboxed_draining"), 1);
  const late = await lab.socket();
  late.hello(await lab.ticket("learner-2", "plain"), randomUUID());
  const refused = await late.hear("error");
  assert.equal(refused.code, "server-full");
  assert.match(refused.message, /about to be serviced/);

  await page.open(1);
  await page.run(1, "echo still $((40 + 2))", "still 42");
  // Nobody types any more: the sandbox ends, and the process with it.
  await lab.waitForLog("stopped");
});

test("a request keeps its id from the site to the lab-server's log, and a page's lines name its sandbox", async () => {
  await using lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_POOL: "0", UNBOXED_LOG_LEVEL: "debug" } });
  await get(lab, "/lab/healthz", { "x-request-id": "from-the-proxy.1" });
  const line = await lab.waitForLog("a request");
  assert.equal(line.request, "from-the-proxy.1");
  await get(lab, "/lab/host", { "x-request-id": "no good; id" });
  assert.ok(!lab.log.some(({ request }) => request === "no good; id"));

  const page = await lab.page({ learner: "learner-1", lesson: "plain" });
  const entered = await lab.waitForLog("a page entered");
  page.say({ type: "check", task: "no-such-task" });
  await page.hear("error");
  const about = await lab.waitForLog(/has no task/);
  assert.equal(about.sandbox, entered.sandbox);
  assert.equal(about.connection, entered.connection);
});
