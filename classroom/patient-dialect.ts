/**
 * SQLite that waits for another process's lock without holding up this one. node:sqlite is synchronous: SQLite's own busy timeout
 * would stop every terminal of the lab-server while some other process writes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver } from "kysely";

/** Milliseconds that a statement waits before it fails, and between tries. */
const PATIENCE = 5_000;
const BEAT = { first: 5, longest: 100 };
/** Primary result codes, https://sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;
/**
 * Milliseconds that a file which cannot be opened is tried again. Where both processes start at the same moment, the one that is root makes
 * the files beside the database's (-wal, -shm) and gives them to its owner a moment later: between the two the other may not open them.
 */
const OPENING = 1_000;

type Options = ConstructorParameters<typeof SqliteDialect>[0];

/** The database must be opened with a busy timeout of 0. */
export class PatientSqliteDialect extends SqliteDialect {
  readonly #options: Options;

  constructor(options: Options) {
    super(options);
    this.#options = options;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#options);
  }
}

class PatientDriver extends SqliteDriver {
  #patient: DatabaseConnection | undefined;

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    // There is one connection, and Kysely wants the same object for it each time.
    this.#patient ??= {
      executeQuery: <R>(query: CompiledQuery) => patiently(() => connection.executeQuery<R>(query)),
      streamQuery: <R>(query: CompiledQuery, chunkSize?: number) => connection.streamQuery<R>(query, chunkSize),
    };
    return this.#patient;
  }
}

/** Opens a database, as patient as with a statement, and tries again a little where it cannot be opened yet. */
export function openPatiently<T>(open: () => T): Promise<T> {
  const end = performance.now() + OPENING;
  return patiently(
    async () => open(),
    (error) => hasCode(error, SQLITE_BUSY) || (hasCode(error, SQLITE_CANTOPEN) && performance.now() < end),
  );
}

/** Tries again while another process has the lock: a statement that was refused for it has done nothing. */
async function patiently<T>(
  work: () => Promise<T>,
  passes: (error: unknown) => boolean = (error) => hasCode(error, SQLITE_BUSY),
): Promise<T> {
  const end = performance.now() + PATIENCE;
  for (let beat = BEAT.first; ; beat = Math.min(2 * beat, BEAT.longest)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() > end) throw error;
    }
    await sleep(beat);
  }
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === code;
}
