import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { openBrowser, Visit } from "../browser/visit.ts";
import { type Service, Stack } from "./stack.ts";

/** Of the bits of /proc/PID/status, CapEff: capabilities(7). */
const CAP_SYS_ADMIN = 1n << 21n;
const CAP_SYS_MODULE = 1n << 16n;
const CAP_SYS_RAWIO = 1n << 17n;
/** Resolves to this machine in every browser, and Caddy is its own authority for it. */
const DOMAIN = "lab.localhost";
/** Milliseconds. */
const DRAINED_WITHIN = 60_000;

/** What a page says on the console while a service is away. */
const AWAY = /WebSocket|Failed to load resource|No ticket for the lab-server/;

let stack: Stack;
let browser: Browser;

before(async () => {
  stack = await Stack.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.[Symbol.asyncDispose]();
});

test("the site has no right at all, and the lab-server only those that are named", async () => {
  const states = await Promise.all((["site", "lab-server", "proxy"] as const).map((service) => stack.inspect(service)));
  for (const { HostConfig } of states) {
    assert.equal(HostConfig.Privileged, false);
    assert.equal(HostConfig.ReadonlyRootfs, true);
  }
  const published = states.map(({ HostConfig }) => Object.keys(HostConfig.PortBindings ?? {}));
  assert.deepEqual(published, [[], [], ["443/tcp", "80/tcp"]], "the proxy alone is reached from outside");

  assert.equal(await capabilities("site"), 0n);
  assert.match(await stack.inside("site", "id", "-u"), /^999999$/m);
  await assert.rejects(stack.inside("site", "touch", "/srv/unboxed/app/page.tsx"), /Permission denied/);
  await assert.rejects(stack.inside("site", "ls", "/var/lib/unboxed/disks"), /No such file/);
  await assert.rejects(stack.inside("site", "touch", "/etc/unboxed/environment"), /Read-only file system|Permission denied/);

  const lab = await capabilities("lab-server");
  assert.equal(lab & CAP_SYS_ADMIN, CAP_SYS_ADMIN);
  assert.equal(lab & (CAP_SYS_MODULE | CAP_SYS_RAWIO), 0n);
});

test("the proxy leads to the site and to the lab-server's public paths, and to nothing else", async () => {
  const status = async (path: string) => (await fetch(new URL(path, stack.url))).status;
  assert.equal(await status("/api/health"), 200);
  assert.equal(await status("/lab/healthz"), 200);
  assert.equal(await status("/metrics"), 404);
  assert.equal(await status("/lab/metrics"), 404);
  assert.equal(await status("/readyz"), 404);
});

test("a lesson is played through the proxy, and its shell outlives a lab-server that is killed", async (t) => {
  await play(t.name, { expected: AWAY }, async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("word=known; readlink /proc/$$/ns/uts > /root/my-uts");
    await learner.isDone("look");

    process.kill(await stack.pidOf("lab-server", "lab-server/main.ts"), "SIGKILL");
    await learner.terminal.getByText("The connection is lost.").waitFor();
    await learner.terminal.getByText("The connection is lost.").waitFor({ state: "hidden" });
    await learner.type("echo still-$word");
    await learner.terminalShows("still-known");
    assert.equal((await stack.inspect("lab-server")).RestartCount, 0, "the container went on");
  });
});

test("a container that is started again makes sandboxes anew and keeps what learners have done", async (t) => {
  const files = async () =>
    (await stack.inside("lab-server", "ls", "/var/lib/unboxed/disks")).split("\n").filter((name) => /^\w/.test(name));
  await play(t.name, { expected: AWAY }, async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await learner.isDone("look");
    const before = await files();

    // As at a power cut: nobody says goodbye.
    await stack.kill("lab-server", "site");
    await stack.up();
    assert.deepEqual(
      (await files()).filter((file) => before.includes(file)),
      [],
      "the disks of sandboxes that ended are removed",
    );
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    assert.equal(await learner.task("look").getAttribute("data-state"), "done");
    await learner.type("ls /root/my-uts");
    await learner.terminalShows("No such file or directory");
  });
});

test("what was backed up is there again after all was lost but the backup", async (t) => {
  const backup = "/var/lib/unboxed/test-backup.tar.gz";
  await play(t.name, { expected: AWAY }, async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await learner.isDone("look");
    await stack.inside("lab-server", "node", "cli/backup.ts", backup);

    await stack.compose("stop");
    const lose = "rm -rf /var/lib/unboxed/secret /var/lib/unboxed/database/*";
    const restore = ["--rm", "--no-deps", "-T", "--entrypoint", "sh", "lab-server", "-c"];
    await stack.compose("run", ...restore, `${lose} && node cli/restore.ts ${backup} && rm ${backup}`);
    await stack.up();
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    assert.equal(await learner.task("look").getAttribute("data-state"), "done");
  });
});

