/** Tickets of staff pages. Whoever asks for one has seen to it that the account may have it. */
import { adoptLearner, learnerOf } from "../classroom/account-learner.ts";
import type { Account } from "../classroom/accounts.ts";
import { signTicket } from "../classroom/ticket.ts";
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";

/** For the board of a class that the account teaches. */
export async function boardTicket({ id, name }: Account, classId: string): Promise<string> {
  const db = await database();
  // Their own terminals are those that they may show to the class.
  const learner = (await learnerOf(db, id)) ?? (await adoptLearner(db, id));
  return signTicket({ kind: "board", class: classId, account: id, name, learner }, configuration().secret);
}

/** For the page of an operator. */
export function operatorTicket({ id, name }: Account): Promise<string> {
  return signTicket({ kind: "operator", account: id, name }, configuration().secret);
}
