/** Copies of the database that are whole, taken while others write it. */
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** Milliseconds that a snapshot waits for a lock. Writers hold none for long, and readers of a WAL wait for nobody. */
const PATIENCE = 30_000;

const Integrity = z.object({ integrity_check: z.string() });
const Count = z.object({ count: z.int() });

/** What a snapshot holds. */
export type Holding = { learners: number; ticks: number };

/**
 * Writes all that is committed when it begins, and nothing later, into a new file (SQLite's VACUUM INTO: one read transaction). Throws
 * where `target` is there already or has no room.
 */
export function takeSnapshot(file: string, target: string): void {
  const database = new DatabaseSync(file, { timeout: PATIENCE });
  try {
    database.prepare("VACUUM INTO ?").run(target);
  } finally {
    database.close();
  }
}

/** Throws Error with what is wrong where the file is no whole database. */
export function inspectSnapshot(file: string): Holding {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const problems = database
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => Integrity.parse(row).integrity_check);
    if (problems.join() !== "ok") throw new Error(`The database is damaged: ${problems.slice(0, 5).join("; ")}`);
    const orphans = database.prepare("PRAGMA foreign_key_check").all().length;
    if (orphans > 0) throw new Error(`The database is damaged: ${orphans} rows belong to nobody.`);
    const count = (table: "learner" | "task_done") =>
      Count.parse(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()).count;
    return { learners: count("learner"), ticks: count("task_done") };
  } finally {
    database.close();
  }
}
