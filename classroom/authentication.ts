/** Signing in and out: better-auth over our tables. Whoever calls it has judged the password and counted the tries. */
import { betterAuth } from "better-auth";
import { type GenericOAuthConfig, genericOAuth } from "better-auth/plugins";
import { adoptLearner } from "./account-learner.ts";
import type { Database } from "./database.ts";
import type { Engine } from "./engine.ts";
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from "./passwords.ts";
import { sessionCookie } from "./session-cookie.ts";

/** Seconds: that a session lives without a visit, and after which a visit makes it live on. */
const SESSION_LIFETIME = 30 * 24 * 60 * 60;
const RENEW_AFTER = 60 * 60;
/** What credentials call their provider: a password's, and that of OpenID Connect. */
export const PASSWORD_PROVIDER = "credential";
export const OIDC_PROVIDER = "oidc";
/** Below the site's origin. The provider sends people back to `/callback/oidc` there. */
const AUTH_PATH = "/api/auth";

export type OidcSettings = { issuer: string; clientId: string; clientSecret: string; name: string };

export type AuthenticationOptions = {
  db: Database;
  engine: Engine;
  /** From `accountSecret`. */
  secret: string;
  /** Where browsers reach the site. */
  origin: string;
  oidc?: OidcSettings | undefined;
  /** The anonymous learner of the browser that signs in, by the headers of its request. */
  learnerIn: (headers: Headers) => Promise<string | undefined>;
};

export type Authentication = ReturnType<typeof authentication>;

/** better-auth for one origin of the site. It starts nothing and may be made more than once. */
export function authentication({ db, engine, secret, origin, oidc, learnerIn }: AuthenticationOptions) {
  const secure = origin.startsWith("https:");
  const dates = { createdAt: "created_at", updatedAt: "updated_at" } as const;
  return betterAuth({
    appName: "Unboxed",
    baseURL: origin,
    basePath: AUTH_PATH,
    secret,
    trustedOrigins: [origin],
    database: { db, type: engine },
    telemetry: { enabled: false },
    logger: { level: "error" },
    // What may be tried how often is counted by address and by account before it comes here: a class shares one address.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: SHORTEST_PASSWORD,
      // Counted in UTF-16 here, where some characters count twice.
      maxPasswordLength: 2 * LONGEST_PASSWORD,
    },
    user: {
      modelName: "account",
      fields: { ...dates, emailVerified: "email_verified" },
      additionalFields: { role: { type: ["learner", "instructor", "operator"], defaultValue: "learner", input: false } },
    },
    session: {
      modelName: "session",
      fields: { ...dates, userId: "account", expiresAt: "expires_at", ipAddress: "ip_address", userAgent: "user_agent" },
      expiresIn: SESSION_LIFETIME,
      updateAge: RENEW_AFTER,
    },
    account: {
      modelName: "credential",
      fields: {
        ...dates,
        userId: "account",
        accountId: "subject",
        providerId: "provider",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
      },
      // An e-mail address is no proof: who has an account says so while signed in to it.
      accountLinking: {
        enabled: true,
        disableImplicitLinking: true,
        allowDifferentEmails: true,
        trustedProviders: [OIDC_PROVIDER],
      },
    },
    verification: { modelName: "verification", fields: { ...dates, expiresAt: "expires_at" } },
    databaseHooks: {
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
      session: {
        create: {
          async after(session, context) {
            const headers = context?.headers;
            await adoptLearner(db, session.userId, headers && (await learnerIn(headers)));
          },
        },
      },
    },
    onAPIError: { errorURL: `${origin}/sign-in` },
    advanced: {
      cookiePrefix: secure ? "__Host-unboxed" : "unboxed",
      useSecureCookies: false,
      defaultCookieAttributes: { secure, sameSite: "lax", httpOnly: true, path: "/" },
      cookies: { session_token: { name: sessionCookie(secure) } },
      // Where people are is nothing that the site needs to keep.
      ipAddress: { disableIpTracking: true },
    },
    plugins: [genericOAuth({ config: oidc === undefined ? [] : [provider(oidc)] })],
  });
}

function provider({ issuer, clientId, clientSecret, name }: OidcSettings): GenericOAuthConfig {
  return {
    providerId: OIDC_PROVIDER,
    name,
    discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId,
    clientSecret,
    scopes: ["openid", "profile", "email"],
    pkce: true,
    // Signing out of Unboxed does not sign anybody out of everything else.
    disableProviderLogout: true,
  };
}

/** The site calls nothing at the provider once somebody is in, so it keeps no key to it. */
async function withoutTokens<Row extends object>(row: Row) {
  return {
    data: {
      ...row,
      accessToken: null,
      refreshToken: null,
      idToken: null,
      accessTokenExpiresAt: null,
      refreshTokenExpiresAt: null,
    },
  };
}

/** Gives the account another password, or its first one, and ends all its sessions. Whoever calls it has judged the password. */
export async function replacePassword(auth: Authentication, account: string, password: string): Promise<void> {
  const { internalAdapter, password: hasher } = await auth.$context;
  const hash = await hasher.hash(password);
  const present = await internalAdapter.findCredentialAccount(account);
  if (present) await internalAdapter.updateAccount(present.id, { password: hash });
  else await internalAdapter.linkAccount({ userId: account, providerId: PASSWORD_PROVIDER, accountId: account, password: hash });
  await internalAdapter.deleteUserSessions(account);
}