test("every task of every lesson can be done in a sandbox that the container made", async () => {
  const { stdout } = await stack.compose("run", "--rm", "--no-deps", "-T", "lab-server", "node", "cli/lab.ts", "test");
  assert.match(stdout, /^(?!0)\d+ passed, 0 failed$/m);
});

test("with a domain there is TLS: a lesson is played over it, and plain http leads to it", async (t) => {
  await stack.up(DOMAIN);
  const authority = await stack.inside("proxy", "cat", "/var/lib/caddy/caddy/pki/authorities/local/root.crt");
  // Not fetch, which takes no authority of ours.
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: stack.httpsPort, servername: DOMAIN, ca: authority, path: "/api/health" });
    asked.setHeader("Host", `${DOMAIN}:${stack.httpsPort}`);
    asked.once("error", reject).once("response", (answer) => resolve(answer.resume().statusCode));
    asked.end();
  });
  assert.equal(status, 200, "the certificate is one of Caddy's own authority");

  const plain = await fetch(`http://127.0.0.1:${stack.httpPort}/lessons`, {
    redirect: "manual",
    headers: { Host: DOMAIN },
  });
  assert.ok([301, 308].includes(plain.status), `http is answered with ${plain.status}`);
  assert.match(plain.headers.get("location") ?? "", /^https:/);

  await play(t.name, { ignoreHTTPSErrors: true }, async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await learner.isDone("look");
    const cookies = await learner.context.cookies();
    assert.ok(cookies.length > 0 && cookies.every(({ secure }) => secure), "cookies are for TLS alone");
  });
});

test("told to drain, the lab-server ends by itself when it has no sandbox, and stays so", async () => {
  await stack.kill("lab-server");
  await stack.up(DOMAIN);
  const { Id } = await stack.inspect("lab-server");
  await stack.compose("kill", "-s", "SIGUSR2", "lab-server");
  // The shell that starts it names it too.
  const server = /^\s*\d+\s+node .*lab-server\/main\.ts$/m;
  const runs = async () => server.test((await stack.engine.docker(["top", Id, "-o", "pid,args"])).stdout);
  for (const end = Date.now() + DRAINED_WITHIN; await runs(); await sleep(200))
    assert.ok(Date.now() < end, "it goes on, though it has no sandbox");
  // Longer than it takes to be started again, where it was a crash.
  await sleep(3_000);
  assert.equal(await runs(), false);
  const { stdout } = await stack.engine.docker(["ps", "--all", "--filter", `id=${Id}`, "--format", "{{.Status}}"]);
  assert.match(stdout, /^Up /, "nor does the engine start it again, which never sees it end");
  assert.match((await stack.engine.docker(["logs", Id])).stderr, /docker compose restart lab-server/);
});

test("told to stop, it ends in time and by itself", async () => {
  await stack.compose("stop");
  const { stdout } = await stack.engine.docker(["ps", "--all", "--format", "{{.Names}} {{.Status}}"]);
  const codes = [...stdout.matchAll(/^\S*(site|lab-server|proxy)\S* Exited \((\d+)\)/gm)].map(
    ([, name, code]) => `${name} ${code}`,
  );
  assert.deepEqual(codes.sort(), ["lab-server 0", "proxy 0", "site 0"]);
});

/** One learner's browser. */
async function play(
  name: string,
  { expected, ...options }: BrowserContextOptions & { expected?: RegExp },
  scene: (learner: Visit<Stack>) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  try {
    context.setDefaultTimeout(60_000);
    const learner = new Visit(stack, context, await context.newPage(), expected);
    try {
      await scene(learner);
      assert.deepEqual(learner.problems, []);
    } catch (error) {
      const shot = await learner.screenshot(`compose ${name}`);
      const { stdout } = await stack.compose("logs", "--no-color", "--tail=30", "lab-server");
      throw new Error(`${error instanceof Error ? error.message : error}\nScreenshot: ${shot}\n${stdout}`, { cause: error });
    }
  } finally {
    await context.close();
  }
}

/** Effective capabilities of the service's own process. */
async function capabilities(service: Service): Promise<bigint> {
  const { State } = await stack.inspect(service);
  return BigInt(`0x${/^CapEff:\s+(\w+)/m.exec(readFileSync(`/proc/${State.Pid}/status`, "utf8"))?.[1]}`);
}
