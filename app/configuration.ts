/** The site's configuration, from the environment, parsed once at the start. */
import type { BlockList } from "node:net";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { OidcSettings } from "../classroom/authentication.ts";
import { parseNetworks } from "./front/client-address.ts";

const port = (name: string) =>
  z.coerce
    .number(`${name} must be a port number.`)
    .int(`${name} must be a whole number.`)
    .min(1, `${name} must be 1 or more.`)
    .max(65535, `${name} must be 65535 or less.`);

const Environment = z.object({
  PORT: port("PORT").default(3000),
  UNBOXED_LAB_HOST: z.string().min(1, "UNBOXED_LAB_HOST must be an address.").default("127.0.0.1"),
  UNBOXED_LAB_PORT: port("UNBOXED_LAB_PORT").optional(),
  UNBOXED_STATE: z.string().min(1, "UNBOXED_STATE must be a folder.").default(".unboxed"),
  UNBOXED_SECRET: z
    .string("UNBOXED_SECRET is missing: set it to at least 32 random characters, the same for the site and the lab-server.")
    .min(32, "UNBOXED_SECRET must have at least 32 characters."),
  UNBOXED_ORIGIN: z
    .string()
    .transform((list) => list.split(",").map((origin) => origin.trim()))
    .pipe(
      z.array(
        z.string().refine(isOrigin, {
          error: ({ input }) =>
            `UNBOXED_ORIGIN must be origins such as https://lab.example.org, separated by commas; "${input}" is not one.`,
        }),
      ),
    )
    .optional(),
  UNBOXED_TRUSTED_PROXIES: z
    .string()
    .default("127.0.0.0/8,::1")
    .transform((list, context) => {
      try {
        return parseNetworks(list);
      } catch (error) {
        context.addIssue(`UNBOXED_TRUSTED_PROXIES has what is none: ${error instanceof Error ? error.message : error}.`);
        return z.NEVER;
      }
    }),
  DATABASE_FILE: z.string().min(1, "DATABASE_FILE must be a file.").optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^/]/, "DATABASE_URL must be an address such as postgres://user:password@host/database.")
    .optional(),
  UNBOXED_OIDC_ISSUER: z
    .string()
    .refine(isIssuer, "UNBOXED_OIDC_ISSUER must be the provider's address, such as https://login.example.org/realms/school.")
    .optional(),
  UNBOXED_OIDC_CLIENT_ID: z.string().min(1).optional(),
  UNBOXED_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  UNBOXED_OIDC_NAME: z.string().trim().min(1).max(40, "UNBOXED_OIDC_NAME must have 40 characters at the most.").optional(),
  UNBOXED_LESSONS: z.string().min(1, "UNBOXED_LESSONS must be a folder.").default("lessons"),
});

export type Configuration = {
  /** Where the lab-server listens. */
  labServer: string;
  secret: Uint8Array;
  /** Origins at which browsers reach this site. */
  origins: readonly string[];
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies: BlockList;
  /** A file of SQLite, or a `postgres://` URL. */
  database: string;
  /** Signing in by OpenID Connect; undefined where only passwords are taken. */
  oidc: OidcSettings | undefined;
  lessonsFolder: string;
  /** Authors see what is wrong with a broken lesson. */
  development: boolean;
};

let parsed: Configuration | undefined;

/** The configuration. Throws one error that names every bad value, a sentence each. */
export function configuration(): Configuration {
  parsed ??= parseConfiguration(process.env);
  return parsed;
}

/** Reads an environment. Empty values count as missing. */
export function parseConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const result = Environment.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== "")));
  if (!result.success) throw new Error(result.error.issues.map((issue) => issue.message).join("\n"));
  const env = result.data;
  return {
    labServer: `http://${env.UNBOXED_LAB_HOST}:${env.UNBOXED_LAB_PORT ?? env.PORT + 1}`,
    secret: new TextEncoder().encode(env.UNBOXED_SECRET),
    origins: env.UNBOXED_ORIGIN ?? [`http://localhost:${env.PORT}`, `http://127.0.0.1:${env.PORT}`],
    trustedProxies: env.UNBOXED_TRUSTED_PROXIES,
    database:
      env.DATABASE_URL ??
      resolve(/* turbopackIgnore: true */ env.DATABASE_FILE ?? join(env.UNBOXED_STATE, "database", "unboxed.sqlite")),
    oidc: oidcSettings(env),
    lessonsFolder: resolve(/* turbopackIgnore: true */ env.UNBOXED_LESSONS),
    development: process.env.NODE_ENV === "development",
  };
}

function oidcSettings(env: z.infer<typeof Environment>): OidcSettings | undefined {
  const { UNBOXED_OIDC_ISSUER: issuer, UNBOXED_OIDC_CLIENT_ID: clientId, UNBOXED_OIDC_CLIENT_SECRET: clientSecret } = env;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new Error(
      "UNBOXED_OIDC_ISSUER, UNBOXED_OIDC_CLIENT_ID and UNBOXED_OIDC_CLIENT_SECRET are set together, or none of them.",
    );
  return { issuer, clientId, clientSecret, name: env.UNBOXED_OIDC_NAME ?? new URL(issuer).hostname };
}

/** Without TLS only on this machine, as in a test: who can read along could sign in as anybody. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return (protocol === "https:" || (protocol === "http:" && isLocal)) && search === "" && hash === "";
}

/** Scheme, host and port, and nothing else. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
