/** Real pseudo-terminals in a real sandbox. Needs root. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { SandboxError } from "../../lab-server/sandbox/driver.ts";
import { Listening, TerminalSandbox } from "./terminal-sandbox.ts";

const PATIENCE = { timeout: patient(60_000) };
let sandbox: TerminalSandbox;
before(async () => {
  sandbox = await TerminalSandbox.open();
});
after(() => sandbox.close());

const isSandboxError = (code: SandboxError["code"]) => (error: unknown) =>
  error instanceof SandboxError && error.code === code && /^[A-Z][^\n]*\.$/.test(error.message);

test("a program sees its terminal, its size, its environment, and hears what is typed", PATIENCE, async () => {
  const pty = await sandbox.openPty(["/bin/bash", "--norc"], { cols: 101, rows: 33 });
  const heard = new Listening(pty);
  await pty.write(Buffer.from('stty size; tty; echo "[$HOME:$PWD:$TERM]"; exit 7\r'));
  assert.equal(await heard.exit, 7);
  assert.match(heard.text, /33 101\r\n\/dev\/pts\/\d+\r\n\[\/root:\/root:xterm\]\r\n/);
});

test("a program's umask is a login's, whatever that of who opens the terminal", PATIENCE, async () => {
  const mine = process.umask(0o077);
  try {
    const pty = await sandbox.script("umask");
    const heard = new Listening(pty);
    await heard.exit;
    assert.match(heard.text, /^0022\r\n/);
  } finally {
    process.umask(mine);
  }
});

test("a new size reaches the program as a signal", PATIENCE, async () => {
  const pty = await sandbox.script("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done");
  const heard = new Listening(pty);
  await heard.hear("ready");
  pty.resize(132, 50);
  await heard.exit;
  assert.match(heard.text, /50 132/);
});

test("impossible sizes are refused, and the terminal goes on", PATIENCE, async () => {
  const pty = await sandbox.script("read x; stty size");
  const heard = new Listening(pty);
  for (const [cols, rows] of [
    [0, 0],
    [100_000, 100_000],
    [80, -1],
    [80.5, 24],
    [Number.NaN, 24],
  ] as const) {
    assert.throws(() => pty.resize(cols, rows), isSandboxError("bad-size"));
    await assert.rejects(sandbox.openPty(["/bin/true"], { cols, rows }), isSandboxError("bad-size"));
  }
  await pty.write(Buffer.from("\r"));
  assert.equal(await heard.exit, 0);
  assert.match(heard.text, /24 80/);
});

test("bytes stay bytes, however the pty cuts them", PATIENCE, async () => {
  const line = "€uro 🙂 ça va";
  const pty = await sandbox.script(`for i in $(seq 5000); do echo '${line}'; done`);
  const heard = new Listening(pty);
  await heard.exit;
  assert.deepEqual(heard.bytes, Buffer.from(`${line}\r\n`.repeat(5_000)));
});

test("the exit code comes after the last output, a signal gives none", PATIENCE, async () => {
  const codes = { "printf last; exit 3": 3, true: 0, "printf last; kill -9 $$": null };
  for (const [script, code] of Object.entries(codes)) {
    const heard = new Listening(await sandbox.script(script));
    assert.equal(await heard.exit, code, script);
    assert.equal(heard.text, script.includes("printf") ? "last" : "");
  }
});

test("a job left behind does not keep the terminal open", PATIENCE, async () => {
  const heard = new Listening(
    await sandbox.script("setsid sleep 1000 & (trap '' HUP; while :; do echo noise; sleep 0.01; done) & exit 4"),
  );
  assert.equal(await heard.exit, 4);
});

test("a program that lets go of its terminal just before it exits keeps its exit code", PATIENCE, async () => {
  const heard = new Listening(await sandbox.script("trap 'exit 9' HUP; exec </dev/null >/dev/null 2>&1; sleep 0.2; exit 6"));
  assert.equal(await heard.exit, 6);
});

test("a program that lets go of its terminal ends it", PATIENCE, async () => {
  const heard = new Listening(await sandbox.script("exec </dev/null >/dev/null 2>&1; sleep 1000"));
  assert.equal(await heard.exit, null);
});

test("closing hangs up: the shell and what runs in it end, and nothing is left to reap", PATIENCE, async () => {
  const pty = await sandbox.script("sleep 1000");
  const heard = new Listening(pty);
  pty.close();
  assert.equal(await heard.exit, null);
  while (existsSync(`/proc/${pty.pid}`)) await sleep(10);
  await assert.rejects(pty.write(Buffer.from("x")));
  pty.resize(80, 24);
  pty.close();
});

test("no relay process stays, and the shell is this process's child", PATIENCE, async () => {
  const pty = await sandbox.script("echo ready; sleep 1000");
  const heard = new Listening(pty);
  await heard.hear("ready");
  assert.match(readFileSync(`/proc/${pty.pid}/status`, "utf8"), new RegExp(`^PPid:\\t${process.pid}$`, "m"));
  const arguments_ = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine);
  assert.deepEqual(
    arguments_.filter((line) => line.includes("runc") && line.includes(sandbox.id)),
    [],
  );
  pty.close();
  await heard.exit;
});

test("a shell that does not read holds only its own writer, and loses nothing", PATIENCE, async () => {
  const size = 1_000_000;
  const pty = await sandbox.script(
    `stty raw -echo; echo ready; while [ ! -e /tmp/go ]; do sleep 0.02; done; head -c ${size} | sha256sum; exit`,
  );
  const heard = new Listening(pty);
  await heard.hear("ready");
  const bytes = Buffer.alloc(size, "0123456789abcde");
  let isWritten = false;
  const written = pty.write(bytes).then(() => {
    isWritten = true;
  });
  const other = new Listening(await sandbox.script("echo alive"));
  assert.equal(await other.exit, 0);
  assert.equal(isWritten, false);
  await sandbox.driver.exec(sandbox.id, ["touch", "/tmp/go"]);
  await Promise.all([written, heard.exit]);
  const { createHash } = await import("node:crypto");
  assert.match(heard.text, new RegExp(createHash("sha256").update(bytes).digest("hex")));
});

test("a paused pty stops the program; resumed it gives everything", PATIENCE, async () => {
  const pty = await sandbox.script("seq 200000; touch /tmp/done");
  const heard = new Listening(pty);
  await heard.hear("100\r\n");
  pty.pause();
  await sleep(300);
  const { code } = await sandbox.driver.exec(sandbox.id, ["test", "-e", "/tmp/done"]);
  assert.equal(code, 1, "the program waits");
  pty.resume();
  assert.equal(await heard.exit, 0);
  assert.equal(heard.text, Array.from({ length: 200_000 }, (_, i) => `${i + 1}\r\n`).join(""));
});

test("opening and closing leaves no descriptor behind", PATIENCE, async () => {
  const open = async () => new Listening(await sandbox.script("echo x")).exit;
  await open();
  const before = readdirSync("/proc/self/fd").length;
  for (let i = 0; i < 10; i++) await open();
  await assert.rejects(sandbox.openPty(["/no/such/program"]));
  await sleep(50);
  assert.equal(readdirSync("/proc/self/fd").length, before);
});

test("what cannot be opened is said in one sentence", PATIENCE, async () => {
  await assert.rejects(sandbox.openPty(["/no/such/program"]), isSandboxError("create-failed"));
  await assert.rejects(
    sandbox.driver.openPty("nosuchsandbox", { argv: ["/bin/true"], cols: 80, rows: 24 }),
    isSandboxError("not-found"),
  );
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended since the folder was listed.
    return "";
  }
}
