/** The roster of a class: whom its instructor expects, and which of them have come. */
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { type Actor, recordAudit } from "./audit.ts";
import { ClassRefusal, holdClass } from "./classes.ts";
import type { Database } from "./database.ts";
import { MOST_ROSTER_ROWS, plainName, type RosterRow } from "./roster-file.ts";
import type { Schema } from "./schema.ts";

export type RosterEntry = RosterRow & {
  id: string;
  /** Who it is; null for someone who has not come yet. */
  learner: string | null;
};

/** What a roster's import did. */
export type RosterImport = { added: number; changed: number; same: number };

/** Rows that are written in one statement. SQLite takes 32,766 values. */
const AT_ONCE = 500;

/** The roster of a class, by name. */
export async function rosterOf(db: Database, id: string): Promise<RosterEntry[]> {
  const rows = await db.selectFrom("roster_entry").selectAll().where("class", "=", id).orderBy("name").orderBy("id").execute();
  return rows.map(entryOf);
}

/**
 * Adds people to a roster. Who is on it already (by e-mail address, else reference, else name) is brought up to date. Learners of the class
 * who are not on it yet are found in what is new. Throws ClassRefusal beyond what a roster holds.
 */
export async function importRoster(db: Database, actor: Actor, id: string, rows: readonly RosterRow[]): Promise<RosterImport> {
  return db.transaction().execute(async (within) => {
    await holdClass(within, id);
    const present = await rosterOf(within, id);
    const find = finder(present);
    const done: RosterImport = { added: 0, changed: 0, same: 0 };
    const fresh: Selectable<Schema["roster_entry"]>[] = [];
    for (const row of rows) {
      const { name, email, reference } = row;
      const found = find(row);
      if (found === undefined) {
        fresh.push({ id: randomUUID(), class: id, name, email, reference, learner: null, added_at: Date.now() });
        continue;
      }
      const next = { name, email: email ?? found.email, reference: reference ?? found.reference };
      if (next.name === found.name && next.email === found.email && next.reference === found.reference) {
        done.same++;
        continue;
      }
      await within.updateTable("roster_entry").set(next).where("class", "=", id).where("id", "=", found.id).execute();
      done.changed++;
    }
    if (present.length + fresh.length > MOST_ROSTER_ROWS)
      throw new ClassRefusal(`A roster holds ${MOST_ROSTER_ROWS} people, and with these it would have more.`);
    for (let at = 0; at < fresh.length; at += AT_ONCE)
      await within
        .insertInto("roster_entry")
        .values(fresh.slice(at, at + AT_ONCE))
        .execute();
    done.added = fresh.length;
    await claimForMembers(within, id);
    await recordAudit(within, actor, "class.roster-import", { class: id, details: done });
    return done;
  });
}

/** Changes an entry. Throws ClassRefusal where it is gone. */
export async function changeEntry(db: Database, id: string, entry: string, row: RosterRow): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable("roster_entry")
    .set({ name: row.name, email: row.email, reference: row.reference })
    .where("class", "=", id)
    .where("id", "=", entry)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw notThere();
}

/** Takes an entry off the roster. The learner whom it spoke of stays in the class. */
export async function removeEntry(db: Database, actor: Actor, id: string, entry: string): Promise<void> {
  const row = await db
    .deleteFrom("roster_entry")
    .where("class", "=", id)
    .where("id", "=", entry)
    .returning("name")
    .executeTakeFirst();
  if (row === undefined) throw notThere();
  await recordAudit(db, actor, "class.roster-import", { class: id, details: { removed: row.name } });
}

