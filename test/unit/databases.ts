/**
 * Tests of the database, on SQLite and on PostgreSQL. PostgreSQL is a cluster of its own, Debian's `postgresql` in a temporary folder, started
 * for a test file and gone with it.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Database, openDatabase } from "../../classroom/database.ts";
import type { Engine } from "../../classroom/engine.ts";
import { freePort } from "../browser/product.ts";

/** Milliseconds. */
const UP_WITHIN = 60_000;

export const ENGINES: readonly Engine[] = ["sqlite", "postgres"];

/** A test for each engine, with an empty database of its own. */
export function testEachEngine(name: string, body: (db: Database, t: TestContext, place: string) => Promise<void>): void {
  for (const engine of ENGINES) {
    test(`${name} (${engine})`, async (t) => {
      const place = await emptyDatabase(engine, t);
      const db = await openDatabase(place);
      try {
        await body(db, t, place);
      } finally {
        await db.destroy();
      }
    });
  }
}

/** Where an empty database is that goes with the test: a file, or a `postgres://` URL. */
export async function emptyDatabase(engine: Engine, t: TestContext): Promise<string> {
  if (engine === "postgres") return (await cluster()).makeDatabase();
  const folder = mkdtempSync(join(tmpdir(), "unboxed-classroom-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "database", "unboxed.sqlite");
}

let started: Promise<Cluster> | undefined;

function cluster(): Promise<Cluster> {
  started ??= Cluster.start();
  return started;
}

after(async () => {
  await (await started)?.stop();
});

class Cluster {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #url: string;
  #databases = 0;

  private constructor(folder: string, server: ChildProcess, url: string) {
    this.#folder = folder;
    this.#server = server;
    this.#url = url;
  }

  static async start(): Promise<Cluster> {
    const bin = globSync("/usr/lib/postgresql/*/bin")
      .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
      .at(-1);
    if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql.");
    const folder = mkdtempSync(join(tmpdir(), "unboxed-postgres-"));
    const data = join(folder, "data");
    const asOther = unprivileged(folder);
    const run = (program: string, args: readonly string[]): [string, string[]] => [
      "setpriv",
      [...asOther, "--", join(bin, program), ...args],
    ];
    const made = spawnSync(
      ...run("initdb", ["--pgdata", data, "--auth=trust", "--username=unboxed", "--encoding=UTF8", "--no-sync"]),
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    const port = await freePort();
    const quick = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].flatMap((setting) => ["-c", setting]);
    const server = spawn(...run("postgres", ["-D", data, "-k", folder, "-h", "127.0.0.1", "-p", String(port), ...quick]), {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const found = new Cluster(folder, server, `postgres://unboxed@127.0.0.1:${port}`);
    for (const end = performance.now() + UP_WITHIN; !(await found.#answers()); await sleep(50)) {
      if (server.exitCode !== null || performance.now() > end) throw new Error(`PostgreSQL does not start:\n${output}`);
    }
    return found;
  }

  async makeDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.#ask(`create database ${name}`);
    return `${this.#url}/${name}`;
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const ended = once(this.#server, "exit");
      // An immediate shutdown: nothing of it is kept.
      this.#server.kill("SIGQUIT");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#ask("select 1");
      return true;
    } catch {
      // Not listening yet.
      return false;
    }
  }

  async #ask(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: `${this.#url}/postgres` });
    // A server that ends breaks the connection; what was asked has been answered by then.
    client.on("error", () => undefined);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

/** PostgreSQL refuses to run as root: the package's own user does then, and owns the folder. It ends with this process in any case. */
function unprivileged(folder: string): string[] {
  const dies = ["--pdeathsig", "QUIT"];
  if (process.getuid?.() !== 0) return dies;
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim());
  const [uid, gid] = [id("-u"), id("-g")];
  chownSync(folder, uid, gid);
  return ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", ...dies];
}
