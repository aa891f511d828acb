"use server";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { findAccount } from "../../../classroom/accounts.ts";
import { replacePassword } from "../../../classroom/authentication.ts";
import { readLink, redeemLink } from "../../../classroom/one-time-links.ts";
import type { FormState } from "../../../components/account/form-state.ts";
import { authenticationAt, keepCookies } from "../../authentication.ts";
import { database } from "../../database.ts";
import { forgetLearner } from "../../forget-learner.ts";
import { newPasswordProblem, Password, readForm } from "../../form.ts";
import { Token, USED_UP } from "../../link-forms.ts";

/** Sets a new password by a link that an operator made, ends all sessions, and signs in. */
export async function setForgottenPassword(_: FormState, form: FormData): Promise<FormState> {
  const { data, refused: bad } = readForm(z.object({ token: Token, password: Password }), form);
  if (bad) return bad;
  const db = await database();
  const link = await readLink(db, "password", data.token);
  const account = link?.account ? await findAccount(db, link.account) : undefined;
  if (account === undefined) return { problem: USED_UP };
  const problem = await newPasswordProblem(data.password, [account.name, account.email]);
  if (problem !== undefined) return { fields: { password: problem } };
  if (!(await redeemLink(db, "password", data.token))) return { problem: USED_UP };
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  await replacePassword(auth, account.id, data.password);
  const body = { email: account.email, password: data.password };
  const { headers: set } = await auth.api.signInEmail({ body, headers: asked, returnHeaders: true });
  await keepCookies(set);
  await forgetLearner();
  redirect("/account");
}
