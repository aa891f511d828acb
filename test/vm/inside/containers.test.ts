/** The product as docker-compose.yml brings it up, on a host with cgroup v2. Each test goes on where the one before ended. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stack } from "../../deploy/stack.ts";
import type { LabClient } from "../../lab/client.ts";
import { CONTAINERS, MOUNTS } from "../recipe.ts";
import { run } from "./product.ts";
import { Visitor } from "./visitor.ts";

const LESSON = "namespaces";
/** Those that say most of control groups, and the shortest. */
const PROVEN = ["cgroups", "what-is-a-container"];

const data = mkdtempSync(join(tmpdir(), "containers-"));
let stack: Stack;
let visitor: Visitor;
let page: LabClient;

before(async () => {
  run("mount", `LABEL=${CONTAINERS}`, data);
  stack = await Stack.startBuilt(data, MOUNTS.images);
});
after(async () => {
  page?.cut();
  await stack?.[Symbol.asyncDispose]();
  run("umount", data);
});

test("a learner gets a sandbox and a shell through the proxy, and a task is ticked", async () => {
  visitor = await Visitor.come(LESSON, stack.url);
  page = await visitor.connect();
  await page.open(1);
  await page.run(1, "survivor=$((40+2)); echo set-$survivor", "set-42");
  page.type(1, "readlink /proc/$$/ns/uts > /root/my-uts\n");
  await page.until("a tick", () => page.messages.some((message) => JSON.stringify(message).includes('"done":true')));
});

test("the sandbox has its own cgroup v2, below the container's", async () => {
  await page.run(1, "mkdir /sys/fs/cgroup/mine && echo made-$(stat -fc %T /sys/fs/cgroup)", "made-cgroup2fs");
  const pid = await stack.pidOf("lab-server", "lab-server/main.ts");
  const [line = ""] = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  assert.match(line, new RegExp(`^0::/${stack.engine.cgroup}/[0-9a-f]{64}/`));
});

test("sandbox and shell survive a lab-server that is killed", async () => {
  process.kill(await stack.pidOf("lab-server", "lab-server/main.ts"), "SIGKILL");
  page = await visitor.connect(page);
  await page.open(1);
  await page.run(1, "echo still-$survivor", "still-42");
  assert.equal((await stack.inspect("lab-server")).RestartCount, 0, "the container went on");
});

test(`every task of ${PROVEN.join(" and ")} can be done in a sandbox that the container made`, async () => {
  const patience = `UNBOXED_PATIENCE=${process.env.UNBOXED_PATIENCE ?? 1}`;
  const options = ["--rm", "--no-deps", "-T", "-e", patience, "lab-server"];
  const { stdout } = await stack.compose("run", ...options, "node", "cli/lab.ts", "test", ...PROVEN);
  assert.match(stdout, /^(?!0)\d+ passed, 0 failed$/m);
});
