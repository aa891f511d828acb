/** A learner's paths, followed by root from outside: whatever the learner does, nothing outside of the sandbox is reached. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { identify } from "../../lab-server/sandbox/kernel/statx.ts";
import { NotInside, unlessVanished } from "../../lab-server/xray/vanished.ts";
import { Readers } from "./xray-reader.ts";

/** Milliseconds that a learner races against us. */
const RACE = 2000;

let readers: Readers;
let root: number;
/** On the host, and not in the sandbox. */
let secret: string;

before(async () => {
  readers = await Readers.open();
  root = readers.inside.root(readers.sandbox.initPid);
  secret = mkdtempSync(join(tmpdir(), "unboxed-secret-"));
  writeFileSync(join(secret, "secret"), "of the host");
});
after(async () => {
  rmSync(secret, { recursive: true });
  closeSync(root);
  await readers[Symbol.asyncDispose]();
});

function read(path: string, from = root): string {
  const fd = readers.inside.open(from, path, "file");
  try {
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

const refused = (...codes: string[]) => ({ code: new RegExp(`^(${codes.join("|")})$`) });

test("links and .. end at the sandbox's root", async () => {
  await readers.sh(
    "mkdir -p /tmp/d/e; ln -s / /tmp/d/abs; ln -s ../../../../../../.. /tmp/d/e/up; ln -s /etc/hostname /tmp/d/name",
  );
  for (const path of [
    "/etc/hostname",
    "/tmp/d/abs/etc/hostname",
    "/tmp/d/e/up/etc/hostname",
    "/tmp/d/name",
    "../../../../etc/hostname",
  ])
    assert.equal(read(path), "lab\n", path);
  for (const path of [secret, `/tmp/d/abs${secret}`, `/tmp/d/e/up${secret}`, `../../../../..${secret}`])
    assert.throws(() => readers.inside.open(root, `${path}/secret`, "file"), refused("ENOENT"), path);
  const link = readers.inside.open(root, "/tmp/d/abs", "path");
  assert.ok(fstatSync(link).isSymbolicLink());
  closeSync(link);
});

test("links to what processes have open, to their roots and their working folders are refused", async () => {
  await readers.start("exec 9< /etc; ln -s /proc/1/root /tmp/magic; exec sleep 2101");
  const sleeper = await readers.until(({ processes }) =>
    Object.values(processes).find(({ command }) => command === "sleep 2101"),
  );
  const pid = sleeper.pids[0];
  for (const path of ["/proc/1/root", "/proc/1/cwd", "/proc/1/exe", "/tmp/magic/etc", `/proc/${pid}/fd/9`, `/proc/${pid}/ns/net`])
    assert.throws(
      () => readers.inside.open(root, path, path.endsWith("exe") || path.endsWith("net") ? "file" : "folder"),
      refused("ELOOP"),
      path,
    );
  process.kill(sleeper.pid, "SIGKILL");
});

test("no device, FIFO or socket is opened", async () => {
  await readers.sh(
    `mkfifo /tmp/fifo; perl -e 'socket(S, 1, 1, 0); bind(S, pack("Sa*", 1, "/tmp/socket")) // die'; test -S /tmp/socket`,
  );
  for (const path of ["/tmp/fifo", "/tmp/socket", "/dev/null", "/dev/zero", "/tmp"])
    assert.throws(() => readers.inside.open(root, path, "file"), refused("EINVAL"), path);
  for (const path of ["/tmp/fifo", "/dev/null", "/etc/hostname"])
    assert.throws(() => readers.inside.open(root, path, "folder"), refused("ENOTDIR"), path);
});

test("a learner who renames on the way, again and again", async () => {
  await readers.sh("mkdir -p /tmp/race/in/deep /tmp/race/out; ln -sfn / /tmp/race/link; echo inside > /tmp/race/in/deep/secret");
  // A folder moved out from under "..", and a folder that becomes a link.
  await readers.start(
    `cd /tmp/race; echo $$ > pid; exec perl -e 'while (1) { rename "in/deep", "out/deep"; rename "out/deep", "in/deep"; rename "in", "was"; rename "link", "in"; rename "in", "link"; rename "was", "in" }'`,
  );
  const racer = await readers.until(({ processes }) =>
    Object.values(processes).find(({ comm, command }) => comm === "perl" && command.includes("rename")),
  );
  const up = "../".repeat(12);
  const paths = [
    `/tmp/race/in/deep/${up}${secret}/secret`,
    `/tmp/race/in${secret}/secret`,
    `/tmp/race/in/deep/../..${up}${secret}/secret`,
  ];
  const seen = { inside: 0, refused: 0 };
  for (const end = Date.now() + RACE; Date.now() < end; ) {
    for (const path of paths) assert.throws(() => read(path), refused("ENOENT", "ENOTDIR", "EAGAIN"), path);
    try {
      assert.equal(read("/tmp/race/in/deep/secret"), "inside\n");
      seen.inside++;
    } catch (error) {
      if (!isRefused(error)) throw error;
      seen.refused++;
    }
  }
  process.kill(racer.pid, "SIGKILL");
  assert.ok(seen.inside > 0 && seen.refused > 0, JSON.stringify(seen));
});

function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR", "EAGAIN"].includes(String(error.code));
}

test("a file system whose server does not answer is not entered, nor an overlay that lies on one", async () => {
  const server = "unionfs -o cow a=RW:b=RO m";
  await readers.sh(`mkdir -p ~/fuse/{a,b,m} ~/over/{u,w,m}; cd ~/fuse; echo x > b/file; ${server} > /dev/null 2>&1
    mount -t overlay overlay -o lowerdir=$HOME/fuse/m,upperdir=$HOME/over/u,workdir=$HOME/over/w,xino=on ~/over/m; cat ~/over/m/file`);
  await readers.sh("pkill -STOP unionfs; sleep 1.1");
  try {
    for (const path of ["/root/fuse/m/file", "/root/over/m/file", "/root/over/m/other", "/root/over/m/./..", "/root/fuse/m"])
      assert.throws(() => readers.inside.open(root, path, "folder"), refused("EXDEV"), path);
    const merged = readers.inside.open(root, "/root/over/m", "path");
    assert.ok(identify(merged).inode > 0);
    closeSync(merged);
    closeSync(readers.inside.open(root, "/root/over/u", "folder"));
    assert.ok(Object.keys(readers.read().processes).length > 0);
  } finally {
    await readers.sh("pkill -KILL unionfs");
  }
});

test("a chroot jail is the root of who is in it", async () => {
  await readers.start(
    "mkdir -p /tmp/jail/bin; echo jailed > /tmp/jail/name; cp /bin/busybox /tmp/jail/bin; ln -s / /tmp/jail/up; exec chroot /tmp/jail /bin/busybox sleep 2102",
  );
  const jailed = await readers.until(({ processes }) => Object.values(processes).find(({ root }) => root === "/tmp/jail"));
  const jail = readers.inside.root(jailed.pid);
  assert.equal(read("/up/../../name", jail), "jailed\n");
  assert.throws(() => readers.inside.open(jail, "/etc", "folder"), refused("ENOENT"));
  closeSync(jail);
  process.kill(jailed.pid, "SIGKILL");
});

test("only processes of the sandbox are a way in", async () => {
  // As an operator's shell in the sandbox's pid namespace is: its root is the host's.
  const { initPid } = readers.sandbox;
  const intruder = spawn("nsenter", ["--target", String(initPid), "--pid", "sleep", "100"], { stdio: "ignore" });
  try {
    await once(intruder, "spawn");
    const child = await until(() => children(intruder.pid ?? 0)[0]);
    closeSync(readers.inside.process(child));
    assert.throws(() => readers.inside.root(child), NotInside);
    for (const pid of [process.pid, intruder.pid ?? 0]) assert.throws(() => readers.inside.process(pid), NotInside);
  } finally {
    for (const child of children(intruder.pid ?? 0)) process.kill(child, "SIGKILL");
    intruder.kill("SIGKILL");
  }
});

test("a folder of /proc that was proven is never another process's", async () => {
  const one = spawn("nsenter", ["--target", String(readers.sandbox.initPid), "--pid", "--mount", "--user", "sleep", "100"], {
    stdio: "ignore",
  });
  await once(one, "spawn");
  const pid = await until(() => children(one.pid ?? 0)[0]);
  const folder = readers.inside.process(pid);
  process.kill(pid, "SIGKILL");
  await once(one, "exit");
  const again = await takePid(pid);
  try {
    assert.ok(statSync(`/proc/${pid}`).isDirectory());
    assert.throws(() => readFileSync(`/proc/self/fd/${folder}/status`), refused("ESRCH", "ENOENT"));
    assert.throws(() => readdirSync(`/proc/self/fd/${folder}/root`), refused("ESRCH", "ENOENT"));
  } finally {
    closeSync(folder);
    again.kill("SIGKILL");
  }
});

test("a process that took the pid of one that was shown is not shown as that", async () => {
  await readers.start("exec sleep 2103");
  const first = await readers.until(({ processes }) => Object.values(processes).find(({ command }) => command === "sleep 2103"));
  process.kill(first.pid, "SIGKILL");
  await until(() => !existsSync(`/proc/${first.pid}`) || undefined);
  const other = await takePid(first.pid);
  try {
    const { processes } = readers.processes.read(new Map([...readers.members(), [first.pid, { pids: "/" }]]));
    assert.equal(processes[first.pid], undefined, "a process of the host's is not shown as the sandbox's");
  } finally {
    other.kill("SIGKILL");
  }
});

async function until<T>(find: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(5)) {
    const found = find();
    if (found !== undefined) return found;
  }
  throw new Error("It did not come.");
}

function children(pid: number): number[] {
  const text = unlessVanished(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")) ?? "";
  return text.split(" ").filter(Boolean).map(Number);
}

/** A process of the host's with the pid of one that has ended: the kernel gives out the next after this one. */
async function takePid(pid: number): Promise<ChildProcess> {
  for (let tries = 0; tries < 100; tries++) {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
    const taker = spawn("sleep", ["100"], { stdio: "ignore" });
    await once(taker, "spawn");
    if (taker.pid === pid) return taker;
    taker.kill("SIGKILL");
  }
  throw new Error(`Process ${pid} could not be made again.`);
}
