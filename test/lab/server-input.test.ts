import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import test from "node:test";
import { signTicket } from "../../classroom/ticket.ts";
import { MAX_CLIENT_FRAME } from "../../lab-server/protocol.ts";
import type { LabClient } from "./client.ts";
import { Lab, PLAIN_LESSON } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };

test("what makes no sense is answered with a clear error, and the rest goes on", async (t) => {
  await using lab = await Lab.start({
    env: { UNBOXED_POOL: "1" },
    lessons: {
      plain: PLAIN_LESSON,
      broken: `${PLAIN_LESSON}\n<Task id="never-closed" title="Never closed">\n`,
      "broken-setup": `${PLAIN_LESSON}\n\`\`\`bash setup\necho not today >&2; false\n\`\`\`\n`,
    },
  });
  // Someone whose work goes on, whatever others send.
  const bystander = await lab.page(BEN);
  await bystander.open(1);
  let beats = 0;

  async function everythingGoesOn(page?: LabClient) {
    beats += 1;
    await bystander.run(1, `echo beat-$((${beats}+0))-`, `beat-${beats}-`);
    if (!page) return;
    await page.open(1);
    await page.run(1, `echo still-$((${beats}+0))-`, `still-${beats}-`);
  }

  async function refused(page: LabClient, code: string, message: RegExp) {
    const error = await page.hear("error");
    assert.deepEqual({ code: error.code, fatal: error.fatal }, { code, fatal: true });
    assert.match(error.message, message);
    await page.closed;
    await everythingGoesOn();
  }

  const ticket = (lifetime?: number) => lab.ticket(ANN.learner, ANN.lesson, lifetime);
  const frames: [what: string, frame: string | Uint8Array, code: string, message: RegExp][] = [
    ["text that is not JSON", "{", "bad-message", /not JSON/],
    ["JSON that is no message", "42", "bad-message", /cannot be understood/],
    ["a message of an unknown type", '{"type":"format-disk"}', "bad-message", /its type/],
    ["a resize to 0×0", '{"type":"resize","terminal":1,"cols":0,"rows":0}', "bad-message", /its cols/],
    ["a resize to 100000×100000", '{"type":"resize","terminal":1,"cols":100000,"rows":100000}', "bad-message", /its cols/],
    ["a fractional size", '{"type":"resize","terminal":1,"cols":80.5,"rows":24}', "bad-message", /its cols/],
    ["a ninth terminal", '{"type":"open","terminal":9,"cols":80,"rows":24}', "bad-message", /terminals 1 to 8/],
    ["a negative offset", '{"type":"ack","terminal":1,"offset":-1}', "bad-message", /its offset/],
    [
      "a resize of a terminal that is not open",
      '{"type":"resize","terminal":7,"cols":80,"rows":24}',
      "no-such-terminal",
      /not open/,
    ],
    ["an ack for a terminal that is not open", '{"type":"ack","terminal":7,"offset":1}', "no-such-terminal", /not open/],
    ["a check of a task that is not there", '{"type":"check","task":"no-such"}', "no-such-task", /no task “no-such”/],
    ["a second hello", JSON.stringify({ type: "hello", protocol: 1, ticket: "x", client: randomUUID() }), "bad-message", /twice/],
    ["an empty binary frame", new Uint8Array(0), "bad-frame", /empty/],
    ["bytes for a terminal that is not open", new Uint8Array([6, 65]), "no-such-terminal", /Terminal 6 is not open/],
    ["bytes for terminal 0", new Uint8Array([0, 65]), "no-such-terminal", /Terminal 0 is not open/],
  ];
  const page = await lab.page(ANN);
  await page.open(1);
  for (const [what, frame, code, message] of frames) {
    await t.test(what, async () => {
      page.raw(frame);
      const error = await page.hear("error");
      assert.deepEqual({ code: error.code, fatal: error.fatal }, { code, fatal: false });
      assert.match(error.message, message);
      await everythingGoesOn(page);
    });
  }

  await t.test("an ack beyond what was sent changes nothing", async () => {
    page.say({ type: "ack", terminal: 1, offset: Number.MAX_SAFE_INTEGER });
    await everythingGoesOn(page);
  });

  await t.test("the largest frame that is allowed arrives", async () => {
    const page = await lab.page(ANN);
    await page.open(2);
    await page.run(2, "stty raw -echo; echo REA''DY; head -c 65536 | wc -c; stty sane", "READY");
    page.type(2, "x".repeat(MAX_CLIENT_FRAME));
    await page.see(2, "65536");
  });

  await t.test("a frame that is too large ends its own connection", async () => {
    const page = await lab.page(ANN);
    page.raw(new Uint8Array(MAX_CLIENT_FRAME + 2).fill(1));
    await refused(page, "frame-too-large", /65536 bytes/);
    assert.equal((await page.closed).code, 1009);
  });

  await t.test("a hundred megabytes end their own connection", async () => {
    const page = await lab.page(ANN);
    page.raw("x".repeat(100_000_000));
    await refused(page, "frame-too-large", /65536 bytes/);
  });

  await t.test("someone who only talks nonsense is sent away", async () => {
    const page = await lab.page(ANN);
    for (let i = 0; i < 20; i++) page.raw("nonsense");
    await page.hear("error", ({ fatal }) => fatal);
    await page.closed;
    await everythingGoesOn();
  });

  await t.test("nothing is answered before hello", async () => {
    const page = await lab.socket();
    page.say({ type: "open", terminal: 1, cols: 80, rows: 24 });
    assert.match((await page.hear("error")).message, /hello/);
    page.hello(await ticket(), randomUUID());
    await page.hear("welcome");
  });

  await t.test("a page of another protocol version is told", async () => {
    const page = await lab.socket();
    page.raw(JSON.stringify({ type: "hello", protocol: 99, ticket: await ticket(), client: randomUUID() }));
    assert.match((await page.hear("error")).message, /its protocol/);
  });

  const otherSecret = new TextEncoder().encode("another secret of thirty-two bytes.");
  const hellos: [what: string, ticket: () => Promise<string> | string, code: string, message: RegExp][] = [
    ["a ticket that is none", () => "ticket", "bad-ticket", /Reload the page/],
    ["a ticket signed by another", () => signTicket(ANN, otherSecret), "bad-ticket", /Reload the page/],
    ["a ticket that has expired", () => ticket(-1), "bad-ticket", /Reload the page/],
    [
      "a ticket altered to name another learner",
      async () => forged(await ticket(), BEN.learner),
      "bad-ticket",
      /Reload the page/,
    ],
    ["an unsigned ticket", async () => unsigned(await ticket()), "bad-ticket", /Reload the page/],
    ["a lesson that does not exist", () => lab.ticket(ANN.learner, "no-such-lesson"), "no-such-lesson", /no lesson called/],
    ["a lesson with mistakes", () => lab.ticket(ANN.learner, "broken"), "no-such-lesson", /mistakes/],
    ["a lesson whose setup fails", () => lab.ticket(ANN.learner, "broken-setup"), "create-failed", /setup failed: not today/],
  ];
  for (const [what, make, code, message] of hellos) {
    await t.test(what, async () => {
      const page = await lab.socket();
      page.hello(await make(), randomUUID());
      await refused(page, code, message);
    });
  }

  for (const origin of ["http://evil.example", "http://localhost:3000.evil.example", "null", ""]) {
    await t.test(`a page of the origin ${origin || "that is not said"}`, async () => {
      const page = await lab.socket(origin);
      await refused(page, "bad-origin", /UNBOXED_ORIGIN/);
    });
  }

  await t.test("a ninth page of one learner", async () => {
    const cat = { learner: "learner-cat", lesson: "plain" };
    for (let i = 0; i < 8; i++) await lab.page(cat);
    const page = await lab.socket();
    page.hello(await lab.ticket(cat.learner, cat.lesson), randomUUID());
    await refused(page, "learner-full", /8 pages/);
  });

  await t.test("HTTP answers what it knows, and nonsense with a 4xx", async () => {
    const health = await fetch(`${lab.url}/lab/healthz`);
    assert.deepEqual([health.status, await health.json()], [200, { healthy: true }]);
    const host = await (await fetch(`${lab.url}/lab/host`)).json();
    assert.deepEqual(Object.keys(host).sort(), ["capacity", "cgroup", "driver", "kernel", "sandboxes"]);
    assert.equal((await fetch(`${lab.url}/lab/secret`)).status, 404);
    assert.equal((await fetch(`${lab.url}/`)).status, 404);
    assert.equal((await fetch(`${lab.url}/lab/socket`)).status, 404);
    assert.equal((await fetch(`${lab.url}/lab/host`, { method: "POST", body: "x" })).status, 405);
    const requests: [string, RegExp][] = [
      ["nonsense\r\n\r\n", /^HTTP\/1.1 400 /],
      ["GET /lab/host HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
      ["GET /lab/host HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 400 /],
      ["GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 404 /],
      [`GET /lab/host HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, /^HTTP\/1.1 4\d\d /],
      ["GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", /^HTTP\/1.1 404 /],
      ["GET /lab/other HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", /^HTTP\/1.1 404 /],
      ["GET /lab/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", /^HTTP\/1.1 400 /],
    ];
    for (const [request, answer] of requests) {
      const socket = connect(lab.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(request);
      assert.match(await text(socket), answer, request.slice(0, 100));
    }
    await everythingGoesOn();
  });
});

function forged(ticket: string, learner: string): string {
  const [head, body, signature] = ticket.split(".");
  const claims = { ...JSON.parse(Buffer.from(body ?? "", "base64url").toString()), learner };
  return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

function unsigned(ticket: string): string {
  return [Buffer.from('{"alg":"none"}').toString("base64url"), ticket.split(".")[1], ""].join(".");
}
