/** Bad input to what parses it, where no process is needed. UNBOXED_SEED=… has a run again, UNBOXED_FUZZ_RUNS=… makes it longer. */
import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import test from "node:test";
import fc from "fast-check";
import { SignJWT } from "jose";
import { pathOf, refusalOf } from "../../app/front/admission.ts";
import { newLearnerId, readLearner, signLearner } from "../../classroom/learners.ts";
import { readTicket, signTicket } from "../../classroom/ticket.ts";
import { LessonError } from "../../curriculum/lesson.ts";
import { parseLesson } from "../../curriculum/parse.ts";
import { ClientMessage, MAX_COLS, MAX_TERMINALS } from "../../lab-server/protocol.ts";
import { StaffClientMessage } from "../../lab-server/staff/wire.ts";
import { message } from "../fuzz/frames.ts";
import { quick } from "../fuzz/seed.ts";
import { staffMessage } from "../fuzz/staff-frames.ts";

const SECRET = new TextEncoder().encode("a secret of more than thirty-two bytes");
const ANN = { kind: "learner", learner: "learner-ann", lesson: "plain" } as const;

test("every right message is understood as it was meant, also after JSON", () => {
  fc.assert(
    fc.property(message, (right) => {
      assert.deepEqual(ClientMessage.parse(JSON.parse(JSON.stringify(right))), JSON.parse(JSON.stringify(right)));
    }),
    quick(1000),
  );
  fc.assert(
    fc.property(staffMessage, (right) => {
      assert.deepEqual(StaffClientMessage.parse(JSON.parse(JSON.stringify(right))), JSON.parse(JSON.stringify(right)));
    }),
    quick(1000),
  );
});

test("of any JSON a message comes whose values are within bounds, or none", () => {
  const key = fc.constantFrom(
    "type",
    "terminal",
    "cols",
    "rows",
    "offset",
    "from",
    "task",
    "look",
    "of",
    "open",
    "__proto__",
    "client",
  );
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("open", "ack", "hello", "xray.raw", 1, 80, 1e9));
  const like = fc.tuple(message, fc.array(fc.tuple(key, value), { maxLength: 4 }));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        like.map(([right, odd]) => ({ ...right, ...Object.fromEntries(odd) })),
      ),
      (given) => {
        const { data } = ClientMessage.safeParse(JSON.parse(JSON.stringify(given)));
        if (data === undefined) return;
        if ("terminal" in data)
          assert.ok(Number.isInteger(data.terminal) && data.terminal >= 1 && data.terminal <= MAX_TERMINALS);
        if ("cols" in data) assert.ok(Number.isInteger(data.cols) && data.cols >= 2 && data.cols <= MAX_COLS);
        assert.equal(Object.getPrototypeOf(data), Object.prototype);
      },
    ),
    quick(2000),
  );
});

