/** Whom an instructor may watch: a learner of a class that they teach, in a lesson of that class. */
import { z } from "zod";
import type { Account } from "../../classroom/accounts.ts";
import { teaches } from "../../classroom/classes.ts";
import { memberName } from "../../classroom/live.ts";
import { signTicket } from "../../classroom/ticket.ts";
import { configuration } from "../configuration.ts";
import { database } from "../database.ts";

/** A class, a learner of it, and a lesson of it, as somebody named them. */
export const Subject = z.object({
  class: z.string().min(1).max(64),
  learner: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  lesson: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
});
export type Subject = z.infer<typeof Subject>;

/** The learner's name in the class; undefined where the account may not watch them there, or there is nothing of the kind. */
export async function watchedName(account: Account, subject: Subject): Promise<string | undefined> {
  const db = await database();
  if (!(await teaches(db, account, subject.class))) return undefined;
  return memberName(db, subject);
}

/** A ticket with which the lab-server lets this account watch. Ask `watchedName` first. */
export function watchTicket({ id, name }: Account, { class: of, learner, lesson }: Subject): Promise<string> {
  return signTicket({ kind: "watch", class: of, learner, lesson, account: id, name }, configuration().secret);
}
