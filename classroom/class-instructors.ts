/** Who teaches a class. It has one owner, who says who else does. */
import { findAccountByEmail } from "./accounts.ts";
import { type Actor, recordAudit } from "./audit.ts";
import { ClassRefusal, holdClass } from "./classes.ts";
import type { Database } from "./database.ts";

export type ClassInstructor = { account: string; name: string; email: string; isOwner: boolean };

const MOST_INSTRUCTORS = 50;

/** The instructors of a class, its owner first. */
export async function instructorsOf(db: Database, id: string): Promise<ClassInstructor[]> {
  const rows = await db
    .selectFrom("class_instructor")
    .innerJoin("account", "account.id", "class_instructor.account")
    .select(["account.id", "account.name", "account.email", "owner"])
    .where("class", "=", id)
    .orderBy("owner", "desc")
    .orderBy("added_at")
    .orderBy("account.id")
    .execute();
  return rows.map(({ id, name, email, owner }) => ({ account: id, name, email, isOwner: owner === 1 }));
}

/** Makes the account of an e-mail address an instructor of the class. Throws ClassRefusal where there is none that may teach. */
export async function addInstructor(db: Database, actor: Actor, id: string, email: string): Promise<void> {
  const account = await findAccountByEmail(db, email.trim());
  // One answer for both: it does not tell who has an account here.
  if (account === undefined || account.role === "learner")
    throw new ClassRefusal(
      "No instructor has this e-mail address. Whoever runs this site makes instructors: ask them to invite this person first.",
    );
  const present = await instructorsOf(db, id);
  if (present.length >= MOST_INSTRUCTORS) throw new ClassRefusal(`A class has at most ${MOST_INSTRUCTORS} instructors.`);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("class_instructor")
    .values({ class: id, account: account.id, owner: 0, added_at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) throw new ClassRefusal(`${account.name} teaches this class already.`);
  await recordAudit(db, actor, "class.instructor-add", { class: id, target: account.id, details: { name: account.name } });
}

/** Takes an instructor out of the class. Throws ClassRefusal for its owner. */
export async function removeInstructor(db: Database, actor: Actor, id: string, account: string): Promise<void> {
  await db.transaction().execute(async (within) => {
    const found = (await instructorsOf(within, id)).find((one) => one.account === account);
    const { numDeletedRows } = await within
      .deleteFrom("class_instructor")
      .where("class", "=", id)
      .where("account", "=", account)
      .where("owner", "=", 0)
      .executeTakeFirst();
    if (numDeletedRows !== 1n)
      throw new ClassRefusal(
        found ? "The owner cannot leave the class: hand it over first." : "This person does not teach the class any more.",
      );
    await recordAudit(within, actor, "class.instructor-remove", { class: id, target: account, details: { name: found?.name } });
  });
}

/** Makes another of its instructors the class's owner; the owner stays as an instructor. Throws ClassRefusal for anybody else. */
export async function handOver(db: Database, actor: Actor, id: string, account: string): Promise<void> {
  await db.transaction().execute(async (within) => {
    await holdClass(within, id);
    const { numUpdatedRows } = await within
      .updateTable("class_instructor")
      .set({ owner: 1 })
      .where("class", "=", id)
      .where("account", "=", account)
      // Whoever is no instructor any more teaches nothing, and nobody could do what is the owner's to do.
      .where("account", "in", within.selectFrom("account").select("id").where("role", "!=", "learner"))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new ClassRefusal("This person does not teach the class any more.");
    await within
      .updateTable("class_instructor")
      .set({ owner: 0 })
      .where("class", "=", id)
      .where("account", "!=", account)
      .execute();
    await recordAudit(within, actor, "class.change", { class: id, target: account, details: { owner: account } });
  });
}