/** Says that an entry speaks of this learner of the class, or of nobody yet. Throws ClassRefusal where one of them is gone or taken. */
export async function assignEntry(db: Database, id: string, entry: string, learner: string | null): Promise<void> {
  await db.transaction().execute(async (within) => {
    await holdClass(within, id);
    if (learner !== null) {
      const member = await within
        .selectFrom("membership")
        .select("learner")
        .where("class", "=", id)
        .where("learner", "=", learner)
        .executeTakeFirst();
      if (member === undefined) throw new ClassRefusal("This learner is not in the class any more.");
      await releaseRosterEntries(within, id, learner);
    }
    let update = within.updateTable("roster_entry").set({ learner }).where("class", "=", id).where("id", "=", entry);
    if (learner !== null) update = update.where("learner", "is", null);
    const { numUpdatedRows } = await update.executeTakeFirst();
    if (numUpdatedRows !== 1n) throw notThere();
  });
}

/**
 * Finds a learner who joins in the roster: by the e-mail address of their account, else by their name where one entry has it and nobody is
 * it yet.
 */
export async function claimRosterEntry(
  db: Database,
  id: string,
  { learner, name, email }: { learner: string; name: string; email: string | undefined },
): Promise<void> {
  const entry = entryFor(await rosterOf(db, id), { name, email });
  if (entry === undefined) return;
  await db
    .updateTable("roster_entry")
    .set({ learner })
    .where("class", "=", id)
    .where("id", "=", entry.id)
    .where("learner", "is", null)
    .execute();
}

/** Nobody on the roster is this learner any more. */
export async function releaseRosterEntries(db: Database, id: string, learner: string): Promise<void> {
  await db.updateTable("roster_entry").set({ learner: null }).where("class", "=", id).where("learner", "=", learner).execute();
}

/** Which free entry speaks of someone; undefined where none does for certain. */
export function entryFor(
  roster: readonly RosterEntry[],
  { name, email }: { name: string; email: string | undefined },
): RosterEntry | undefined {
  const byEmail = email === undefined ? undefined : roster.find((entry) => entry.email === email.toLowerCase());
  if (byEmail) return byEmail.learner === null ? byEmail : undefined;
  const namesakes = roster.filter((entry) => plainName(entry.name) === plainName(name));
  const [only] = namesakes;
  return namesakes.length === 1 && only?.learner === null ? only : undefined;
}

async function claimForMembers(db: Database, id: string): Promise<void> {
  const unknown = await db
    .selectFrom("membership")
    .innerJoin("learner", "learner.id", "membership.learner")
    .leftJoin("account", "account.id", "learner.account")
    .leftJoin("roster_entry", (join) =>
      join.onRef("roster_entry.learner", "=", "membership.learner").onRef("roster_entry.class", "=", "membership.class"),
    )
    .select(["membership.learner", "membership.name", "account.email"])
    .where("membership.class", "=", id)
    .where("membership.removed_at", "is", null)
    .where("roster_entry.id", "is", null)
    .execute();
  const roster = await rosterOf(db, id);
  for (const { learner, name, email } of unknown) {
    const entry = entryFor(roster, { name, email: email ?? undefined });
    if (entry === undefined) continue;
    entry.learner = learner;
    await db.updateTable("roster_entry").set({ learner }).where("class", "=", id).where("id", "=", entry.id).execute();
  }
}

/** Finds the entry that speaks of the same person as a row. A name tells nothing where e-mail addresses or references differ. */
function finder(roster: readonly RosterEntry[]): (row: RosterRow) => RosterEntry | undefined {
  const byEmail = new Map(roster.map((entry) => [entry.email, entry]));
  const byReference = new Map(roster.map((entry) => [entry.reference, entry]));
  const byName = Map.groupBy(roster, ({ name }) => plainName(name));
  const differs = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  return ({ name, email, reference }) => {
    const known = (email !== null && byEmail.get(email)) || (reference !== null && byReference.get(reference));
    if (known) return known;
    return byName.get(plainName(name))?.find((entry) => !differs(entry.email, email) && !differs(entry.reference, reference));
  };
}

function entryOf({ id, name, email, reference, learner }: Selectable<Schema["roster_entry"]>): RosterEntry {
  return { id, name, email, reference, learner };
}

function notThere(): ClassRefusal {
  return new ClassRefusal("This entry is not on the roster any more.");
}
