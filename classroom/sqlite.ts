/** SQLite, by node:sqlite in the shape that Kysely's dialect expects. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Dialect, SqliteDatabase } from "kysely";
import { openPatiently, PatientSqliteDialect } from "./patient-dialect.ts";

/** Makes the file and its folder if they are missing. */
export async function openSqlite(file: string): Promise<Dialect> {
  mkdirSync(dirname(file), { recursive: true });
  return new PatientSqliteDialect({ database: await openPatiently(() => openFile(file)) });
}

function openFile(file: string): SqliteDatabase {
  const connection = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
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
