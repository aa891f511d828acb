/** better-auth for the request that is being answered. */
import { parseCookies, parseSetCookieHeader, toCookieOptions } from "better-auth/cookies";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { type Authentication, authentication } from "../classroom/authentication.ts";
import { engineOf } from "../classroom/engine.ts";
import { learnerCookie, readLearner } from "../classroom/learners.ts";
import { accountSecret } from "../classroom/session-cookie.ts";
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";
import { isSecure, originsAt } from "./front/origins.ts";

const made = new Map<string, Authentication>();

/** better-auth for the origin that a Host header names, one of UNBOXED_ORIGIN. */
export async function authenticationAt(host: string | null): Promise<Authentication> {
  const { database: place, oidc, secret } = configuration();
  const origin = originAt(host);
  const present = made.get(origin);
  if (present) return present;
  const fresh = authentication({
    db: await database(),
    engine: engineOf(place),
    secret: accountSecret(secret),
    origin,
    oidc,
    learnerIn,
  });
  made.set(origin, fresh);
  return fresh;
}

/** Where the browser that asks reaches the site. */
export async function requestOrigin(): Promise<string> {
  return originAt((await headers()).get("host"));
}

/** The session of the request's cookie, as the library has it; null where there is none or it has ended. */
export const currentSession = cache(async () => {
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  // The proxy makes it live on: a page cannot set the cookie.
  return auth.api.getSession({ headers: asked, query: { disableRefresh: true, disableCookieCache: true } });
});

/** Passes on to the browser what cookies the library sets. Only in an action or a route. */
export async function keepCookies(from: Headers): Promise<void> {
  const jar = await cookies();
  for (const line of from.getSetCookie()) {
    for (const [name, attributes] of parseSetCookieHeader(line)) {
      const { partitioned: _, ...options } = toCookieOptions(attributes);
      jar.set(name, attributes.value, Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
    }
  }
}

function originAt(host: string | null): string {
  const { origins } = configuration();
  const here = originsAt(host, origins);
  // Under one name with and without TLS, what is made for the one without works in both.
  const origin = here.find((each) => each.startsWith("http:")) ?? here[0] ?? origins[0];
  if (origin === undefined) throw new Error("The site has no address: UNBOXED_ORIGIN is empty.");
  return origin;
}

/** The learner of the browser that asks, by its cookie alone. */
async function learnerIn(asked: Headers): Promise<string | undefined> {
  const { origins, secret } = configuration();
  const cookie = parseCookies(asked.get("cookie") ?? "").get(learnerCookie(isSecure(asked.get("host"), origins)));
  return cookie === undefined ? undefined : (await readLearner(cookie, secret))?.id;
}
