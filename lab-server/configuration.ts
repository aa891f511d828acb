/** The lab-server's configuration: environment variables, parsed once, named all at once where they are bad. */
import { resolve } from "node:path";
import { z } from "zod";
import type { SandboxLimits } from "./sandbox/driver.ts";
import type { LifetimeLimits } from "./sandbox/lifetime.ts";

const ROOT = resolve(import.meta.dirname, "..");
const MINUTE = 60_000;
const MEBIBYTE = 1024 * 1024;
/** A week. Longer than any class, and short enough for a timer. */
const MOST_MINUTES = 7 * 24 * 60;

export type Configuration = {
  /** Address and port to listen on; port 0 lets the system choose one. */
  host: string;
  port: number;
  /** Origins whose pages may open a socket, e.g. `http://localhost:3000`. */
  origins: ReadonlySet<string>;
  secret: Uint8Array;
  stateFolder: string;
  imagesFolder: string;
  lessonsFolder: string;
  /** A file of SQLite, or a `postgres://` URL. */
  database: string;
  /** Sandboxes kept ready for learners to come. */
  pool: number;
  maxSandboxes: number;
  maxPerLearner: number;
  sandbox: SandboxLimits;
  lifetime: LifetimeLimits;
  /** Whether sandboxes stay for the next process when this one is told to stop. */
  keepSandboxes: boolean;
  logLevel: (typeof LOG_LEVELS)[number];
};

/** The environment is bad. `problems` has one sentence for each variable that is. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The lab-server cannot start with this environment:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

function number(least: number, most: number, what: string) {
  const error = `must be ${what} from ${least} to ${most}`;
  return z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }));
}

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .trim()
    .regex(/^\d+$/, { error, abort: true })
    .transform(Number)
    .pipe(z.int().min(least, { error }).max(most, { error }));
}

const minutes = number(0.01, MOST_MINUTES, "a number of minutes");
const path = z.string().transform((value) => resolve(value));

const origin = z
  .string()
  .trim()
  .refine(isOrigin, {
    error: ({ input }) =>
      `has ${JSON.stringify(input)}, which is not an origin such as https://lab.example.org (no path, no slash at the end)`,
  });

const Environment = z.object({
  PORT: whole(1, 65_534).default(3000),
  UNBOXED_LAB_HOST: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.:-]+$/, { error: "must be an IP address or a host name" })
    .default("127.0.0.1"),
  UNBOXED_LAB_PORT: whole(0, 65_535).optional(),
  UNBOXED_ORIGIN: z
    .string()
    .transform((value) => value.split(","))
    .pipe(z.array(origin))
    .optional(),
  UNBOXED_SECRET: z
    .string({ error: "is missing: set it to the secret that the site signs tickets with (npm start makes one)" })
    .refine((value) => Buffer.byteLength(value) >= 32, { error: "must be at least 32 characters long" }),
  UNBOXED_STATE: path.default(resolve(ROOT, ".unboxed")),
  UNBOXED_IMAGES: path.optional(),
  UNBOXED_LESSONS: path.default(resolve(ROOT, "lessons")),
  DATABASE_FILE: path.optional(),
  DATABASE_URL: z
    .string()
    .trim()
    .regex(/^postgres(ql)?:\/\/[^/]/, { error: "must be an address such as postgres://user:password@host/database" })
    .optional(),
  UNBOXED_POOL: whole(0, 100).default(2),
  UNBOXED_MAX_SANDBOXES: whole(1, 10_000).default(100),
  UNBOXED_MAX_PER_LEARNER: whole(1, 100).default(2),
  UNBOXED_MEMORY_MB: whole(32, 1024 * 1024).default(512),
  UNBOXED_PIDS: whole(16, 65_536).default(256),
  UNBOXED_CPUS: number(0.05, 1024, "a number of CPUs").default(1),
  UNBOXED_DISK_MB: whole(32, 1024 * 1024).default(2048),
  UNBOXED_INODES: whole(1024, 100_000_000).default(65_536),
  UNBOXED_IDLE_MINUTES: minutes.default(30),
  UNBOXED_LIFETIME_MINUTES: minutes.default(120),
  UNBOXED_WARNING_MINUTES: minutes.default(5),
  UNBOXED_KEEP_SANDBOXES: z.enum(["0", "1"], { error: "must be 0 or 1" }).default("0"),
  UNBOXED_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` }).default("info"),
});

/** Reads the configuration. A variable that is set to nothing counts as not set. Throws ConfigurationError. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}.`));
  }
  const env = parsed.data;
  const lifetime = env.UNBOXED_LIFETIME_MINUTES * MINUTE;
  return {
    host: env.UNBOXED_LAB_HOST,
    port: env.UNBOXED_LAB_PORT ?? env.PORT + 1,
    origins: new Set(env.UNBOXED_ORIGIN ?? [`http://localhost:${env.PORT}`, `http://127.0.0.1:${env.PORT}`]),
    secret: new TextEncoder().encode(env.UNBOXED_SECRET),
    stateFolder: env.UNBOXED_STATE,
    imagesFolder: env.UNBOXED_IMAGES ?? resolve(env.UNBOXED_STATE, "images"),
    lessonsFolder: env.UNBOXED_LESSONS,
    database: env.DATABASE_URL ?? env.DATABASE_FILE ?? resolve(env.UNBOXED_STATE, "database/unboxed.sqlite"),
    pool: env.UNBOXED_POOL,
    maxSandboxes: env.UNBOXED_MAX_SANDBOXES,
    maxPerLearner: env.UNBOXED_MAX_PER_LEARNER,
    sandbox: {
      memory: env.UNBOXED_MEMORY_MB * MEBIBYTE,
      pids: env.UNBOXED_PIDS,
      cpus: env.UNBOXED_CPUS,
      disk: env.UNBOXED_DISK_MB * MEBIBYTE,
      inodes: env.UNBOXED_INODES,
    },
    lifetime: {
      idle: env.UNBOXED_IDLE_MINUTES * MINUTE,
      lifetime,
      longest: 2 * lifetime,
      extension: lifetime / 4,
      warning: env.UNBOXED_WARNING_MINUTES * MINUTE,
    },
    keepSandboxes: env.UNBOXED_KEEP_SANDBOXES === "1",
    logLevel: env.UNBOXED_LOG_LEVEL,
  };
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;
}
