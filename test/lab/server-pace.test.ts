/** Who asks too much, too fast, or by a name that is not ours. Needs root. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import test from "node:test";
import { WebSocket } from "ws";
import { patient } from "../../cli/lab/patience.ts";
import { SOCKET_PATH } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };

test("a page that says too much is read no faster, loses nothing, and holds up nobody", async () => {
  await using lab = await Lab.start();
  const [page, neighbour] = [await lab.page(ANN), await lab.page(BEN)];
  await neighbour.open(1);
  // What is in the socket's buffer, some thousands of pings, is read in any case.
  const [pings, burst, perSecond, buffered] = [20_000, 8_000, 4_000, 4_000];
  const begun = performance.now();
  for (let ping = 0; ping < pings; ping++) page.say({ type: "ping" });
  await neighbour.run(1, "echo meanwhile-$((1+1))-", "meanwhile-2-");
  await page.until("all pongs", () => page.messages.filter(({ type }) => type === "pong").length === pings);
  assert.ok(performance.now() - begun >= ((pings - burst - buffered) / perSecond) * 1000);
});

test("shells, checks and resets can be asked for only so often", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1" } });
  const page = await lab.page(ANN);
  const tooFast = (opens = false) =>
    page.hear("error", ({ code, fatal, terminal }) => code === "too-fast" && !fatal && (terminal !== undefined) === opens);

  for (let wish = 0; wish < 30; wish++) page.say({ type: "check", task: "make-a-file" });
  await tooFast();
  for (let wish = 0; wish < 30; wish++) page.say({ type: "extend" });
  await tooFast();
  for (let wish = 0; wish < 50; wish++) {
    page.say({ type: "open", terminal: 1, cols: 80, rows: 24 });
    page.say({ type: "open", terminal: 2, cols: 80, rows: 24 });
    page.say({ type: "close", terminal: 1 });
    page.say({ type: "close", terminal: 2 });
  }
  await tooFast(true);

  // Of resets none is refused, but three come at once and then one a second.
  const begun = performance.now();
  for (let reset = 0; reset < 5; reset++) {
    page.say({ type: "reset" });
    await page.hear("welcome", ({ fresh }) => fresh);
  }
  assert.ok(performance.now() - begun >= 1_900);
});

test("a terminal that is asked for several times at once has one shell", async () => {
  await using lab = await Lab.start();
  const page = await lab.page(ANN);
  for (let wish = 0; wish < 5; wish++) page.say({ type: "open", terminal: 1, cols: 80, rows: 24 });
  await page.hear("opened");
  await page.open(2);
  await page.run(2, "echo shells-$(pgrep -c '^bash$')-", /shells-\d+-/);
  assert.match(page.output(2), /shells-2-/);
});

test("the listener answers by address and by its own names, and not by a name that was led here", async () => {
  await using lab = await Lab.start();
  const upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  async function statusOf(path: string, host: string, more = "Connection: close\r\n"): Promise<string | undefined> {
    const socket = connect(lab.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
    if (more !== upgrade) return /^HTTP\/1\.1 (\d+)/.exec(await text(socket))?.[1];
    const [answer] = await once(socket, "data");
    socket.destroy();
    return /^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1];
  }
  for (const host of [
    "127.0.0.1",
    `127.0.0.1:${lab.port}`,
    "10.1.2.3",
    "[::1]:1",
    "localhost",
    "LOCALHOST:3000",
    "lab-server:3001",
  ]) {
    for (const path of ["/healthz", "/readyz", "/metrics", "/lab/healthz", "/lab/host"])
      assert.equal(await statusOf(path, host), "200", `${path} at ${host}`);
    assert.equal(await statusOf(SOCKET_PATH, host, upgrade), "101", host);
  }
  for (const host of ["rebound.example", "rebound.example:3001", "localhost.rebound.example", "127.0.0.1.rebound.example"]) {
    for (const path of ["/healthz", "/metrics", "/lab/host", "/nothing"])
      assert.equal(await statusOf(path, host), "421", `${path} at ${host}`);
    assert.equal(await statusOf(SOCKET_PATH, host, upgrade), "421", host);
  }
});

test("a refused upgrade ends, though the other side leaves it open", { timeout: patient(60_000) }, async () => {
  await using lab = await Lab.start();
  const socket = connect({ port: lab.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.write("GET /lab/other HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1\.1 404 /);
  // Whoever writes to a closed connection is told that it is (ECONNRESET or EPIPE).
  const writing = setInterval(() => socket.write("x"), 10);
  try {
    await assert.rejects(once(socket, "close"), /ECONNRESET|EPIPE/);
  } finally {
    clearInterval(writing);
    socket.destroy();
  }
});

test("a request with two hosts is refused", async () => {
  await using lab = await Lab.start();
  const socket = connect(lab.port, "127.0.0.1");
  socket.write("GET /lab/host HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\nConnection: close\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1\.1 400 /);
});

test("a socket that another site's page opens is refused, whatever origin it names", async () => {
  await using lab = await Lab.start();
  for (const site of ["cross-site", "same-site", "none"]) {
    const socket = new WebSocket(`ws://127.0.0.1:${lab.port}${SOCKET_PATH}`, {
      origin: lab.origin,
      headers: { "sec-fetch-site": site },
    });
    const [message] = await once(socket, "message");
    assert.match(String(message), /"bad-origin"/, site);
    await once(socket, "close");
  }
  await lab.page(ANN);
});
