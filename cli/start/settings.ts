import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { parseConfiguration } from "../../app/configuration.ts";
import { engineOf } from "../../classroom/engine.ts";
import { ConfigurationError, readConfiguration } from "../../lab-server/configuration.ts";
import { StartError } from "./step.ts";

export const CLONE = resolve(import.meta.dirname, "..", "..");
/** Node as package.json pins it; what runs us is the same, but a `npx` of another Node must not leak into the services. */
export const NODE = join(CLONE, "node_modules/node/bin/node");

export type Settings = {
  /** Address and port of the site. */
  host: string;
  port: number;
  labHost: string;
  labPort: number;
  /** What to open in a browser. */
  url: string;
  stateFolder: string;
  imagesFolder: string;
  lessonsFolder: string;
  /** A file of SQLite, or a `postgres://` URL. */
  database: string;
  /** The secret that the environment gives; undefined where the state folder keeps one. */
  secret: string | undefined;
  /** Environment that both services are given, besides the secret and what only one of them needs. */
  shared: Readonly<Record<string, string>>;
  /** What only the site is given: how to sign in by OpenID Connect. */
  siteOnly: Readonly<Record<string, string>>;
};

const Own = z.object({
  UNBOXED_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, "UNBOXED_HOST must be an IP address or a host name.")
    .default("127.0.0.1"),
});

/**
 * Reads the environment as both services will, so that a bad value is named before anything is built. Changes nothing. Throws
 * StartError that names every bad variable.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""));
  // A stand-in while it is not known where the secret is kept.
  const checked: NodeJS.ProcessEnv = { ...environment, UNBOXED_SECRET: set.UNBOXED_SECRET ?? "0".repeat(32) };
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(
        ...(error instanceof ConfigurationError ? error.problems : [error instanceof Error ? error.message : String(error)]),
      );
      return undefined;
    }
  };
  const lab = attempt(() => readConfiguration(checked));
  const own = attempt(() => {
    const parsed = Own.safeParse(set);
    if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join("\n"));
    return parsed.data;
  });
  // The lab-server names what both read; the site is asked only where that is right.
  const site = lab && attempt(() => parseConfiguration(checked));
  if (lab === undefined || own === undefined || site === undefined) throw new StartError(problems.join("\n"));

  const port = Number(set.PORT ?? 3000);
  const origin = set.UNBOXED_ORIGIN?.split(",")[0]?.trim() ?? `http://localhost:${port}`;
  return {
    host: own.UNBOXED_HOST,
    port,
    labHost: lab.host,
    labPort: lab.port,
    url: origin,
    stateFolder: lab.stateFolder,
    imagesFolder: lab.imagesFolder,
    lessonsFolder: lab.lessonsFolder,
    database: lab.database,
    secret: set.UNBOXED_SECRET,
    shared: {
      PORT: String(port),
      UNBOXED_LAB_PORT: String(lab.port),
      UNBOXED_LAB_HOST: lab.host,
      UNBOXED_ORIGIN: [...lab.origins].join(","),
      UNBOXED_LOG_LEVEL: lab.logLevel,
      ...(set.UNBOXED_TRUSTED_PROXIES === undefined ? {} : { UNBOXED_TRUSTED_PROXIES: set.UNBOXED_TRUSTED_PROXIES }),
    },
    siteOnly: Object.fromEntries(
      Object.entries(set).flatMap(([name, value]) => (name.startsWith("UNBOXED_OIDC_") && value ? [[name, value]] : [])),
    ),
  };
}

/** The file of SQLite; undefined where the database is PostgreSQL's. */
export function databaseFile(database: string): string | undefined {
  return engineOf(database) === "sqlite" ? database : undefined;
}

/** What says to a process where the database is. The other variable is emptied, which counts as not set. */
export function databaseVariables(database: string): { DATABASE_FILE: string; DATABASE_URL: string } {
  const file = databaseFile(database);
  return { DATABASE_FILE: file ?? "", DATABASE_URL: file === undefined ? database : "" };
}

/** What the instance listens on. */
export function listening(settings: Settings): { name: string; host: string; port: number }[] {
  return [
    { name: "site", host: settings.host, port: settings.port },
    { name: "lab-server", host: settings.labHost, port: settings.labPort },
  ];
}

/** An address that reaches a server which listens on all of them. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Makes the state folder. Others cannot look in: it holds the secret, and the disks of learners' sandboxes. */
export function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new StartError(
      `The state folder ${folder} cannot be written (${error instanceof Error && "code" in error ? error.code : error}): ` +
        `make ${existingParent(folder)} writable, or choose another folder by UNBOXED_STATE=/path.`,
    );
  }
}

/** The secret that tickets and cookies are signed with, made once and kept in a file that only its owner reads. */
export function keptSecret(stateFolder: string): string {
  const file = join(stateFolder, "secret");
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32)
    throw new StartError(`${file} is cut short: remove it, and the next start makes a new one (learners then begin anew).`);
  return secret;
}

function existingParent(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : existingParent(dirname(path));
}
