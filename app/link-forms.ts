/** What the forms behind one-time links do: each uses its link up, and only where it then does what the link is for. */
import { redirect } from "next/navigation";
import { z } from "zod";
import { type Role, setRole } from "../classroom/accounts.ts";
import { type Purpose, readLink, redeemLink, withdrawLinks } from "../classroom/one-time-links.ts";
import type { FormState } from "../components/account/form-state.ts";
import { demandAccount } from "./account.ts";
import { database } from "./database.ts";
import { readForm, refused } from "./form.ts";
import { makeAccount, NewAccount } from "./new-account.ts";

export const USED_UP = "This link does not work any more: it was used meanwhile, or is too old.";

export const Token = z.string().max(64);

type RoleLink = { purpose: Exclude<Purpose, "password">; role: Exclude<Role, "learner">; leadsTo: string };

/** Makes an account of the link's role. */
export async function makeAccountByLink({ purpose, role, leadsTo }: RoleLink, form: FormData): Promise<FormState> {
  const { data, refused: bad } = readForm(NewAccount.extend({ token: Token }), form);
  if (bad) return bad;
  const db = await database();
  if (!(await readLink(db, purpose, data.token))) return { problem: USED_UP };
  const made = await makeAccount(data);
  if ("fields" in made) return refused(form, made);
  // Of two who come at once with the same link, one has an ordinary account now, and is told so.
  if (!(await redeemLink(db, purpose, data.token))) redirect("/account");
  await giveRole(made.id, purpose, role);
  redirect(leadsTo);
}

/** Gives the link's role to the account that is signed in. */
export async function takeRoleByLink({ purpose, role, leadsTo }: RoleLink, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(z.object({ token: Token }), form);
  if (bad) return bad;
  if (!(await redeemLink(await database(), purpose, data.token))) return { problem: USED_UP };
  // Nobody loses by an invitation what they may do already.
  if (account.role === "learner" || role === "operator") await giveRole(account.id, purpose, role);
  redirect(leadsTo);
}

async function giveRole(account: string, purpose: Purpose, role: Role): Promise<void> {
  const db = await database();
  await setRole(db, account, role);
  // The links that earlier starts printed have done what they were for.
  if (purpose === "operator") await withdrawLinks(db, purpose);
}
