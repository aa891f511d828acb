/** The site's configuration, from the environment, parsed once at the start. */
import { join, resolve } from "node:path";
import { z } from "zod";

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
  DATABASE_FILE: z.string().min(1, "DATABASE_FILE must be a file.").optional(),
  UNBOXED_LESSONS: z.string().min(1, "UNBOXED_LESSONS must be a folder.").default("lessons"),
});

export type Configuration = {
  /** Where the lab-server listens. */
  labServer: string;
  secret: Uint8Array;
  /** Origins at which browsers reach this site. */
  origins: readonly string[];
  databaseFile: string;
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
    databaseFile: resolve(/* turbopackIgnore: true */ env.DATABASE_FILE ?? join(env.UNBOXED_STATE, "database", "unboxed.sqlite")),
    lessonsFolder: resolve(/* turbopackIgnore: true */ env.UNBOXED_LESSONS),
    development: process.env.NODE_ENV === "development",
  };
}

/** Scheme, host and port, and nothing else. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
