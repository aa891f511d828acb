/**
 * Runs before every page: gives a newcomer who opens a lesson or joins a class an identity, lets the session of somebody who is signed in
 * live on, and says what the page may load and run.
 */
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { authenticationAt } from "./app/authentication.ts";
import { configuration } from "./app/configuration.ts";
import { database } from "./app/database.ts";
import { isSecure } from "./app/front/origins.ts";
import { isAnonymous } from "./classroom/account-learner.ts";
import { LEARNER_COOKIE_LIFETIME, learnerCookie, newLearnerId, readLearner, signLearner } from "./classroom/learners.ts";
import { sessionCookie } from "./classroom/session-cookie.ts";

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const headers = new Headers(request.headers);
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, request.nextUrl.pathname);
  // Next reads the nonce from here and puts it on its own scripts.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  // Where somebody comes back to once they are signed in.
  headers.set("x-page", request.nextUrl.pathname + request.nextUrl.search);

  const secure = isSecure(request.headers.get("host"), configuration().origins);
  const session = request.cookies.has(sessionCookie(secure)) ? await renewedSession(request) : undefined;
  const name = learnerCookie(secure);
  const becomesLearner = /^\/(lessons|join)\//.test(request.nextUrl.pathname);
  const cookie = becomesLearner && session === undefined ? await renewedCookie(request, name) : undefined;
  if (cookie) {
    const others = request.cookies.getAll().filter((other) => other.name !== name);
    headers.set("cookie", [...others, { name, value: cookie }].map(({ name, value }) => `${name}=${value}`).join("; "));
  }
  const response = NextResponse.next({ request: { headers } });
  if (cookie) {
    const lifetime = { path: "/", maxAge: LEARNER_COOKIE_LIFETIME };
    response.cookies.set(name, cookie, { httpOnly: true, sameSite: "lax", secure, ...lifetime });
  }
  for (const line of session ?? []) response.headers.append("set-cookie", line);
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  // Everything but files with a content hash in their name, which carry no page.
  matcher: ["/((?!_next/static|favicon.ico|icon.svg).*)"],
};

/** The cookies to set for a session that is alive, mostly none; undefined where it is not. */
async function renewedSession(request: NextRequest): Promise<string[] | undefined> {
  const auth = await authenticationAt(request.headers.get("host"));
  // Whoever signs out or in, which is a POST, sets these cookies in the same answer.
  const query = { disableCookieCache: true, disableRefresh: request.method === "POST" };
  const { response, headers } = await auth.api.getSession({ headers: request.headers, query, returnHeaders: true });
  return response ? headers.getSetCookie() : undefined;
}

/** A cookie to set: for a learner who has none, or has become an account's, or whose signature grows old; undefined where all is well. */
async function renewedCookie(request: NextRequest, name: string): Promise<string | undefined> {
  const { secret } = configuration();
  const present = request.cookies.get(name);
  const learner = present && (await readLearner(present.value, secret));
  if (learner && !(await isAnonymous(await database(), learner.id))) return signLearner(newLearnerId(), secret);
  if (learner && !learner.stale) return undefined;
  return signLearner(learner?.id ?? newLearnerId(), secret);
}

/**
 * The pages that replay a recording. Their player (asciinema-player) is WebAssembly, which these alone may compile: that gives a script no
 * way to make code of text, and the module comes in the site's own scripts.
 */
const REPLAY = /^\/(classes\/[^/]+\/recordings|class\/[^/]+\/record)\/[^/]+$/;

/**
 * Scripts run, and style elements count, only with this response's nonce. Style attributes may stand in the page: code is coloured and
 * panes are sized by them, and what they say is said of their own element alone.
 */
function contentSecurityPolicy(nonce: string, path: string): string {
  const development = process.env.NODE_ENV === "development";
  const wasm = REPLAY.test(path) ? " 'wasm-unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${wasm}${development ? " 'unsafe-eval'" : ""}`,
    // While the site is developed, its bundler puts styles into the page by script.
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "media-src 'none'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
