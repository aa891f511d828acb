/** The site's one connection to the database. */
import { type Database, openDatabase } from "../classroom/database.ts";
import { configuration } from "./configuration.ts";

declare global {
  // Next evaluates this module once for each bundle, and again on every hot reload; the file is opened once all the same.
  var unboxedDatabase: Promise<Database> | undefined;
}

export function database(): Promise<Database> {
  globalThis.unboxedDatabase ??= openDatabase(configuration().database);
  return globalThis.unboxedDatabase;
}
