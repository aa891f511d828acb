/** The database: learners and their progress, in one SQLite file that the site and the lab-server both write. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, Migrator, type SqliteDatabase, SqliteDialect, sql } from "kysely";
import { migrations } from "./migrations.ts";
import type { Schema } from "./schema.ts";

export type Database = Kysely<Schema>;

/** Milliseconds that a writer waits for the other process's transaction before it gives up. */
const BUSY_TIMEOUT = 5000;

/**
 * Opens the file, making it and its folder if they are missing, and brings the schema up to date. Several processes may do so
 * at once. Close it with `destroy()`.
 */
export async function openDatabase(file: string): Promise<Database> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database: Database = new Kysely({ dialect: new SqliteDialect({ database: openFile(file) }) });
    return await migrate(database).then(
      () => database,
      async (error) => {
        await database.destroy();
        throw error;
      },
    );
  } catch (cause) {
    throw new Error(`The database ${file} cannot be used: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** node:sqlite in the shape that Kysely's SQLite dialect expects. */
function openFile(file: string): SqliteDatabase {
  const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  // Readers never wait for a writer; a commit survives a crash of the process, and at worst the last few are lost with the power.
  try {
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    close: () => connection.close(),
    prepare(text) {
      const statement = connection.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(value)),
        run: (parameters) => statement.run(...parameters.map(value)),
        iterate: (parameters) => statement.iterate(...parameters.map(value)),
      };
    },
  };
}

function value(parameter: unknown): SQLInputValue {
  if (parameter === null || typeof parameter === "string" || typeof parameter === "number" || typeof parameter === "bigint")
    return parameter;
  if (parameter instanceof Uint8Array) return parameter;
  throw new TypeError(`SQLite cannot store a ${typeof parameter}; convert it where the query is written.`);
}

/**
 * Kysely's own lock does nothing on SQLite, and two processes start at the same time: an immediate transaction around the
 * whole of it lets the second one wait, and then find nothing to do.
 */
async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  await sql`begin immediate`.execute(database);
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await sql`rollback`.execute(database);
    throw error;
  }
  await sql`commit`.execute(database);
}
