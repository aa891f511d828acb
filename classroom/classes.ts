/** Classes: who teaches them, what is agreed in them, and in which of them a learner takes a lesson. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Account } from "./accounts.ts";
import { type Actor, recordAudit } from "./audit.ts";
import { newCode, readCode } from "./class-code.ts";
import type { Database } from "./database.ts";

/** Times are milliseconds since the epoch. */
export type Class = {
  id: string;
  name: string;
  /** What learners type to join. */
  code: string;
  createdAt: number;
  archivedAt: number | null;
  /** Whether only learners with an account may join. */
  needsAccount: boolean;
  /** Whether terminals are recorded, task by task. */
  records: boolean;
  /** Days after which recordings are thrown away. */
  retentionDays: number;
};

/** A class as one sees it who teaches it. `isOwner`: may also hand it over and delete it; operators may with each. */
export type TaughtClass = Class & { isOwner: boolean };

/** A class in a list. `isMine`: it is taught by the one who asks, and not only open to them as an operator. */
export type ListedClass = TaughtClass & { isMine: boolean; learners: number; lessons: number };

/** Where a learner takes a lesson. */
export type LearnersClass = Pick<Class, "id" | "name" | "records" | "retentionDays"> & {
  /** Whether the class may work on the lesson now. */
  open: boolean;
  /** How many of its tasks are open, counted from the first; null where each learner goes at their own pace. */
  step: number | null;
  dueAt: number | null;
  /** The name that the learner gave in the class. */
  learnerName: string;
};

export const LONGEST_CLASS_NAME = 100;
export const MOST_RETENTION_DAYS = 365;
/** Classes of one owner that are not archived. */
const MOST_CLASSES = 200;
const MOST_LISTED = 1_000;

/** What is agreed in a class. */
export const ClassSettings = z.object({
  name: z
    .string()
    .trim()
    .min(1, "A class needs a name.")
    .max(LONGEST_CLASS_NAME, `A class's name has at most ${LONGEST_CLASS_NAME} characters.`),
  needsAccount: z.boolean(),
  records: z.boolean(),
  retentionDays: z
    .int("Recordings are kept for a whole number of days.")
    .min(1, "Recordings are kept for a day at least.")
    .max(MOST_RETENTION_DAYS, `Recordings are kept for ${MOST_RETENTION_DAYS} days at most.`),
});
export type ClassSettings = z.infer<typeof ClassSettings>;

/** Someone asked for what may not be in a class. The message is for a person: what is wrong, and what to do. */
export class ClassRefusal extends Error {
  override readonly name = "ClassRefusal";
}

/** Who asks: as much of an account as the gate needs. */
export type Asker = Pick<Account, "id" | "role">;

/** Makes a class that the account owns. Throws ClassRefusal for those who may not teach, and beyond what one may own. */
export async function createClass(db: Database, account: Account, settings: ClassSettings): Promise<Class> {
  if (account.role === "learner") throw new ClassRefusal("Only instructors have classes. Ask whoever runs this site.");
  const { name, needsAccount, records, retentionDays } = ClassSettings.parse(settings);
  const id = randomUUID();
  await db.transaction().execute(async (within) => {
    const { owned } = await within
      .selectFrom("class_instructor")
      .innerJoin("class", "class.id", "class_instructor.class")
      .select(({ fn }) => fn.countAll().as("owned"))
      .where("account", "=", account.id)
      .where("owner", "=", 1)
      .where("archived_at", "is", null)
      .executeTakeFirstOrThrow();
    if (Number(owned) >= MOST_CLASSES)
      throw new ClassRefusal(`You own ${MOST_CLASSES} classes, and more are not possible. Archive one that is over.`);
    await within
      .insertInto("class")
      .values({
        id,
        name,
        code: await freeCode(within),
        created_at: Date.now(),
        archived_at: null,
        needs_account: needsAccount ? 1 : 0,
        records: records ? 1 : 0,
        retention_days: retentionDays,
      })
      .execute();
    await within
      .insertInto("class_instructor")
      .values({ class: id, account: account.id, owner: 1, added_at: Date.now() })
      .execute();
    await recordAudit(within, actorOf(account), "class.create", { class: id, details: { name } });
  });
  return classOfRow(await db.selectFrom("class").selectAll().where("id", "=", id).executeTakeFirstOrThrow());
}

/**
 * The gate of everything in a class: the class where the account is one of its instructors or an operator, else undefined, as where there
 * is no such class.
 */
export async function teaches(db: Database, account: Asker, id: string): Promise<TaughtClass | undefined> {
  const row = await taughtBy(db, account).where("class.id", "=", id).executeTakeFirst();
  return row && { ...classOfRow(row), isOwner: row.owner === 1 || account.role === "operator" };
}

/** The classes that the account teaches, and for an operator the others too: those that go on first, the newest first. */
export async function classesOf(db: Database, account: Asker): Promise<ListedClass[]> {
  const rows = await taughtBy(db, account)
    .select(({ selectFrom, fn }) => [
      selectFrom("membership")
        .whereRef("membership.class", "=", "class.id")
        .where("removed_at", "is", null)
        .select(fn.countAll().as("count"))
        .as("learners"),
      selectFrom("class_lesson").whereRef("class_lesson.class", "=", "class.id").select(fn.countAll().as("count")).as("lessons"),
    ])
    .orderBy("class.created_at", "desc")
    .orderBy("class.id")
    .limit(MOST_LISTED)
    .execute();
  const all = rows.map((row) => ({
    ...classOfRow(row),
    isOwner: row.owner === 1 || account.role === "operator",
    isMine: row.owner !== null,
    learners: Number(row.learners ?? 0),
    lessons: Number(row.lessons ?? 0),
  }));
  return [...all.filter(({ archivedAt }) => archivedAt === null), ...all.filter(({ archivedAt }) => archivedAt !== null)];
}

