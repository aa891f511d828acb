/** The site's listener, asked as no browser asks. Needs root. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as ask, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import test, { after, before } from "node:test";
import { WebSocket } from "ws";
import { newLearnerId, signLearner } from "../../classroom/learners.ts";
import { SOCKET_PATH } from "../../lab-server/protocol.ts";
import { freePort } from "../browser/product.ts";
import { Lab } from "./harness.ts";
import { Site } from "./site.ts";

const ORIGIN = "http://localhost:3000";
const HOST = "localhost:3000";
const SECURE_HOST = "lab.example.org";

let lab: Lab;
let site: Site;
before(async () => {
  lab = await Lab.start({ env: { UNBOXED_ORIGIN: `${ORIGIN},https://${SECURE_HOST}` } });
  site = await Site.start(lab, await freePort());
});
after(async () => {
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

type Question = { method?: string; headers?: Record<string, string>; body?: string };
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** The path is sent as it is. */
async function get(path: string, { method = "GET", headers = {}, body }: Question = {}): Promise<Answer> {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const asked = ask({ host: "127.0.0.1", port: site.port, path, method, headers: { host: HOST, ...length, ...headers } });
  asked.on("error", () => {});
  asked.end(body);
  const [answer] = await once(asked, "response");
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

const post = (path: string, question: Question = {}) => get(path, { method: "POST", body: "{}", ...question });
const own = { origin: ORIGIN };

/** Sends what no client library would, and resolves to all that comes until the connection ends. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(site.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  return text(socket);
}

async function cookieOf(learner: string): Promise<string> {
  return `unboxed_learner=${await signLearner(learner, new TextEncoder().encode(lab.secret))}`;
}

test("every answer has the headers that keep it to the site: pages, files, API, refusals", async () => {
  const page = await get("/");
  const file = /\/_next\/static\/[\w./-]+\.js/.exec(page.body)?.[0];
  assert.ok(file);
  const answers = [page, await get(file), await get("/api/search"), await get("/lab/host"), await get("/none"), await post("/")];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 404, 403],
  );
  for (const { headers } of answers) {
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.match(String(headers["permissions-policy"]), /camera=\(\)/);
    assert.equal(headers["strict-transport-security"], undefined, "not without https");
    assert.equal(headers["access-control-allow-origin"], undefined);
    assert.equal(headers["x-powered-by"], undefined);
  }
});

test("scripts and style elements count with the page's own nonce alone, a new one each time", async () => {
  const nonces = new Set<string>();
  for (let visit = 0; visit < 3; visit++) {
    const { headers, body } = await get("/lessons/plain");
    const policy = String(headers["content-security-policy"]);
    const nonce = /script-src 'self' 'nonce-([\w+/=]+)' 'strict-dynamic';/.exec(policy)?.[1];
    assert.ok(nonce, policy);
    nonces.add(nonce);
    assert.ok(policy.includes(`; style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline';`), policy);
    for (const directive of [
      "default-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ])
      assert.ok(policy.includes(directive), directive);
    assert.doesNotMatch(policy, /unsafe-eval|https?:|\*/);
    for (const [tag] of body.matchAll(/<(?:script|style)\b[^>]*>/g)) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
    assert.doesNotMatch(body, /<[a-z][^>]*\son[a-z]+=/i, "no handler stands in the page");
  }
  assert.equal(nonces.size, 3);
});

test("under https the cookie is the host's alone, and the host is https's alone", async () => {
  const plain = await get("/lessons/plain");
  assert.match(String(plain.headers["set-cookie"]), /^unboxed_learner=[\w.-]+; Path=\/; .*HttpOnly; SameSite=lax$/i);
  const { headers } = await get("/lessons/plain", { headers: { host: SECURE_HOST } });
  const [cookie = ""] = headers["set-cookie"] ?? [];
  assert.match(cookie, /^__Host-unboxed_learner=[\w.-]+; Path=\/;/);
  assert.match(cookie, /; Secure(;|$)/);
  assert.match(cookie, /; HttpOnly(;|$)/);
  assert.doesNotMatch(cookie, /Domain=/i);
  assert.match(headers["strict-transport-security"] ?? "", /^max-age=\d{7,}$/);

  // What a neighbouring site may set for the whole domain is not the learner's.
  const learner = await cookieOf(newLearnerId());
  const again = await get("/lessons/plain", { headers: { host: SECURE_HOST, cookie: learner } });
  assert.match(String(again.headers["set-cookie"]), /^__Host-/, "a new one is made");
  const kept = await get("/lessons/plain", { headers: { host: SECURE_HOST, cookie: cookie.split(";")[0] ?? "" } });
  assert.equal(kept.headers["set-cookie"], undefined);
});

