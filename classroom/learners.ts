/**
 * Learners without an account: a random id in a signed cookie. The id is made when someone first opens a lesson, the row
 * in the database when there is something to remember.
 */
import { randomBytes } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Database } from "./database.ts";

const LEARNER_COOKIE = "unboxed_learner";
/** The cookie's name. Browsers take one with the prefix only over https and for this host alone, so that no neighbouring site can set it (RFC 6265bis). */
export function learnerCookie(secure: boolean): string {
  return secure ? `__Host-${LEARNER_COOKIE}` : LEARNER_COOKIE;
}
/** Seconds that the cookie lives after the last visit: browsers keep none longer than 400 days. */
export const LEARNER_COOKIE_LIFETIME = 400 * 24 * 60 * 60;
/** Seconds after which a cookie is signed anew. */
const RENEW_AFTER = 30 * 24 * 60 * 60;
const AUDIENCE = "unboxed-site";

const Claims = z.object({ sub: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/), iat: z.int() });

/** A fresh id of 128 random bits. */
export function newLearnerId(): string {
  return randomBytes(16).toString("base64url");
}

/** The cookie's value for a learner (HS256, RFC 7519). `secret` has at least 32 bytes. */
export function signLearner(learner: string, secret: Uint8Array): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(learner)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + LEARNER_COOKIE_LIFETIME)
    .sign(secret);
}

/** Whose cookie it is; undefined if it is forged, expired or not a learner's. `stale` says that it should be signed anew. */
export async function readLearner(cookie: string, secret: Uint8Array): Promise<{ id: string; stale: boolean } | undefined> {
  try {
    const { payload } = await jwtVerify(cookie, secret, { audience: AUDIENCE, algorithms: ["HS256"] });
    const claims = Claims.safeParse(payload);
    if (!claims.success) return undefined;
    return { id: claims.data.sub, stale: Date.now() / 1000 - claims.data.iat > RENEW_AFTER };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Makes the learner's row if there is none yet. */
export async function ensureLearner(db: Database, learner: string): Promise<void> {
  await db
    .insertInto("learner")
    .values({ id: learner, created_at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
