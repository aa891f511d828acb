import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CLONE, NODE } from "../../cli/start/settings.ts";
import { SITE_ID } from "../../cli/start/site.ts";
import { freePort, Product } from "../browser/product.ts";

/** Runs a start that is to fail; what it says. */
function failedStart(env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(NODE, [join(CLONE, "cli/start.ts")], {
    cwd: CLONE,
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
  assert.equal(status, 1, stdout + stderr);
  return stdout + stderr;
}

/** Pids of the processes whose parent is `parent`, with their command lines. */
function children(parent: number): { pid: number; command: string }[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const status = Number.isInteger(pid) ? statusOf(pid) : undefined;
    if (status?.PPid !== String(parent)) return [];
    return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }];
  });
}

/** Fields of /proc/PID/status; undefined where the process has ended. */
function statusOf(pid: number): Record<string, string> | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, "utf8").trim().split("\n");
    return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2)));
  } catch {
    return undefined;
  }
}

function service(product: Product, what: "server.ts" | "lab-server"): number {
  const found = children(product.pid).find(({ command }) => command.includes(what));
  assert.ok(found, `${what} runs as a child of the start`);
  return found.pid;
}

async function until(what: string | (() => string), holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`waited 60 s in vain: ${typeof what === "string" ? what : what()}`);
}

test("the site runs without root and sees the clone, read-only, and its database", async () => {
  await using product = await Product.start();
  const site = service(product, "server.ts");
  const status = statusOf(site);
  assert.match(status?.Uid ?? "", new RegExp(`^${SITE_ID}\\s+${SITE_ID}\\s+${SITE_ID}\\s+${SITE_ID}$`));
  assert.match(status?.Gid ?? "", new RegExp(`^${SITE_ID}\\b`));
  assert.equal(status?.Groups?.trim(), "");
  assert.equal(status?.NoNewPrivs, "1");
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) assert.equal(status?.[set], "0000000000000000", set);
  assert.equal(readlinkSync(`/proc/${site}/cwd`), "/run/unboxed/site");
  assert.deepEqual(readdirSync(`/proc/${site}/root/run/unboxed`).sort(), ["database", "lessons", "site"]);

  const mounts = readFileSync(`/proc/${site}/mountinfo`, "utf8").split("\n");
  const options = (point: string) =>
    mounts
      .find((line) => line.split(" ")[4] === point)
      ?.split(" ")[5]
      ?.split(",");
  assert.ok(options("/run/unboxed/site")?.includes("ro"));
  assert.ok(options("/run/unboxed/site/.next")?.includes("ro"));
  assert.ok(options("/run/unboxed/lessons")?.includes("ro"));
  assert.ok(options("/run/unboxed/database")?.includes("rw"));
  assert.deepEqual(
    mounts.filter((line) => /^\/run\/unboxed\/(?!site|lessons|database)./.test(line.split(" ")[4] ?? "")),
    [],
    "no sandbox's file system is held by it",
  );

  const environment = readFileSync(`/proc/${site}/environ`, "utf8").split("\0");
  const names = environment.map((variable) => variable.split("=")[0]);
  assert.ok(!names.includes("UNBOXED_STATE") && !names.includes("TMPDIR"), "the site is told only what it needs");
});

test("a service that dies is said to, and starts again", async () => {
  await using product = await Product.start();
  const lab = service(product, "lab-server");
  process.kill(lab, "SIGKILL");
  await until("the lab-server is back", async () => {
    const now = children(product.pid).find(({ command }) => command.includes("lab-server"));
    return now !== undefined && now.pid !== lab && (await fetch(`${product.url}/lab/healthz`)).ok;
  });
  assert.match(product.output, /The lab-server was ended by SIGKILL\. Its last lines:/);
  assert.match(product.output, /It starts again in 1 s\./);
});

test("nothing is left by a stop, and nothing by a start that was killed", async () => {
  const product = await Product.start();
  try {
    await until("the pool has a sandbox", async () => (await product.traces()).some((line) => line.startsWith("cgroup")));
    assert.equal(await product.stop("SIGTERM"), 0, product.output);
    assert.deepEqual(await product.traces(), []);
  } finally {
    await product[Symbol.asyncDispose]();
  }

  await using killed = await Product.start();
  await until("the pool has a sandbox", async () => (await killed.traces()).some((line) => line.startsWith("cgroup")));
  await killed.stop("SIGKILL");
  let left: string[] = [];
  await until(
    () => `the services have ended and cleaned up: ${left.join(", ")}\n${killed.log("lab-server")}`,
    async () => {
      left = await killed.traces();
      return left.length === 0;
    },
  );
});

test("a second start with the same state folder says who runs, and how to have two", async () => {
  await using product = await Product.start();
  const said = failedStart({
    UNBOXED_STATE: product.stateFolder,
    PORT: String(await freePort()),
    UNBOXED_LAB_PORT: String(await freePort()),
  });
  assert.match(
    said,
    new RegExp(`Unboxed already runs with the state folder ${product.stateFolder} \\(process ${product.pid}\\)`),
  );
  assert.match(said, /UNBOXED_STATE=\/path PORT=3100 npm start/);
});

test("a port that is taken is said with the way out", async () => {
  const taken = createServer();
  const state = mkdtempSync(join(tmpdir(), "unboxed-product-"));
  try {
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    assert.ok(address !== null && typeof address === "object");
    const said = failedStart({ UNBOXED_STATE: state, PORT: String(address.port), UNBOXED_LAB_PORT: String(await freePort()) });
    assert.match(said, new RegExp(`Port ${address.port} \\(site\\) is taken: choose another by PORT=`));
  } finally {
    taken.close();
    rmSync(state, { recursive: true, force: true });
  }
});

test("a start from a clone that only root may enter works for learners", async () => {
  const home = mkdtempSync(join(tmpdir(), "unboxed-home-"));
  chmodSync(home, 0o700);
  const clone = join(home, "unboxed");
  try {
    mkdirSync(clone);
    // Hard links: node_modules is large, and nothing here writes into it.
    const names = readdirSync(CLONE).filter((name) => ![".unboxed", ".git"].includes(name));
    for (const name of names) {
      const { status, stderr } = spawnSync("cp", ["--archive", "--link", join(CLONE, name), clone], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
    await using product = await Product.start({ clone });
    const page = await fetch(`${product.url}/lessons/namespaces`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /data-task="uts"/);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test("what a start left that was killed with all of its processes is found by the next, and goes with it", async () => {
  await using killed = await Product.start();
  await until("the pool has a sandbox", async () => (await killed.traces()).some((line) => line.startsWith("cgroup")));
  const services = children(killed.pid).map(({ pid }) => pid);
  for (const pid of [killed.pid, ...services]) process.kill(pid, "SIGKILL");
  await killed.stop("SIGKILL");
  const left = await killed.traces();
  assert.ok(
    left.some((line) => line.includes("lab-server/holder/main.ts")) && left.some((line) => line.startsWith("mount")),
    left.join("\n"),
  );
  await using next = await Product.start({ env: { UNBOXED_STATE: killed.stateFolder } });
  assert.equal(await next.stop("SIGINT"), 0, next.output);
  assert.deepEqual(await killed.traces(), []);
});
