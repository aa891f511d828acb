/** The database of people, classes and progress, which the site and the lab-server both write: one SQLite file, or PostgreSQL. */
import { Kysely, Migrator, sql } from "kysely";
import { type Engine, engineOf, withoutPassword } from "./engine.ts";
import { migrations } from "./migrations/migrations.ts";
import { openPostgres } from "./postgres.ts";
import type { Schema } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";

export type Database = Kysely<Schema>;

/**
 * Opens the database and brings the schema up to date. `place` is a file, which is made with its folder if it is missing, or a
 * `postgres://` URL. Several processes may do so at once. Close it with `destroy()`. `onLost` hears of idle connections that broke.
 */
export async function openDatabase(place: string, onLost: (error: Error) => void = sayLost): Promise<Database> {
  const engine = engineOf(place);
  try {
    const database: Database = new Kysely({
      dialect: engine === "postgres" ? openPostgres(place, onLost) : await openSqlite(place),
    });
    return await migrate(database, engine).then(
      () => database,
      async (error) => {
        await database.destroy();
        throw error;
      },
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : cause;
    throw new Error(`The database ${withoutPassword(place)} cannot be used: ${reason}`, { cause });
  }
}

function sayLost(error: Error): void {
  console.error(`A connection to the database was lost: ${error.message}`);
}

/**
 * Kysely's own lock does nothing on SQLite, and two processes start at the same time: an immediate transaction around the
 * whole of it lets the second one wait, and then find nothing to do. PostgreSQL has a lock of its own for this.
 */
async function migrate(database: Database, engine: Engine): Promise<void> {
  const provider = { getMigrations: async () => migrations(engine) };
  const migrator = new Migrator({ db: database, provider });
  if (engine === "postgres") {
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    return;
  }
  await sql`begin immediate`.execute(database);
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await sql`rollback`.execute(database);
    throw error;
  }
  await sql`commit`.execute(database);
}
