/** A class in a running product: an instructor and learners with accounts, each in a browser of their own. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { chooseLessons } from "../../classroom/class-lessons.ts";
import { type Class, createClass } from "../../classroom/classes.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { joinClass } from "../../classroom/members.ts";
import { makeAccount, type Person, type Place } from "../lab/people.ts";
import type { Product } from "./product.ts";
import { Visit } from "./visit.ts";

export type Classroom = {
  class: Class;
  instructor: Person;
  learners: readonly Person[];
};

export type ClassroomOptions = { lessons: readonly string[]; learners: readonly string[]; records?: boolean };

/** Milliseconds that anything on a page may take. */
const PATIENCE = 30_000;

/** Makes a class with its instructor, whose name is Ada, and learners of these names. */
export async function makeClassroom(
  product: Product,
  { lessons, learners, records = false }: ClassroomOptions,
): Promise<Classroom> {
  const place = placeOf(product);
  const made = randomBytes(3).toString("hex");
  const account = (name: string, role: "instructor" | "learner") =>
    makeAccount(place, { name, role, email: `${name.toLowerCase()}${made}@example.org` });
  const instructor = await account("Ada", "instructor");
  const people: Person[] = [];
  for (const name of learners) people.push(await account(name, "learner"));
  const of = await withDatabase(product, async (db) => {
    const settings = { name: `Containers ${made}`, needsAccount: false, records, retentionDays: 30 };
    const of = await createClass(db, { ...instructor, role: "instructor" }, settings);
    await chooseLessons(db, { account: instructor.id, name: instructor.name }, of.id, lessons, { open: true });
    for (const { learner, name, id, email } of people) await joinClass(db, { class: of, learner, name, account: { id, email } });
    return of;
  });
  return { class: of, instructor, learners: people };
}

/** The site's database, as the product has it. */
export async function withDatabase<T>(product: Product, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(placeOf(product).database);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** A browser in which this person is signed in. */
export async function visitOf(
  { product, browser }: { product: Product; browser: Browser },
  person: Person,
  { expected, ...options }: BrowserContextOptions & { expected?: RegExp } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const [name = "", ...value] = person.cookie.split("=");
  await context.addCookies([{ name, value: value.join("="), url: product.url }]);
  return new Visit(product, context, await context.newPage(), expected);
}

function placeOf(product: Product): Place {
  return {
    database: join(product.stateFolder, "database", "unboxed.sqlite"),
    secret: readFileSync(join(product.stateFolder, "secret"), "utf8").trim(),
    origin: product.url,
  };
}
