/**
 * What the host sends into a sandbox: shells by runc exec, checks by nsenter. Their processes come from the host's namespaces, and
 * for a moment hold something of it.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RUN_FOLDER } from "../sandbox-trial.ts";
import { Listening } from "../terminal-sandbox.ts";
import { Attack } from "./attack.ts";

let attack: Attack;
before(async () => {
  attack = await Attack.open();
  await attack.build("/root/hunt", HUNT, "#include <time.h>\n");
});
after(() => attack[Symbol.asyncDispose]());

/**
 * For some seconds, and until it has caught something, stops every process that comes, looks at it while it is stopped, tries to trace it, and lets it go on: what a learner
 * does who waits for a process of the host. A line: name, the uid that it has, whether it could be traced, then its descriptors.
 */
const HUNT = `
  time_t end = time(0) + 3, late = end + 60; int next = getpid() + 1, caught = 0; close(open("/root/begun", O_CREAT | O_WRONLY, 0600));
  while (time(0) < end || (!caught && time(0) < late)) for (int p = next; p < next + 30; p++) {
    if (kill(p, SIGSTOP)) continue;
    usleep(300);
    char path[64], text[4096] = {0}, name[32] = {0}; int uid = -1;
    sprintf(path, "/proc/%d/status", p); int f = open(path, O_RDONLY); if (f >= 0) { read(f, text, sizeof text - 1); close(f); }
    char *line = strstr(text, "Uid:"); sscanf(text, "Name:\\t%31[^\\n]", name); if (line) sscanf(line, "Uid:\\t%d", &uid);
    long traced = ptrace(PTRACE_SEIZE, p, 0, 0);
    printf("%s|%d|%s|", name, uid, traced ? "no" : "traced");
    for (int d = 0; d < 32; d++) { char to[256] = {0}; sprintf(path, "/proc/%d/fd/%d", p, d); if (readlink(path, to, 255) > 0) printf(" %d=%s", d, to); }
    puts(""); fflush(stdout);
    if (!traced) { int s; ptrace(PTRACE_INTERRUPT, p, 0, 0); waitpid(p, &s, __WALL); ptrace(PTRACE_DETACH, p, 0, 0); }
    kill(p, SIGCONT); next = p + 1; caught++;
  }`;

type Caught = { name: string; uid: number; traced: boolean; descriptors: string };

/** Hunts while `lure` sends processes in, again and again. */
async function hunt(lure: () => Promise<unknown>): Promise<Caught[]> {
  const begun = join(RUN_FOLDER, attack.trial.instance, attack.attacker, "disk/home/begun");
  rmSync(begun, { force: true });
  const hunting = attack.sh("/root/hunt");
  let over = false;
  const ended = hunting.finally(() => {
    over = true;
  });
  while (!over && !existsSync(begun)) await sleep(20);
  while (!over) await lure();
  const lines = (await ended).split("\n");
  return lines.map((line) => {
    const [name = "", uid, traced, descriptors = ""] = line.split("|");
    return { name, uid: Number(uid), traced: traced === "traced", descriptors };
  });
}

/** Nothing that was caught may be of use: not the host's root, nor anything whose descriptors lead out. */
function assertUseless(caught: readonly Caught[]): void {
  for (const { name, uid, traced, descriptors } of caught) {
    // 65534 is whom no map knows: the host's root.
    assert(!(traced && uid === 65534), `${name} was traced as the host's root`);
    for (const [, target = ""] of descriptors.matchAll(/ \d+=(\S+)/g))
      assert.match(
        target,
        /^(pipe:|socket:|anon_inode:|\/dev\/(null|pts\/\d+|tty)|\/dev\/ptmx|\/memfd:|\/root\/|\/usr\/|\/proc\/\d+)/,
        `${name} holds $target`,
      );
  }
}

