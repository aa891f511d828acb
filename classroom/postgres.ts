/** PostgreSQL, by the pg package. */
import { type Dialect, PostgresDialect } from "kysely";
import pg from "pg";

/** Connections of one process. */
const MOST_CONNECTIONS = 10;
/** Milliseconds: for a connection to be made, and for a statement. */
const CONNECT_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 30_000;

/** Nothing is connected yet. `onLost` hears of connections that break while nobody uses them; the next query gets another one. */
export function openPostgres(url: string, onLost: (error: Error) => void): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    types: types(),
  });
  pool.on("error", onLost);
  return new PostgresDialect({ pool });
}

/** Times in milliseconds and counts are far below 2^53, where numbers are exact; pg itself leaves them as text. */
function types(): pg.CustomTypesConfig {
  const parsers = new pg.TypeOverrides();
  parsers.setTypeParser(pg.types.builtins.INT8, Number);
  return parsers;
}
