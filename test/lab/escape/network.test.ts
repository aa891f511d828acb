/** From a sandbox's network to the host's, the hypervisor's and the cloud's. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import test, { after, before } from "node:test";
import { Attack } from "./attack.ts";

let attack: Attack;
/** As the lab-server and the site: something that listens on the host. */
let server: Server;
let port: number;
let connections = 0;
before(async () => {
  attack = await Attack.open();
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  port = address.port;
});
after(async () => {
  server.close();
  await attack[Symbol.asyncDispose]();
});

test("connect to the lab-server or the site on the host's loopback", async () => {
  await attack.refused(`exec 3<>/dev/tcp/127.0.0.1/${port}`, /Connection refused/);
  await attack.refused(`exec 3<>/dev/tcp/localhost/${port}`, /Connection refused/);
  // The same inside is a connection.
  await attack.sh(
    "(nc -l 127.0.0.1 4999 > /dev/null &) ; for i in {1..50}; do (exec 3<>/dev/tcp/127.0.0.1/4999) 2>/dev/null && exit 0; sleep 0.05; done; exit 1",
  );
  assert.equal(connections, 0);
});

test("connect to the host's other addresses, or through a route of one's own", async () => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal);
  for (const address of ["192.0.2.1", ...addresses.map(({ address }) => address)]) {
    await attack.refused(`timeout 2 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`, /unreachable/i);
    // The route leads into the sandbox's own loopback.
    await attack.refused(
      `ip route add ${address}/32 dev lo; timeout 1 bash -c 'exec 3<>/dev/tcp/${address}/${port}'; code=$?; ip route del ${address}/32 dev lo; echo refused $code; exit $code`,
      /refused \d/,
    );
  }
  assert.equal(connections, 0);
});

test("ask the cloud for credentials (169.254.169.254, metadata.google.internal; cdk, deepce)", async () => {
  await attack.refused("exec 3<>/dev/tcp/169.254.169.254/80", /unreachable/i);
  await attack.refused("exec 3<>/dev/tcp/fd00:ec2::254/80", /unreachable|Cannot assign/i);
  await attack.refused("getent hosts metadata.google.internal || { echo no name; exit 1; }", /no name/);
});

test("speak to the hypervisor or to virtual machines (AF_VSOCK), or load protocols that nobody uses (AF_ALG, AF_RDS, AF_TIPC, AF_CAN)", async () => {
  // AX25, RDS, CAN, TIPC, BLUETOOTH, ALG, NFC, VSOCK, KCM, QIPCRTR, SMC, XDP; and VSOCK where a register holds more than an int.
  const families = [3, 21, 29, 30, 31, 38, 39, 40, 41, 42, 43, 44];
  const body = families
    .map((family) => `TRY(socket(${family}, SOCK_STREAM, 0)); TRY(socket(${family}, SOCK_DGRAM, 0));`)
    .join("\n");
  assert.deepEqual(await attack.c(body), Array(2 * families.length).fill("ENOSYS"));
  assert.deepEqual(
    await attack.c(
      "TRY(syscall(SYS_socket, 0x100000000 | 40, 1, 0)); TRY(socket(AF_INET, SOCK_STREAM, 0)); TRY(socket(AF_UNIX, SOCK_STREAM, 0)); TRY(socket(AF_PACKET, SOCK_RAW, 0)); TRY(socket(AF_NETLINK, SOCK_RAW, 0));",
    ),
    ["ENOSYS", "ok", "ok", "ok", "ok"],
  );
});

test("hear of the host's processes and audit log by netlink (connector, audit)", async () => {
  // NETLINK_AUDIT 9, NETLINK_CONNECTOR 11; a message asks for AUDIT_GET, and group 1 of the connector is that of processes.
  const body = `struct sockaddr_nl us = {AF_NETLINK, 0, 0, 1}, kernel = {AF_NETLINK}; struct { struct nlmsghdr h; char d[64]; } m; memset(&m, 0, sizeof m); m.h.nlmsg_len = sizeof m; m.h.nlmsg_type = 1000; m.h.nlmsg_flags = 5;
    for (int protocol = 9; protocol <= 11; protocol += 2) {
      int s = socket(AF_NETLINK, SOCK_RAW, protocol); long r = s < 0 ? -1 : sendto(s, &m, sizeof m, 0, (void *)&kernel, sizeof kernel);
      struct { struct nlmsghdr h; int error; char d[64]; } answer = {0}; if (r >= 0 && recv(s, &answer, sizeof answer, MSG_DONTWAIT) > 0) { errno = -answer.error; r = answer.error ? -1 : 0; }
      said(r);
    }
    TRY(socket(AF_NETLINK, SOCK_RAW, 0));`;
  const lines = await attack.c(body, "#include <linux/netlink.h>");
  assert.equal(lines.at(-1), "ok");
  for (const line of lines.slice(0, 2)) assert.match(line, /^(ECONNREFUSED|EPERM|EPROTONOSUPPORT)$/);
});

test("listen to the host's packets (AF_PACKET) and list its sockets (/proc/net, sock_diag)", async () => {
  assert.equal(await attack.sh("ls /sys/class/net"), "lo");
  const sockets = await attack.sh("cat /proc/net/tcp /proc/net/tcp6; ss -tlnH");
  assert(!sockets.includes(`:${port.toString(16).toUpperCase().padStart(4, "0")} `) && !sockets.includes(`:${port} `));
  assert.match(readFileSync("/proc/net/tcp", "utf8"), new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} `));
});

test("put a cable into the host's network or a neighbour's (ip link set netns)", async () => {
  const { initPid } = await attack.describe(attack.neighbour);
  await attack.sh("ip link add one type veth peer name two && ip link del one");
  await attack.refused(
    `ip link add one type veth peer name two netns ${initPid}`,
    /No such process|Invalid "?netns|Operation not permitted|No such file/,
  );
  await attack.refused(`ip link set lo netns ${process.pid}`, /No such process|Invalid|not permitted|No such file/);
  assert.equal(await attack.trial.sh(attack.neighbour, "ls /sys/class/net"), "lo");
});
