/** Processes, namespaces and interfaces of a real sandbox, as the X-ray reads them from outside. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import test, { after, before } from "node:test";
import { NAMESPACE_TYPES, type NamespaceFact } from "../../lab-server/xray/facts.ts";
import { Readers } from "./xray-reader.ts";

let readers: Readers;
before(async () => {
  readers = await Readers.open();
});
after(() => readers[Symbol.asyncDispose]());

test("the sandbox's own: its first process, in namespaces of its own but for time", async () => {
  const { first, namespaces } = await readers.until(({ processes, namespaces }) => {
    const first = processes[readers.sandbox.initPid];
    // Until runc has become it.
    return first?.comm === "catatonit" && { first, namespaces };
  });
  assert.deepEqual([first.pids, first.parent, first.root], [[1], null, "/"]);
  assert.deepEqual(first.uid, { host: readers.sandbox.firstHostId, sandbox: 0, inner: 0 });
  assert.ok(Math.abs(first.startedAt - readers.sandbox.createdAt) < 5000);
  for (const type of NAMESPACE_TYPES) {
    const row: NamespaceFact | undefined = namespaces[first.namespaces[type] ?? ""];
    assert.deepEqual([row?.name, row?.origin, row?.parent], [`${type} 1`, type === "time" ? "host" : "sandbox", null]);
    assert.equal(row?.owner, type === "user" || type === "time" ? null : first.namespaces.user);
  }
  assert.deepEqual(namespaces[first.namespaces.user ?? ""]?.uidMap, [{ inside: 0, outside: 0, length: 65_536 }]);
});

test("every type of namespace, nested twice", async () => {
  await readers.start("exec unshare -UrpfmniuCT --mount-proc unshare -UrpfmniuCT sleep 1101");
  const { reading, inner } = await readers.until((reading) => {
    const inner = Object.values(reading.processes).find(({ command }) => command === "sleep 1101");
    return inner && { reading, inner };
  });
  const { namespaces, processes } = reading;
  const own = processes[readers.sandbox.initPid]?.namespaces;
  assert.deepEqual([inner.pids.length, inner.pids[2]], [3, 1]);
  assert.deepEqual(inner.uid, { host: readers.sandbox.firstHostId, sandbox: 0, inner: 0 });
  for (const type of NAMESPACE_TYPES) {
    const row = namespaces[inner.namespaces[type] ?? ""];
    assert.ok(row?.origin === "made" && row.madeBy !== null, type);
    assert.equal(readlinkSync(`/proc/${inner.pid}/ns/${type}`), `${type}:[${row.inode}]`);
    if (type !== "user") assert.equal(row.owner, inner.namespaces.user);
  }
  for (const type of ["pid", "user"] as const) {
    const middle = namespaces[namespaces[inner.namespaces[type] ?? ""]?.parent ?? ""];
    assert.deepEqual([middle?.type, middle?.origin, middle?.parent], [type, "made", own?.[type]]);
  }
  assert.deepEqual(namespaces[inner.namespaces.user ?? ""]?.gidMap, [{ inside: 0, outside: 0, length: 1 }]);

  const before = readers.read();
  assert.equal(before.processes[inner.pid], readers.read().processes[inner.pid], "a row that did not change is the same object");
  process.kill(inner.pid, "SIGKILL");
  await readers.until((now) => !now.processes[inner.pid] && !now.namespaces[inner.namespaces.time ?? ""]);
});

test("unshare -p without -f: a pid namespace whose maker is not in it", async () => {
  await readers.start("exec unshare -p bash -c 'sleep 1102; true; exec sleep 1103'");
  const { maker, child, made } = await readers.until(({ processes, seen, namespaces }) => {
    const child = Object.values(processes).find(({ command }) => command === "sleep 1102");
    const maker = seen.get(child?.parent ?? 0);
    const made = namespaces[maker?.forChildren.pid ?? ""];
    return child && maker && made && { maker, child, made };
  });
  assert.notEqual(maker.fact.namespaces.pid, child.namespaces.pid);
  assert.equal(child.namespaces.pid, maker.forChildren.pid);
  assert.deepEqual([made.type, made.origin, made.madeBy?.pid], ["pid", "made", child.pid]);
  process.kill(child.pid, "SIGKILL");
  const held = await readers.until(
    ({ processes, namespaces }) => !processes[child.pid] && namespaces[maker.forChildren.pid ?? ""],
  );
  assert.equal(held.name, made.name);
  process.kill(maker.fact.pid, "SIGKILL");
  await readers.until(({ namespaces }) => !namespaces[maker.forChildren.pid ?? ""]);
});

test("namespaces that only a mount holds", async () => {
  await readers.sh("ip netns add held; touch '/tmp/a b'; unshare --uts='/tmp/a b' hostname elsewhere");
  const pinned = (path: string) =>
    readers.until(({ namespaces }) => Object.values(namespaces).find((row) => row.pinned.includes(path)));
  const [net, uts] = [await pinned("/run/netns/held"), await pinned("/tmp/a b")];
  assert.deepEqual([net.type, net.origin, uts.type, uts.origin], ["net", "made", "uts", "made"]);
  // Who comes in later did not make it.
  await readers.start("exec ip netns exec held sleep 1110");
  const { guest, entered } = await readers.until(({ processes, namespaces }) => {
    const guest = Object.values(processes).find(({ command }) => command === "sleep 1110");
    const entered = namespaces[guest?.namespaces.net ?? ""];
    return guest && entered?.name === net.name && { guest, entered };
  });
  assert.notEqual(entered.madeBy?.pid, guest.pid);
  process.kill(guest.pid, "SIGKILL");
  await readers.sh("ip netns del held; umount '/tmp/a b'");
  await readers.until(
    ({ namespaces }) => !Object.values(namespaces).some((row) => row.name === net.name || row.name === uts.name),
  );
});

test("a namespace with the inode number of one that is gone is another one", async () => {
  const sleeper = (command: string) =>
    readers.until(({ processes, namespaces }) => {
      const row = Object.values(processes).find((each) => each.command === command);
      const uts = namespaces[row?.namespaces.uts ?? ""];
      return row && uts?.origin === "made" && { pid: row.pid, uts };
    });
  await readers.start("exec unshare -u sleep 1108");
  const first = await sleeper("sleep 1108");
  process.kill(first.pid, "SIGKILL");
  // Nobody looks meanwhile; the kernel gives out the lowest number that is free.
  await readers.sh("while pgrep -x sleep > /dev/null; do :; done; setsid unshare -u sleep 1109 > /dev/null 2>&1 < /dev/null &");
  const second = await sleeper("sleep 1109");
  assert.notEqual(second.uts.name, first.uts.name);
  assert.deepEqual(second.uts.madeBy?.pid, second.pid);
  process.kill(second.pid, "SIGKILL");
});

test("a chroot jail is seen by its processes' root", async () => {
  await readers.start(
    "mkdir -p '/tmp/ja\til/bin'; cp /bin/busybox '/tmp/ja\til/bin'; exec chroot '/tmp/ja\til' /bin/busybox sleep 1104",
  );
  const jailed = await readers.until(({ processes }) =>
    Object.values(processes).find(({ command }) => command === "/bin/busybox sleep 1104"),
  );
  assert.equal(jailed.root, "/tmp/ja\\til");
  assert.equal(jailed.namespaces.mnt, readers.read().processes[readers.sandbox.initPid]?.namespaces.mnt);
  process.kill(jailed.pid, "SIGKILL");
});

test("a process that became another program, and one whose user namespace got its map later", async () => {
  await readers.start("unshare -U sleep 1105 & sleep 1106 & wait");
  const [mapless, other] = await readers.until(({ processes }) => {
    const [a, b] = ["sleep 1105", "sleep 1106"].map((name) => Object.values(processes).find(({ command }) => command === name));
    return a && b && ([a, b] as const);
  });
  assert.deepEqual(mapless.uid, { host: readers.sandbox.firstHostId, sandbox: 0, inner: null });
  await readers.sh(`echo '7 0 1' > /proc/${mapless.pids[0]}/uid_map`);
  const mapped = await readers.until(({ processes, namespaces }) => {
    const row = processes[mapless.pid];
    return row?.uid.inner === 7 && namespaces[row.namespaces.user ?? ""];
  });
  assert.deepEqual(mapped.uidMap, [{ inside: 7, outside: 0, length: 1 }]);
  await readers.sh(`kill ${mapless.pids[0]} ${other.pids[0]}`);
  await readers.until(({ processes }) => !processes[mapless.pid] && !processes[other.pid]);
});

test("veth pairs between namespaces, a bridge and its port, addresses", async () => {
  await readers.sh(`ip netns add blue; ip netns add red; ip link add br0 type bridge; ip addr add 10.9.0.1/24 dev br0; ip link set br0 up
    ip link add v0 type veth peer name v1; ip link set v0 master br0; ip link set v0 up
    ip link set v1 netns blue; ip -n blue addr add 10.9.0.2/24 dev v1; ip -n blue link set v1 up
    ip link add a0 type veth peer name b0; ip link set a0 netns blue; ip link set b0 netns red; ip link add c0 type veth peer name c1`);
  const { interfaces, namespaces } = await readers.until((reading) => Object.values(reading.interfaces).length >= 10 && reading);
  const named = (name: string) => {
    const [id, row] = Object.entries(interfaces).find(([, row]) => row.name === name) ?? [];
    assert.ok(id !== undefined && row, name);
    return { id, ...row };
  };
  for (const [one, other] of [
    ["v0", "v1"],
    ["a0", "b0"],
    ["c0", "c1"],
  ] as const) {
    assert.deepEqual([named(one).peer, named(other).peer], [named(other).id, named(one).id]);
    assert.equal(named(one).kind, "veth");
  }
  assert.deepEqual([named("v0").bridge, named("v1").bridge, named("br0").kind], [named("br0").id, null, "bridge"]);
  assert.deepEqual(named("br0").addresses.slice(0, 1), ["10.9.0.1/24"]);
  assert.deepEqual([named("v1").addresses[0], named("v1").up], ["10.9.0.2/24", true]);
  assert.deepEqual(namespaces[named("v1").namespace]?.pinned, ["/run/netns/blue"]);
  assert.deepEqual(namespaces[named("b0").namespace]?.pinned, ["/run/netns/red"]);
  const home = readlinkSync("/proc/thread-self/ns/net");
  assert.ok(!Object.values(namespaces).some(({ inode }) => home === `net:[${inode}]`), "the reader is home again");

  await readers.sh("ip netns del blue");
  await readers.until((now) => !Object.values(now.interfaces).some(({ name }) => name === "v0" || name === "b0"));
});

test("more interfaces than there is room for", async () => {
  await readers.sh(
    "unshare -n bash -c 'for i in $(seq 150); do ip link add d$i type veth peer name e$i; done; setsid sleep 1107 > /dev/null 2>&1 &'",
  );
  const { interfaces } = await readers.until((reading) => Object.keys(reading.interfaces).length >= 256 && reading);
  assert.equal(Object.keys(interfaces).length, 256);
  assert.ok(
    Object.values(interfaces).some(({ name }) => name === "br0"),
    "the sandbox's own come first",
  );
});

test("what is no process of the sandbox is not shown", () => {
  const members = readers.members();
  for (const pid of [process.pid, process.ppid, 1, 4_000_000]) members.set(pid, { pids: "/" });
  const { processes } = readers.processes.read(members);
  assert.ok(processes[readers.sandbox.initPid]);
  for (const pid of [process.pid, process.ppid, 1, 4_000_000]) assert.equal(processes[pid], undefined);
});