test("trace runc while it enters the sandbox, or take its descriptors (CVE-2016-9962, CVE-2024-21626)", async () => {
  const caught = await hunt(() => attack.trial.driver.exec(attack.attacker, ["true"]));
  assert(
    caught.some(({ name }) => name.startsWith("runc:")),
    "runc was caught while it entered",
  );
  assertUseless(caught);
  for (const { traced, descriptors } of caught.filter(({ name }) => name.startsWith("runc:")))
    assert.deepEqual({ traced, descriptors }, { traced: false, descriptors: "" });
});

test("stop and trace a check while it enters, when it is still the host's root (nsenter)", async () => {
  const caught = await hunt(() => attack.trial.driver.inspect(attack.attacker, ":", { timeout: 1_000 }));
  assertUseless(caught);
  for (const { name, uid, traced } of caught.filter(({ name }) => ["nsenter", "setpriv"].includes(name)))
    assert.deepEqual({ name, uid, traced }, { name, uid: 0, traced: false });
});

test("have runc's working folder be a descriptor of the host's (CVE-2024-21626)", async () => {
  // The shells begin in /root, which is a mount that root inside can take away.
  await attack.sh("cp /root/hunt /var/hunt; umount -l /root && mv /root /root.image");
  try {
    for (let descriptor = 3; descriptor < 16; descriptor++) {
      await attack.sh(`ln -sfn /proc/self/fd/$descriptor/root`);
      const script =
        "readlink /proc/self/cwd; ls -d ../../../run/unboxed ../../../../../run/unboxed 2>/dev/null; cat ../../../../../etc/hostname; :";
      const said = await attack.trial.driver.exec(attack.attacker, ["bash", "-c", script], { cwd: "/root" });
      if (said.code === 0) assert.doesNotMatch(said.stdout, /unboxed|cgroup/, `descriptor ${descriptor}`);
      else assert.match(said.stderr, /cwd|chdir|getcwd|no such file|not a directory|mount namespace/i);
      if (said.code === 0) assert.match(said.stdout, /^lab$/m);
    }
  } finally {
    await attack.sh("rm /root; mv /root.image /root; cp /var/hunt /root/hunt");
  }
});

test("overwrite runc by /proc/self/exe of a process that it starts (CVE-2019-5736)", async () => {
  const runc = "/usr/sbin/runc";
  const before = createHash("sha256").update(readFileSync(runc)).digest("hex");
  // A shell that is /proc/self/exe, so that runc runs itself; and somebody who waits to write to it.
  await attack.sh("printf '#!/proc/self/exe\\n' > /usr/local/bin/lure; chmod 755 /usr/local/bin/lure");
  await attack.build(
    "/var/writer",
    `time_t end = time(0) + 3; while (time(0) < end) for (int p = getpid() + 1; p < getpid() + 200; p++) {
       char path[64], to[256] = {0}; sprintf(path, "/proc/%d/exe", p); if (readlink(path, to, 255) <= 0 || !strstr(to, "runc")) continue;
       int f = open(path, O_RDONLY); int w = open(path, O_WRONLY); char own[64]; sprintf(own, "/proc/self/fd/%d", f); int v = f < 0 ? -1 : open(own, O_WRONLY | O_TRUNC);
       if (w >= 0) write(w, "#!/root/mine\\n", 13); if (v >= 0) write(v, "#!/root/mine\\n", 13); printf("%s %s\\n", to, w >= 0 || v >= 0 ? "opened" : "refused"); }
     puts("done");`,
    "#include <time.h>\n",
  );
  const writer = attack.sh("/var/writer | sort | uniq");
  for (let i = 0; i < 8; i++) await attack.trial.driver.exec(attack.attacker, ["/usr/local/bin/lure"]);
  const said = await writer;
  assert.match(said, /done/);
  assert.doesNotMatch(said, /^\/usr\S*runc.* opened/m);
  assert.equal(createHash("sha256").update(readFileSync(runc)).digest("hex"), before);
  await attack.assertNeighbourWell();
});

