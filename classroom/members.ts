/** The learners of a class: how they come into it, and out of it. */
import type { Selectable } from "kysely";
import { z } from "zod";
import { type Actor, recordAudit } from "./audit.ts";
import { type Class, ClassRefusal, holdClass } from "./classes.ts";
import type { Database } from "./database.ts";
import { ensureLearner } from "./learners.ts";
import { claimRosterEntry, releaseRosterEntries } from "./roster.ts";
import type { Schema } from "./schema.ts";

/** A learner in a class. Times are milliseconds since the epoch. */
export type Member = {
  learner: string;
  name: string;
  joinedAt: number;
  /** When an instructor took them out; null for those who are in it. */
  removedAt: number | null;
};

/** A class as one sees it who learns in it. */
export type JoinedClass = Pick<Class, "id" | "name" | "archivedAt" | "records" | "retentionDays"> & {
  learnerName: string;
  /** Names, the owner's first. */
  instructors: string[];
};

const LONGEST_NAME = 80;
/** What a learner is called in a class. */
export const MemberName = z
  .string()
  .max(LONGEST_NAME * 10, `A name has at most ${LONGEST_NAME} characters here.`)
  .transform((name) => name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim())
  .pipe(
    z
      .string()
      .min(1, "Say what you are called, so that your instructor knows who you are.")
      .max(LONGEST_NAME, `A name has at most ${LONGEST_NAME} characters here.`),
  );
const MOST_MEMBERS = 2_000;

/** Where a learner stands with a class; undefined for someone who never joined it. */
export async function membershipOf(db: Database, id: string, learner: string): Promise<Member | undefined> {
  const row = await db
    .selectFrom("membership")
    .selectAll()
    .where("class", "=", id)
    .where("learner", "=", learner)
    .executeTakeFirst();
  return row && memberOf(row);
}

/**
 * Takes the learner into the class by the name that they gave, and finds them in its roster. Whoever is in it already stays as they are.
 * `account`: theirs, if they have one. Throws ZodError for a name that is none, and ClassRefusal where the class takes nobody, or not them.
 */
export async function joinClass(
  db: Database,
  {
    class: of,
    learner,
    name,
    account,
  }: { class: Class; learner: string; name: string; account?: { id: string; email: string } | undefined },
): Promise<void> {
  const called = MemberName.parse(name);
  await db.transaction().execute(async (within) => {
    // So that the limit is one, and a roster's entry is claimed once.
    await holdClass(within, of.id);
    const now = await within.selectFrom("class").selectAll().where("id", "=", of.id).executeTakeFirst();
    if (now === undefined || now.code !== of.code) throw new ClassRefusal("There is no class with this code any more.");
    if (now.archived_at !== null) throw new ClassRefusal("This class is over: nobody joins it any more.");
    if (now.needs_account === 1 && account === undefined)
      throw new ClassRefusal("This class is for learners with an account. Sign in first.");
    const present = await membershipOf(within, of.id, learner);
    if (present?.removedAt === null) return;
    if (present) throw new ClassRefusal("Your instructor took you out of this class. Ask them to let you in again.");
    const { members } = await within
      .selectFrom("membership")
      .select(({ fn }) => fn.countAll().as("members"))
      .where("class", "=", of.id)
      .executeTakeFirstOrThrow();
    if (Number(members) >= MOST_MEMBERS) throw new ClassRefusal(`This class is full: it has ${MOST_MEMBERS} learners.`);
    await ensureLearner(within, learner);
    await within
      .insertInto("membership")
      .values({ class: of.id, learner, name: called, joined_at: Date.now(), removed_at: null })
      .execute();
    await claimRosterEntry(within, of.id, { learner, name: called, email: account?.email });
  });
}

