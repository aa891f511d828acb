/** HTTP requests as bytes, from right to absurd. */
import fc, { type Arbitrary } from "fast-check";

const path = fc.constantFrom(
  "/",
  "/lessons/plain",
  "/lessons/none",
  "/curriculum",
  "/glossary",
  "/api/health",
  "/api/search?q=mount",
  "/api/ticket",
  "/lab/host",
  "/lab/healthz",
  "/lab/socket",
  "/metrics",
  "/healthz",
  "/readyz",
  "/icon.svg",
  "/_next/static/chunks/none.js",
  "/_next/image?url=%2Ficon.svg&w=64&q=75",
  "/_next/data/x/index.json",
);
const piece = fc.oneof(
  fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "%2f",
    "%5c",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%c0%ae",
    ";",
    "//",
    "\\",
    "?",
    "#",
    "@",
    ":",
    "*",
  ),
  fc.constantFrom("_rsc=x", "q=", "..%2f..%2fetc%2fpasswd", "__proto__", "[slug]", "__nextLocale=x", "x".repeat(3000), "é", "‮"),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.webPath(),
);
const target = fc.oneof(
  { weight: 3, arbitrary: path },
  { weight: 4, arbitrary: fc.tuple(path, fc.array(piece, { maxLength: 4 })).map(([start, more]) => [start, ...more].join("/")) },
  { weight: 1, arbitrary: fc.webUrl() },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.webQueryParameters().map((query) => `/api/search?${query}`) },
);
const method = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom("GET", "GET", "HEAD", "POST") },
  { weight: 2, arbitrary: fc.constantFrom("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "get", "PRI") },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const version = fc.oneof(
  { weight: 20, arbitrary: fc.constant("HTTP/1.1") },
  { weight: 1, arbitrary: fc.constantFrom("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "", "http/1.1") },
);
const NAMES = [
  ..."Origin Cookie Content-Type Content-Length Transfer-Encoding Connection Upgrade Expect Range If-None-Match Accept".split(
    " ",
  ),
  ..."Accept-Encoding X-Forwarded-Host X-Forwarded-Proto X-Request-Id Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-Dest".split(" "),
  ..."Sec-WebSocket-Key Sec-WebSocket-Version Sec-WebSocket-Extensions Next-Action Next-Router-State-Tree RSC".split(" "),
  ..."X-Nonce X-Middleware-Subrequest X-Middleware-Rewrite X-Nextjs-Data Next-Router-Prefetch Content-Security-Policy".split(" "),
] as const;
const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "chunked",
    "gzip, chunked",
    "close",
    "keep-alive",
    "Upgrade",
    "websocket",
  ),
  fc.constantFrom(
    "http://localhost:3000",
    "null",
    "http://evil.example",
    "cross-site",
    "same-origin",
    "navigate",
    "document",
    "100-continue",
  ),
  fc.constantFrom("text/plain", "application/json", "multipart/form-data; boundary=x", "bytes=0-,5-1", "13", "%5B%22%22%5D", "1"),
  fc.constantFrom("unboxed_learner=x.y.z", "unboxed_learner=", "a=b; ".repeat(300), "40".repeat(21), "x".repeat(9000)),
  fc.string({ maxLength: 60 }),
);
const header = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom(...NAMES), value).map(([name, value]) => `${name}: ${value}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
);
/** Hundreds of small ones, or one that is large. */
const flood = fc.oneof(
  fc.integer({ min: 100, max: 2500 }).map((count) => Array.from({ length: count }, (_, index) => `X-${index}: y`)),
  fc.integer({ min: 10_000, max: 40_000 }).map((length) => [`X-Large: ${"y".repeat(length)}`]),
);
const headers = fc.oneof({ weight: 30, arbitrary: fc.array(header, { maxLength: 6 }) }, { weight: 1, arbitrary: flood });
const host = fc.oneof(
  { weight: 12, arbitrary: fc.constant("Host: localhost:3000") },
  { weight: 1, arbitrary: fc.constantFrom("Host: evil.example", "Host:", "", "Host: localhost:3000\r\nHost: x", "Host: a b") },
);
/** Each from somewhere else, so that limits of an address do not answer for all that lies behind them. */
const client = fc.oneof(
  { weight: 9, arbitrary: fc.oneof(fc.ipV4(), fc.ipV6()).map((address) => `X-Forwarded-For: ${address}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }).map((text) => `X-Forwarded-For: ${text}`) },
);
const text = fc.oneof(
  fc.constantFrom(
    "{}",
    '{"lesson":"plain"}',
    '["plain"]',
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "x".repeat(2000),
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.jsonValue().map((json) => JSON.stringify(json)),
);
/** With its length told as it is, as it is not, or not at all. */
const body = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ head: [] as string[], text: "" }) },
  { weight: 2, arbitrary: text.map((text) => ({ head: [`Content-Length: ${Buffer.byteLength(text)}`], text })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(200_000), text).map(([length, text]) => ({ head: [`Content-Length: ${length}`], text })),
  },
  { weight: 1, arbitrary: text.map((text) => ({ head: ["Transfer-Encoding: chunked"], text })) },
  { weight: 1, arbitrary: text.map((text) => ({ head: [] as string[], text })) },
);
/** What a page of the site would send along. */
const own = fc.constantFrom(
  [],
  ["Origin: http://localhost:3000"],
  ["Origin: http://localhost:3000", "Sec-Fetch-Site: same-origin"],
);

/** The bytes of a request. The site's host is localhost:3000. */
export const request: Arbitrary<string> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(method, target, version, host, client, own, headers, body)
      .map(([method, target, version, host, client, own, headers, { head, text }]) => {
        const lines = [`${method} ${target} ${version}`, host, client, ...own, ...headers, ...head].filter((line) => line !== "");
        return `${lines.join("\r\n")}\r\n\r\n${text}`;
      }),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "\r\n\r\n",
      "GET",
      "GET / HTTP/1.1\r\nHost: localhost:3000\r\n",
      "\x16\x03\x01\x02\0\x01\0",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ),
  },
);
