/** The cookie of somebody who is signed in, as better-auth writes it: the session's token and its HMAC-SHA-256, in one value. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const SESSION_COOKIE = "unboxed_session";

/** The cookie's name. Browsers take one with the prefix only over https and for this host alone (RFC 6265bis). */
export function sessionCookie(secure: boolean): string {
  return secure ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE;
}

/** What signs the accounts' cookies: not the bytes that sign tickets and learners' cookies, which come of the same secret (HKDF, RFC 5869). */
export function accountSecret(secret: Uint8Array): string {
  return Buffer.from(hkdfSync("sha256", secret, new Uint8Array(), "unboxed accounts", 32)).toString("base64url");
}

/** The session's token; undefined where the cookie is forged. Says nothing of whether there is such a session any more. */
export function readSessionToken(cookie: string, secret: string): string | undefined {
  const value = decoded(cookie);
  const dot = value?.lastIndexOf(".") ?? -1;
  if (value === undefined || dot < 1) return undefined;
  const token = value.slice(0, dot);
  const expected = createHmac("sha256", secret).update(token).digest();
  const given = Buffer.from(value.slice(dot + 1), "base64");
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not written by us.
    return undefined;
  }
}