/** The class to which a code that somebody typed leads, archived or not. */
export async function classByCode(db: Database, typed: string): Promise<Class | undefined> {
  const code = readCode(typed);
  if (code === undefined) return undefined;
  const row = await db.selectFrom("class").selectAll().where("code", "=", code).executeTakeFirst();
  return row && classOfRow(row);
}

/**
 * The class in which a learner takes a lesson: of those that go on, have the lesson and have the learner, the one that they joined last.
 * Undefined for everyone else, whom no class concerns.
 */
export async function classOf(db: Database, learner: string, lesson: string): Promise<LearnersClass | undefined> {
  const row = await placements(db)
    .where("membership.learner", "=", learner)
    .where("class_lesson.lesson", "=", lesson)
    .limit(1)
    .executeTakeFirst();
  return row && learnersClass(row);
}

/** Learners with the classes that go on and have them, and the lessons of these; of one learner and lesson the class that counts first. */
export function placements(db: Database) {
  return db
    .selectFrom("membership")
    .innerJoin("class", "class.id", "membership.class")
    .innerJoin("class_lesson", "class_lesson.class", "class.id")
    .select(["membership.learner", "class_lesson.lesson", "class.id", "class.name", "class.records", "class.retention_days"])
    .select(["open", "step", "due_at", "membership.name as learner_name"])
    .where("membership.removed_at", "is", null)
    .where("class.archived_at", "is", null)
    .orderBy("membership.joined_at", "desc")
    .orderBy("class.id");
}

type Placement = Awaited<ReturnType<ReturnType<typeof placements>["executeTakeFirstOrThrow"]>>;

/** The class of a placement, as its learner has it. */
export function learnersClass(row: Placement): LearnersClass {
  return {
    id: row.id,
    name: row.name,
    records: row.records === 1,
    retentionDays: row.retention_days,
    open: row.open === 1,
    step: row.step,
    dueAt: row.due_at,
    learnerName: row.learner_name,
  };
}

/** Changes what is agreed in a class. Learners see it from then on. */
export async function changeSettings(db: Database, actor: Actor, id: string, settings: ClassSettings): Promise<void> {
  const { name, needsAccount, records, retentionDays } = ClassSettings.parse(settings);
  const values = { name, needs_account: needsAccount ? 1 : 0, records: records ? 1 : 0, retention_days: retentionDays };
  await db.updateTable("class").set(values).where("id", "=", id).execute();
  await recordAudit(db, actor, "class.change", { class: id, details: { name, needsAccount, records, retentionDays } });
}

/** Gives the class another code, and returns it: from then on the old one leads nowhere. */
export async function changeCode(db: Database, actor: Actor, id: string): Promise<string> {
  return db.transaction().execute(async (within) => {
    const code = await freeCode(within);
    await within.updateTable("class").set({ code }).where("id", "=", id).execute();
    await recordAudit(within, actor, "class.change", { class: id, details: { code: "changed" } });
    return code;
  });
}

/** Ends a class: nobody joins any more, and its lessons are free to its learners. Nothing is lost. */
export async function archiveClass(db: Database, actor: Actor, id: string): Promise<void> {
  await db.updateTable("class").set({ archived_at: Date.now() }).where("id", "=", id).where("archived_at", "is", null).execute();
  await recordAudit(db, actor, "class.archive", { class: id });
}

/** The opposite of archiveClass. */
export async function restoreClass(db: Database, actor: Actor, id: string): Promise<void> {
  await db.updateTable("class").set({ archived_at: null }).where("id", "=", id).execute();
  await recordAudit(db, actor, "class.restore", { class: id });
}

/** Deletes a class with its roster, memberships and recordings. What its learners did stays theirs. Only for owners: `isOwner`. */
export async function deleteClass(db: Database, actor: Actor, { id, name }: Pick<Class, "id" | "name">): Promise<void> {
  await db.transaction().execute(async (within) => {
    await within.deleteFrom("class").where("id", "=", id).execute();
    await recordAudit(within, actor, "class.delete", { target: id, details: { name } });
  });
}

/**
 * Keeps others who hold the class waiting until the transaction ends, on each engine: what is read of it in between stays true. Nothing of it
 * changes.
 */
export async function holdClass(db: Database, id: string): Promise<void> {
  await db.updateTable("class").set({ id }).where("id", "=", id).execute();
}

/** The account as the audit log names it. */
export function actorOf({ id, name }: Pick<Account, "id" | "name">): Actor {
  return { account: id, name };
}

function taughtBy(db: Database, account: Asker) {
  const all = db
    .selectFrom("class")
    .leftJoin("class_instructor as mine", (join) => join.onRef("mine.class", "=", "class.id").on("mine.account", "=", account.id))
    .selectAll("class")
    .select("mine.owner");
  if (account.role === "operator") return all;
  // Whoever is no instructor any more teaches nothing, whatever they taught.
  const mine = all.where("mine.account", "is not", null);
  return account.role === "instructor" ? mine : mine.where("class.id", "is", null);
}

/** A code is hardly ever taken; where two are made at the same moment the database refuses the second. */
async function freeCode(db: Database): Promise<string> {
  for (;;) {
    const code = newCode();
    if (!(await db.selectFrom("class").select("id").where("code", "=", code).executeTakeFirst())) return code;
  }
}

type Row = {
  id: string;
  name: string;
  code: string;
  created_at: number;
  archived_at: number | null;
  needs_account: number;
  records: number;
  retention_days: number;
};

function classOfRow(row: Row): Class {
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
    needsAccount: row.needs_account === 1,
    records: row.records === 1,
    retentionDays: row.retention_days,
  };
}
