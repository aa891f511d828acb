/** Whether an account still is what its ticket said: that may change at any time. */
import { findAccount } from "../../classroom/accounts.ts";
import { type TaughtClass, teaches } from "../../classroom/classes.ts";
import type { Database } from "../../classroom/database.ts";
import { memberName } from "../../classroom/live.ts";
import { Refusal } from "../refusal.ts";

/** The class, where the account teaches it. Throws Refusal. */
export async function demandTeacher(db: Database, account: string, classId: string): Promise<TaughtClass> {
  const who = await findAccount(db, account);
  const taught = who && (await teaches(db, who, classId));
  if (!taught) throw new Refusal("not-allowed", "You do not teach this class, or no longer. Go back to your classes.");
  return taught;
}

/** The learner's name, where the account teaches a class that has the learner and the lesson. Throws Refusal. */
export async function demandTeacherOf(
  db: Database,
  account: string,
  subject: { class: string; learner: string; lesson: string },
): Promise<string> {
  await demandTeacher(db, account, subject.class);
  const name = await memberName(db, subject);
  if (name === undefined) throw new Refusal("not-allowed", "The learner is not in this class, or the lesson is none of its.");
  return name;
}

/** Throws Refusal. */
export async function demandOperator(db: Database, account: string): Promise<void> {
  if ((await findAccount(db, account))?.role !== "operator")
    throw new Refusal("not-allowed", "Only operators may do this, and you are not one, or no longer.");
}
