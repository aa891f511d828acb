/**
 * Runs before every page: forwards the lab-server's paths (WebSockets too), gives a newcomer who opens a lesson an
 * identity, and sets the headers that keep the page to itself.
 */
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { configuration } from "./app/configuration.ts";
import { LEARNER_COOKIE, LEARNER_COOKIE_LIFETIME, newLearnerId, readLearner, signLearner } from "./classroom/learners.ts";

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  if (pathname.startsWith("/lab/")) return NextResponse.rewrite(new URL(pathname + search, configuration().labServer));

  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  // Next reads the nonce from here and puts it on its own scripts.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);

  const cookie = pathname.startsWith("/lessons/") ? await renewedCookie(request) : undefined;
  if (cookie) {
    const others = request.cookies.getAll().filter(({ name }) => name !== LEARNER_COOKIE);
    headers.set(
      "cookie",
      [...others, { name: LEARNER_COOKIE, value: cookie }].map(({ name, value }) => `${name}=${value}`).join("; "),
    );
  }
  const response = NextResponse.next({ request: { headers } });
  if (cookie) {
    const secure = (request.headers.get("x-forwarded-proto") ?? request.nextUrl.protocol).startsWith("https");
    response.cookies.set(LEARNER_COOKIE, cookie, {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      maxAge: LEARNER_COOKIE_LIFETIME,
      secure,
    });
  }
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set("permissions-policy", "camera=(), microphone=(), geolocation=()");
  return response;
}

export const config = {
  // Everything but files with a content hash in their name, which carry no page.
  matcher: ["/((?!_next/static|favicon.ico|icon.svg).*)"],
};

/** A cookie to set: for a learner who has none or whose signature grows old; undefined where all is well. */
async function renewedCookie(request: NextRequest): Promise<string | undefined> {
  const { secret } = configuration();
  const present = request.cookies.get(LEARNER_COOKIE);
  const learner = present && (await readLearner(present.value, secret));
  if (learner && !learner.stale) return undefined;
  return signLearner(learner?.id ?? newLearnerId(), secret);
}

/**
 * Scripts run only with this response's nonce. Styles may stand inline: the terminal and the panes set them, and a style
 * runs no code.
 */
function contentSecurityPolicy(nonce: string): string {
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