/** node:child_process gives a program sockets for its streams; their other ends are the lab-server's. */
const ONLY_STREAMS = /^((pipe|socket):\[\d+\]\n|\/dev\/null\n)+end$/;

test("find a descriptor of the host in a shell, a program or a check (leaked descriptors)", async () => {
  const list = "for f in /proc/self/fd/*; do [ -e $f ] && readlink $f; done | grep -v '^/proc/' | sort -u; echo end";
  assert.match(await attack.sh(list), ONLY_STREAMS);
  const { stdout } = await attack.trial.driver.inspect(attack.attacker, list);
  assert.match(stdout.trim(), ONLY_STREAMS);
  const pty = await attack.trial.driver.openPty(attack.attacker, { argv: ["bash", "-c", list], cols: 80, rows: 24 });
  const heard = new Listening(pty);
  await heard.hear("end");
  assert.match(heard.text.replaceAll("\r", "").trim(), /^(\/dev\/pts\/\d+\npipe:\[\d+\]\n)end$/);
  pty.close();
});

test("put input into the lab-server's terminal, or the operator's (TIOCSTI; CVE-2016-2568)", async () => {
  // Without a terminal there is none to reach; the own one takes only its own input.
  const body = `TRY(open("/dev/tty", O_RDWR)); char c = 'x'; TRY(ioctl(0, TIOCSTI, &c)); TRY(ioctl(2, TIOCSTI, &c)); TRY(ioctl(0, TIOCSCTTY, 1));`;
  const lines = await attack.c(body);
  assert.equal(lines[0], "ENXIO");
  for (const line of lines.slice(1)) assert.match(line, /^(ENOTTY|EINVAL|EPERM)$/);
  assert.match(await attack.sh("cut -d' ' -f7 /proc/self/stat"), /^0$/);
});

test("lead a check's mounts out by links (/etc/ld.so.preload, /dev/null, /usr through /proc/1/root)", async () => {
  // Without those of other instances' sandboxes, which come and go.
  const mounts = () =>
    readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => !line.includes("/run/unboxed/") || line.includes(`/run/unboxed/${attack.trial.instance}/`));
  const sample = ["/etc/ld.so.preload", "/etc/ld.so.cache", "/etc/hostname"].map((file) =>
    globSync(file).map((name) => readFileSync(name).length),
  );
  const before = mounts();
  for (const target of [
    "/proc/1/root/etc/hostname",
    "/proc/self/root/etc/hostname",
    "../../../../../../etc/hostname",
    "/proc/1/fd/0",
    "/proc/1/ns/mnt",
    "/proc/sys/kernel/hostname",
    "/usr/bin/tac",
    "/proc/1/root/usr/bin/tac",
  ]) {
    await attack.sh(
      `ln -sfn ${target} /etc/ld.so.preload; ln -sfn ${target} /etc/ld.so.cache; umount -l /dev/null; rm -f /dev/null; ln -sfn ${target} /dev/null`,
    );
    const { stdout } = await attack.trial.driver.inspect(attack.attacker, "hostname; id -u");
    assert.equal(stdout, "lab\n0\n", target);
  }
  await attack.sh("rm -f /etc/ld.so.preload /etc/ld.so.cache /dev/null; mknod /dev/null c 0 0 2>/dev/null; ldconfig");
  assert.deepEqual(mounts(), before);
  assert.deepEqual(
    ["/etc/ld.so.preload", "/etc/ld.so.cache", "/etc/hostname"].map((file) =>
      globSync(file).map((name) => readFileSync(name).length),
    ),
    sample,
  );
});