test("a name that was led here reaches nothing; probes reach health by any", async () => {
  for (const host of ["rebound.example", "localhost", "localhost:3001", "127.0.0.1", `${HOST}.rebound.example`, `a@${HOST}`])
    for (const path of ["/", "/lessons/plain", "/api/search", "/lab/host", "/_next/static/x.js", "/nothing"]) {
      const headers = { host, "x-forwarded-host": HOST };
      assert.equal((await get(path, { headers })).status, 421, `${path} at ${host}`);
    }
  for (const host of ["10.1.2.3", "10.1.2.3:8080", "site", "127.0.0.1"])
    for (const path of ["/api/health", "/lab/healthz"]) assert.equal((await get(path, { headers: { host } })).status, 200, path);
  assert.match(await raw("GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 4\d\d /);
  assert.match(
    await raw(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: rebound.example\r\nConnection: close\r\n\r\n`),
    /^HTTP\/1\.1 400 /,
  );
});

test("what changes something must come from a page of this site", async () => {
  const cookie = await cookieOf(newLearnerId());
  const ticket = (headers: Record<string, string>) =>
    post("/api/ticket", { headers: { cookie, "content-type": "application/json", ...headers }, body: '{"lesson":"plain"}' });
  const action = (headers: Record<string, string>) =>
    post("/lessons/plain", {
      headers: { cookie, "next-action": "0".repeat(42), "content-type": "text/plain", ...headers },
      body: "[]",
    });
  assert.equal((await ticket(own)).status, 200);
  assert.equal((await ticket({ ...own, "sec-fetch-site": "same-origin" })).status, 200);
  assert.notEqual((await action(own)).status, 403);
  const foreign: Record<string, string>[] = [
    {},
    { origin: "null" },
    { origin: "http://evil.example" },
    { origin: `${ORIGIN}.evil.example` },
    { origin: "https://localhost:3000" },
    { origin: `https://${SECURE_HOST}` },
    { ...own, "sec-fetch-site": "cross-site" },
    { ...own, "sec-fetch-site": "same-site" },
    { origin: "http://evil.example", "x-forwarded-host": "evil.example" },
  ];
  for (const headers of foreign) {
    assert.equal((await ticket(headers)).status, 403, JSON.stringify(headers));
    assert.equal((await action(headers)).status, 403, JSON.stringify(headers));
  }
});

test("another site's page may link here, and nothing else", async () => {
  const cross = { "sec-fetch-site": "cross-site" };
  const navigation = { ...cross, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  assert.equal((await get("/lessons/plain", { headers: navigation })).status, 200);
  for (const [mode, dest] of [
    ["no-cors", "script"],
    ["no-cors", "image"],
    ["cors", "empty"],
    ["navigate", "iframe"],
    ["navigate", "object"],
    ["navigate", "embed"],
  ])
    for (const path of ["/lessons/plain", "/api/search?q=x", "/icon.svg", "/lab/host"]) {
      const headers = { ...cross, "sec-fetch-mode": mode ?? "", "sec-fetch-dest": dest ?? "" };
      assert.equal((await get(path, { headers })).status, 403, `${path} as ${dest}`);
    }
});

test("a body is short, and its length is told", async () => {
  assert.equal((await post("/api/ticket", { headers: own, body: "x".repeat(64 * 1024 + 1) })).status, 413);
  assert.equal((await post("/api/ticket", { headers: { ...own, "content-length": "99999999999" } })).status, 413);
  const chunked = { ...own, "transfer-encoding": "chunked" };
  const asked = ask({
    host: "127.0.0.1",
    port: site.port,
    path: "/api/ticket",
    method: "POST",
    headers: { host: HOST, ...chunked },
  });
  asked.on("error", () => {});
  asked.write("{}");
  const [answer] = await once(asked, "response");
  assert.equal(answer.statusCode, 411);
  asked.destroy();
  const both = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
  assert.match(await raw(both), /^HTTP\/1\.1 4\d\d /);
  assert.equal((await post("/api/ticket", { headers: own, body: "x".repeat(60_000) })).status, 400, "that long is read");
  for (const body of ["", "null", "[]", "{", '{"lesson":1}', '{"lesson":"../plain"}', '{"__proto__":{"lesson":"plain"}}'])
    assert.equal((await post("/api/ticket", { headers: own, body })).status, 400, body);
});

test("the build's files come compressed as the browser takes them, whole, and may be kept", async () => {
  const file = /\/_next\/static\/[\w./-]+\.js/.exec((await get("/")).body)?.[0];
  assert.ok(file);
  const plain = await get(file);
  assert.equal(plain.headers["content-encoding"], undefined);
  for (const [accepts, encoding] of [
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
  ] as const) {
    const { status, headers } = await get(file, { headers: { "accept-encoding": accepts, range: "bytes=9-2" } });
    assert.deepEqual([status, headers["content-encoding"]], [200, encoding]);
    assert.ok(Number(headers["content-length"]) < Number(plain.headers["content-length"]) / 2);
    assert.match(headers["cache-control"] ?? "", /max-age=31536000.*immutable/);
    assert.match(headers.vary ?? "", /accept-encoding/i);
  }
  assert.equal((await get(`${file}.nothing`)).status, 404);
  assert.equal((await get(file, { method: "HEAD" })).body, "");
});

test("of Next's own paths only files are served", async () => {
  for (const path of [
    "/_next/image?url=%2Ficon.svg&w=64&q=75",
    "/_next/data/x/index.json",
    "/_next/hmr",
    "/_next/",
    "/_next/static/../image",
  ])
    assert.equal((await get(path)).status, 404, path);
});

test("only GET, HEAD and POST are answered", async () => {
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
    const { status, headers } = await get("/", { method, headers: own });
    assert.deepEqual([status, headers.allow], [405, "GET, HEAD, POST"], method);
  }
  assert.equal((await get("/", { method: "HEAD" })).body, "");
  for (const target of ["*", "http://evil.example/", "//evil.example/", "/\\evil.example", "nothing"])
    assert.match(await raw(`GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 400 /, target);
});

test("of the lab-server the site forwards its socket, its health and its host, and nothing else", async () => {
  assert.deepEqual(JSON.parse((await get("/lab/healthz")).body), { healthy: true });
  assert.ok("capacity" in JSON.parse((await get("/lab/host")).body));
  assert.equal((await get("/lab/host", { method: "HEAD" })).status, 200);
  for (const path of [
    "/metrics",
    "/healthz",
    "/readyz",
    "/lab/metrics",
    "/lab/readyz",
    "/lab/../metrics",
    "/lab/%2e%2e/metrics",
    "/lab//metrics",
    "/lab/./metrics",
    "/lab/host/../../metrics",
    "/lab/host%2f..%2f..%2fmetrics",
    "/lab/..%2fmetrics",
    "/lab/;/../metrics",
    SOCKET_PATH,
  ]) {
    const { status, body } = await get(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /unboxed_sandboxes|process_cpu/, path);
  }
  for (const path of ["/metrics", "/lab/metrics", "/lab/host"])
    assert.ok((await post(path, { headers: own })).status >= 400, path);
});

test("nothing but the lab's socket is upgraded, and nothing is left open", async () => {
  const upgrade = (path: string, host = HOST) =>
    raw(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
  for (const path of ["/", "/nothing", "/_next/hmr", "/_next/static/x", "/lab/socket/", "/lab/other", "//lab/socket", "*"])
    assert.match(await upgrade(path), /^HTTP\/1\.1 404 /, path);
  assert.match(await upgrade(SOCKET_PATH, "rebound.example"), /^HTTP\/1\.1 421 /);
  assert.match(
    await raw(`GET ${SOCKET_PATH} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    /^HTTP\/1\.1 400 /,
  );

  const socket = new WebSocket(`${site.url}${SOCKET_PATH}`, { origin: ORIGIN, headers: { host: HOST } });
  const [answer] = await once(
    socket.on("open", () => socket.send("{")),
    "message",
  );
  assert.match(String(answer), /not JSON/);
  socket.close();
  await once(socket, "close");
});

test("who asks too often waits; others do not", async () => {
  const [one, other] = ["203.0.113.7", "203.0.113.8"];
  const learner = await cookieOf(newLearnerId());
  const ticket = async (cookie: string, address: string) =>
    post("/api/ticket", { headers: { ...own, cookie, "x-forwarded-for": address }, body: '{"lesson":"plain"}' });
  const statuses = [];
  for (let wish = 0; wish < 90; wish++) statuses.push((await ticket(learner, one)).status);
  assert.deepEqual(new Set(statuses), new Set([200, 429]));
  const refused = await ticket(learner, one);
  assert.equal(refused.status, 429);
  assert.match(refused.headers["retry-after"] ?? "", /^\d+$/);
  // One more becomes free now and then.
  const elsewhere = await Promise.all(Array.from({ length: 20 }, async () => (await ticket(learner, other)).status));
  assert.ok(elsewhere.includes(429), "a learner is the same from elsewhere");
  assert.equal((await ticket(await cookieOf(newLearnerId()), one)).status, 200, "another learner at the address is not held up");

  // Identities are made for an address; what it says of itself before its proxy counts for nothing.
  const newcomer = async (forwarded: string) =>
    (await get("/lessons/plain", { headers: { "x-forwarded-for": forwarded } })).status;
  const visits: number[] = [];
  // One more becomes free each second.
  for (const begun = performance.now(); !visits.includes(429) && visits.length < 340 + (performance.now() - begun) / 1000; )
    visits.push(...(await Promise.all(Array.from({ length: 20 }, (_, visit) => newcomer(`198.51.100.${visit}, ${one}`)))));
  assert.ok(visits.filter((status) => status === 200).length >= 300);
  assert.ok(visits.includes(429));
  assert.equal(await newcomer(other), 200);
  assert.equal((await get("/lessons/plain", { headers: { "x-forwarded-for": one, cookie: learner } })).status, 200);
});