/** The learner leaves: the class knows nothing of them any more, and its recordings of them are gone. What they did stays theirs. */
export async function leaveClass(db: Database, id: string, learner: string): Promise<void> {
  await db.transaction().execute(async (within) => {
    // Whoever was taken out cannot make that undone by leaving.
    const { numDeletedRows } = await within
      .deleteFrom("membership")
      .where("class", "=", id)
      .where("learner", "=", learner)
      .where("removed_at", "is", null)
      .executeTakeFirst();
    if (numDeletedRows !== 1n) return;
    await releaseRosterEntries(within, id, learner);
    await within.deleteFrom("recording").where("class", "=", id).where("learner", "=", learner).execute();
  });
}

/** All who are or were in the class, by name. */
export async function membersOf(db: Database, id: string): Promise<Member[]> {
  const rows = await db.selectFrom("membership").selectAll().where("class", "=", id).orderBy("name").orderBy("learner").execute();
  return rows.map(memberOf);
}

/** Calls a learner of the class something else there. Throws ClassRefusal where they are gone. */
export async function renameMember(db: Database, id: string, learner: string, name: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable("membership")
    .set({ name })
    .where("class", "=", id)
    .where("learner", "=", learner)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw notThere();
}

/** Takes a learner out of the class: they cannot join again by themselves. What they did stays theirs. */
export async function removeMember(db: Database, actor: Actor, id: string, learner: string): Promise<void> {
  await setRemoved(db, actor, id, learner, Date.now());
}

/** Lets a learner who was taken out into the class again. */
export async function restoreMember(db: Database, actor: Actor, id: string, learner: string): Promise<void> {
  await setRemoved(db, actor, id, learner, null);
}

/** The classes that a learner is in, those that go on first, then the one joined last. */
export async function classesJoined(db: Database, learner: string): Promise<JoinedClass[]> {
  const rows = await db
    .selectFrom("membership")
    .innerJoin("class", "class.id", "membership.class")
    .select(["class.id", "class.name", "archived_at", "records", "retention_days", "membership.name as learner_name"])
    .where("membership.learner", "=", learner)
    .where("removed_at", "is", null)
    .orderBy("joined_at", "desc")
    .orderBy("class.id")
    .execute();
  const teaching = await instructorNames(
    db,
    rows.map((row) => row.id),
  );
  const all = rows.map((row) => ({
    id: row.id,
    name: row.name,
    archivedAt: row.archived_at,
    records: row.records === 1,
    retentionDays: row.retention_days,
    learnerName: row.learner_name,
    instructors: teaching.get(row.id) ?? [],
  }));
  return [...all.filter(({ archivedAt }) => archivedAt === null), ...all.filter(({ archivedAt }) => archivedAt !== null)];
}

/** What those are called who teach these classes, the owner first. */
export async function instructorNames(db: Database, classes: readonly string[]): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  if (classes.length === 0) return names;
  const rows = await db
    .selectFrom("class_instructor")
    .innerJoin("account", "account.id", "class_instructor.account")
    .select(["class", "account.name"])
    .where("class", "in", classes)
    .orderBy("owner", "desc")
    .orderBy("added_at")
    .execute();
  for (const row of rows) names.set(row.class, [...(names.get(row.class) ?? []), row.name]);
  return names;
}

async function setRemoved(db: Database, actor: Actor, id: string, learner: string, at: number | null): Promise<void> {
  const row = await db
    .updateTable("membership")
    .set({ removed_at: at, hand_at: null })
    .where("class", "=", id)
    .where("learner", "=", learner)
    .returning("name")
    .executeTakeFirst();
  if (row === undefined) throw notThere();
  const details = { name: row.name, removed: at !== null };
  await recordAudit(db, actor, "class.learner-remove", { class: id, target: learner, details });
}

function notThere(): ClassRefusal {
  return new ClassRefusal("This learner is not in the class any more.");
}

function memberOf(row: Selectable<Schema["membership"]>): Member {
  return { learner: row.learner, name: row.name, joinedAt: row.joined_at, removedAt: row.removed_at };
}
