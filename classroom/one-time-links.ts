/** Links that work once: to become the first operator, to become an instructor, to set a new password. Only a hash of each is kept. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Database } from "./database.ts";

const Purpose = z.enum(["operator", "instructor", "password"]);
export type Purpose = z.infer<typeof Purpose>;

/** Milliseconds. */
const HOUR = 60 * 60 * 1000;
const LIFETIMES: Readonly<Record<Purpose, number>> = {
  operator: 7 * 24 * HOUR,
  instructor: 7 * 24 * HOUR,
  password: 24 * HOUR,
};

/** 256 random bits. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Makes a link's secret. `account`: whose password it sets, which has one such link at a time. `lifetime`: milliseconds that it works if
 * nobody uses it.
 */
export async function createLink(
  db: Database,
  purpose: Purpose,
  { account, lifetime = LIFETIMES[purpose] }: { account?: string; lifetime?: number } = {},
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const now = Date.now();
  await db.deleteFrom("one_time_link").where("expires_at", "<=", now).execute();
  if (account !== undefined) {
    await db.deleteFrom("one_time_link").where("purpose", "=", purpose).where("account", "=", account).execute();
  }
  await db
    .insertInto("one_time_link")
    .values({
      hash: hashOf(token),
      purpose,
      account: account ?? null,
      created_at: now,
      expires_at: now + lifetime,
    })
    .execute();
  return token;
}

/** What the link is for, without using it up; undefined where it was used, is too old, or never was. */
export async function readLink(db: Database, purpose: Purpose, token: string): Promise<{ account: string | null } | undefined> {
  if (!TOKEN.test(token)) return undefined;
  return db
    .selectFrom("one_time_link")
    .select("account")
    .where("hash", "=", hashOf(token))
    .where("purpose", "=", purpose)
    .where("expires_at", ">", Date.now())
    .executeTakeFirst();
}

/** Uses the link up. Of two that come at once one is told undefined. */
export async function redeemLink(db: Database, purpose: Purpose, token: string): Promise<{ account: string | null } | undefined> {
  if (!TOKEN.test(token)) return undefined;
  return db
    .deleteFrom("one_time_link")
    .where("hash", "=", hashOf(token))
    .where("purpose", "=", purpose)
    .where("expires_at", ">", Date.now())
    .returning("account")
    .executeTakeFirst();
}

/** Makes all links of this purpose worthless. */
export async function withdrawLinks(db: Database, purpose: Purpose): Promise<void> {
  await db.deleteFrom("one_time_link").where("purpose", "=", purpose).execute();
}

/** A token has 256 random bits: one round of SHA-256 is enough. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
