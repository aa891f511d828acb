import assert from "node:assert/strict";
import test from "node:test";
import { SignJWT } from "jose";
import { newLearnerId, readLearner, signLearner } from "../../classroom/learners.ts";
import { readTicket, signTicket } from "../../classroom/ticket.ts";

const secret = new TextEncoder().encode("a secret of more than thirty-two bytes");
const other = new TextEncoder().encode("another secret of more than 32 bytes!!");

test("a learner's cookie names the learner", async () => {
  const id = newLearnerId();
  assert.deepEqual(await readLearner(await signLearner(id, secret), secret), { id, stale: false });
});

test("a cookie that was tampered with is nobody's", async () => {
  const cookie = await signLearner(newLearnerId(), secret);
  const [header, payload, signature] = cookie.split(".");
  const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: newLearnerId() })).toString("base64url");
  const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  for (const bad of [`${header}.${forged}.${signature}`, `${unsigned}.${payload}.`, `${cookie}x`, "", "nonsense", "a.b.c"]) {
    assert.equal(await readLearner(bad, secret), undefined, bad);
  }
  assert.equal(await readLearner(cookie, other), undefined);
});

test("an expired cookie, and one with a strange id, are nobody's; an old one is stale", async () => {
  const sign = (sub: string, issued: number, expires: number) =>
    new SignJWT()
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(sub)
      .setAudience("unboxed-site")
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(secret);
  const now = Math.floor(Date.now() / 1000);
  const id = newLearnerId();
  assert.equal(await readLearner(await sign(id, now - 100, now - 10), secret), undefined);
  assert.equal(await readLearner(await sign("../../etc", now, now + 100), secret), undefined);
  assert.deepEqual(await readLearner(await sign(id, now - 40 * 24 * 60 * 60, now + 100), secret), { id, stale: true });
});

test("a ticket is no cookie and a cookie is no ticket, though one secret signs both", async () => {
  const learner = newLearnerId();
  assert.equal(await readLearner(await signTicket({ learner, lesson: "namespaces" }, secret), secret), undefined);
  await assert.rejects(readTicket(await signLearner(learner, secret), secret));
});
