/** Who is signed in, and what only some may see. */
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { type Account, Role } from "../classroom/accounts.ts";
import { currentSession } from "./authentication.ts";
import { signInAddress } from "./next-page.ts";

/** The account of the request's session; undefined for somebody who is not signed in. */
export const currentAccount = cache(async (): Promise<Account | undefined> => {
  const found = await currentSession();
  if (!found) return undefined;
  const { id, name, email, role } = found.user;
  return { id, name, email, role: Role.parse(role) };
});

/** The account. In a page or an action, who is not signed in is sent to do so and comes back. */
export async function demandAccount(): Promise<Account> {
  return (await currentAccount()) ?? redirect(signInAddress((await headers()).get("x-page")));
}

/** The account, if it may do what this role may: an operator may all that an instructor may. For others there is no such page. */
export async function demandRole(role: Exclude<Role, "learner">): Promise<Account> {
  const account = await demandAccount();
  if (account.role === "operator" || account.role === role) return account;
  return notFound();
}