test("exchange /usr for a link while a check enters (races of symbolic links)", async () => {
  const racer = await attack.trial.create({ hostname: "racer" });
  await attack.trial.driver.exec(racer, ["cp", "/bin/busybox", "/root/busybox"]);
  const racing = attack.trial.driver.exec(
    racer,
    [
      "/root/busybox",
      "sh",
      "-c",
      "b=/root/busybox; end=$(($($b date +%s) + 3)); while [ $($b date +%s) -lt $end ]; do $b mv /usr /u; $b ln -s /proc/1/root/u /usr; $b rm /usr; $b ln -s ../../../../../../usr /usr; $b rm /usr; $b mv /u /usr; done",
    ],
    { timeout: 20_000 },
  );
  const host = readlinkSync("/proc/self/ns/mnt");
  let entered = 0;
  for (const until = Date.now() + 3_000; Date.now() < until; ) {
    const said = await attack.trial.driver.inspect(racer, "echo in; hostname; readlink /proc/self/ns/mnt").then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );
    assert(!said.includes(host), said);
    if (said.startsWith("in\n")) entered += 1;
    if (said.includes("in\n"))
      assert.doesNotMatch(
        said,
        new RegExp(`^${globSync("/etc/hostname").map((file) => readFileSync(file, "utf8").trim())}$`, "m"),
      );
  }
  await racing;
  assert(entered > 0, "some checks came in");
  assert.equal((await attack.trial.driver.inspect(attack.neighbour, "hostname")).stdout, "neighbour\n");
  await attack.trial.driver.destroy(racer);
});

test("hold up everybody's checks by a file system that never answers (FUSE over /etc)", async () => {
  const holder = await attack.trial.create();
  await attack.trial.sh(
    holder,
    "cp -a /etc /root/etc; unionfs-fuse -o allow_other,nonempty /root/etc=RW /etc; until mountpoint -q /etc; do sleep 0.05; done; pkill -STOP unionfs",
  );
  const own = attack.trial.driver.inspect(holder, "cat /etc/passwd > /root/out", { timeout: 3_000 }).then(
    ({ timedOut }) => (timedOut ? "timed out" : "answered"),
    () => "failed",
  );
  await sleep(200);
  const { stdout } = await attack.trial.driver.inspect(attack.neighbour, "echo mine", { timeout: 2_000 });
  assert.equal(stdout, "mine\n");
  assert.notEqual(await own, "answered");
  await attack.trial.driver.destroy(holder);
  assert.equal((await attack.trial.driver.inspect(attack.neighbour, "echo mine")).stdout, "mine\n");
});

test("never end: processes that wait for a file server which waits for itself (FUSE over its own source)", async () => {
  const holder = await attack.trial.create();
  const script =
    "mkdir /root/e; unionfs-fuse -o allow_other,nonempty /root/e=RW:/etc=RO /etc; (setsid ls /etc/apt &); ls -R /etc";
  const stuck = await attack.trial.driver.exec(holder, ["bash", "-c", script], { timeout: 1_000 });
  assert.equal(stuck.timedOut, true);
  await attack.trial.driver.destroy(holder);
  assert.equal(await attack.trial.driver.describe(holder), undefined);
});

test("have runc wait for ever for the sandbox's user list (a pipe as /etc/passwd)", async () => {
  const holder = await attack.trial.create();
  await attack.trial.sh(holder, "rm /etc/passwd /etc/group; mkfifo /etc/passwd /etc/group");
  const own = attack.trial.driver.exec(holder, ["true"], { timeout: 2_000 });
  await attack.assertNeighbourWell();
  const { timedOut, code } = await own;
  assert(timedOut || code !== null);
  await attack.trial.driver.destroy(holder);
});

test("find the host's sockets while a terminal is opened (console socket, /proc/net/unix)", async () => {
  const watch = attack.sh(
    "for i in {1..40}; do cat /proc/net/unix; find / -xdev -type s 2>/dev/null; sleep 0.02; done | sort -u",
  );
  for (let i = 0; i < 6; i++) {
    const pty = await attack.trial.driver.openPty(attack.attacker, { argv: ["true"], cols: 80, rows: 24 });
    await new Listening(pty).exit;
    pty.close();
  }
  assert.doesNotMatch(await watch, /runc|unboxed|\.sock/);
});