test("a ticket that was altered in any way is none", async () => {
  const right = await signTicket(ANN, SECRET);
  const alteration = fc.oneof(
    fc
      .tuple(fc.nat(right.length - 1), fc.base64String({ minLength: 1, maxLength: 4 }))
      .map(([at, text]) => right.slice(0, at) + text + right.slice(at + text.length)),
    fc
      .tuple(fc.nat(right.length), fc.string({ unit: "binary", minLength: 1, maxLength: 9 }))
      .map(([at, text]) => right.slice(0, at) + text + right.slice(at)),
    fc.nat(right.length - 1).map((length) => right.slice(0, length)),
    fc.constantFrom("none", "HS512", "RS256", "ES256", "dir", "").map((alg) => headed(right, { alg })),
    fc
      .constantFrom(
        { alg: "HS256", crit: ["exp"] },
        { alg: "HS256", b64: false, crit: ["b64"] },
        { alg: "HS256", jku: "http://evil.example" },
      )
      .map((head) => headed(right, head)),
    fc.string({ unit: "binary", maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(alteration, async (token) => {
      // The last character of a signature has bits that mean nothing: with others it is the same ticket.
      const read = await readTicket(token, SECRET).catch((error: unknown) => error);
      if (!(read instanceof Error)) assert.deepEqual(read, ANN);
      if (token.split(".").slice(0, 2).join() !== right.split(".").slice(0, 2).join()) assert.ok(read instanceof Error, token);
      assert.equal(await readLearner(token, SECRET), undefined, "nor is it a cookie");
    }),
    quick(1000),
  );
});

test("a ticket whose claims are not those of a ticket is none, though it is signed", async () => {
  const audience = fc.constantFrom("unboxed-lab-server", "unboxed-site", "other");
  const claims = fc.record(
    {
      learner: fc.oneof(fc.constant("learner-ann"), fc.jsonValue()),
      lesson: fc.oneof(fc.constant("plain"), fc.constant("../plain"), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(audience, claims, fc.integer({ min: -100, max: 100 }), async (audience, claims, life) => {
      const now = Math.floor(Date.now() / 1000);
      const signed = new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader({ alg: "HS256" }).setAudience(audience);
      const read = await readTicket(await signed.setExpirationTime(now + life).sign(SECRET), SECRET).catch(() => undefined);
      if (audience !== "unboxed-lab-server" || life < 0) assert.equal(read, undefined);
      if (read === undefined) return;
      assert.match(read.learner, /^[A-Za-z0-9_-]{8,64}$/);
      assert.match(read.lesson, /^[a-z0-9][a-z0-9-]{0,63}$/);
    }),
    quick(300),
  );
  assert.equal(await readLearner(await signTicket(ANN, SECRET), SECRET), undefined);
  await assert.rejects(readTicket(await signLearner(newLearnerId(), SECRET), SECRET));
});

test("whatever the front matter is, the lesson is right or its mistakes are told with their place", () => {
  const scalar = fc.oneof(
    fc.constantFrom(
      "5",
      "-1",
      "1e400",
      "0x1F",
      ".nan",
      "~",
      "''",
      "!!binary x",
      "!!js/function x",
      "*a",
      "&a x",
      "{",
      "[",
      "|",
      ">",
      "- ",
      "#",
    ),
    fc.constantFrom("2020-01-01", "{a: b}", "[one, two]", "<<: *a", "'", '"\\x"', "\t", "x".repeat(300), "true", "é"),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const name = fc.oneof(
    fc.constantFrom("title", "summary", "minutes", "order", "needs", "goals", "image", "tittle", "__proto__", "? ", "<<"),
    scalar,
  );
  const line = fc.oneof(
    fc.tuple(name, scalar).map(([name, value]) => `${name}: ${value}`),
    scalar,
  );
  const right = fc.constantFrom("title: T", "summary: S", "minutes: 5", "order: 1", "goals: [one]");
  fc.assert(
    fc.property(fc.array(fc.oneof(line, right), { maxLength: 12 }), (lines) =>
      parses(`---\n${lines.join("\n")}\n---\n\nText.\n`),
    ),
    quick(1000),
  );
});

test("aliases that multiply and collections that nest do not take a lesson's parser with them", () => {
  const laughs = Array.from(
    { length: 24 },
    (_, level) => `a${level}: &a${level} [${level === 0 ? "x" : `*a${level - 1}, `.repeat(9)}]`,
  );
  parses(`---\n${laughs.join("\n")}\n---\n`);
  for (const opening of ["[", "{a: ", "- ", "? ", "> ", "<Hint>", "**", "![", "|"])
    for (const around of [
      (text: string) => `---\ngoals: ${text}\n---\n`,
      (text: string) => `---\ntitle: T\nsummary: S\nminutes: 5\norder: 1\ngoals: [one]\n---\n\n${text}`,
    ])
      parses(around(opening.repeat(3000)));
});

test("any head of a request is judged, and never let through to another host", () => {
  const name = fc.constantFrom(
    "host",
    "origin",
    "content-length",
    "transfer-encoding",
    "sec-fetch-site",
    "sec-fetch-mode",
    "next-action",
    "cookie",
  );
  const value = fc.oneof(
    fc.constantFrom("localhost:3000", "http://localhost:3000", "evil.example", "5", "chunked", "same-origin"),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const target = fc.oneof(
    fc.webPath(),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("/", "/api/ticket", "/lab/host", "//x", "*"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "POST", "HEAD", "PUT"),
      target,
      fc.array(fc.tuple(name, value), { maxLength: 8 }),
      (method, url, headers) => {
        const request = new IncomingMessage(new Socket());
        Object.assign(request, { method, url, headers: Object.fromEntries(headers) });
        Object.defineProperty(request, "headersDistinct", { value: distinct(headers) });
        const refusal = refusalOf(request, ["http://localhost:3000"]);
        if (refusal !== undefined) assert.ok(refusal.status >= 400 && refusal.status < 500);
        else
          assert.ok(request.headers.host === "localhost:3000" || ["/api/health", "/lab/healthz"].includes(pathOf(request) ?? ""));
      },
    ),
    quick(2000),
  );
});

function headed(token: string, head: object): string {
  return [Buffer.from(JSON.stringify(head)).toString("base64url"), ...token.split(".").slice(1)].join(".");
}

function parses(text: string): void {
  try {
    parseLesson({ slug: "fuzz", file: "fuzz/lesson.mdx", text });
  } catch (error) {
    assert.ok(error instanceof LessonError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.problems.length > 0);
    for (const { line, column, message, cure } of error.problems)
      assert.ok(line >= 1 && column >= 1 && message !== "" && cure !== "");
  }
}

function distinct(headers: readonly (readonly [string, string])[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, value] of headers) found[name] = [...(found[name] ?? []), value];
  return found;
}
