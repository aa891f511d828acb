"use server";
import { APIError } from "better-auth/api";
import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { endOtherSessions, endSession, unlinkIdentity, waysIn } from "../../classroom/account-access.ts";
import { AccountRefusal, removeAccount, renameAccount } from "../../classroom/accounts.ts";
import type { FormState } from "../../components/account/form-state.ts";
import { demandAccount } from "../account.ts";
import { authenticationAt, currentSession, keepCookies } from "../authentication.ts";
import { database } from "../database.ts";
import { forgetLearner } from "../forget-learner.ts";
import { Name, newPasswordProblem, Password, readForm, refused } from "../form.ts";
import { tooManyTries, waitForTry } from "../tries.ts";
import { isFresh } from "./fresh.ts";

const Id = z.object({ id: z.string().min(1).max(64) });
const SIGN_IN_AGAIN = "You signed in a while ago. Sign out and in again, then do this within ten minutes.";

export async function rename(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(z.object({ name: Name }), form);
  if (bad) return bad;
  await renameAccount(await database(), account.id, data.name);
  // The menu in the frame of every page has it.
  revalidatePath("/", "layout");
  return { done: "Saved.", values: { name: data.name } };
}

/** With the present password. All other sessions end. */
export async function changePassword(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(z.object({ current: Password, password: Password }), form);
  if (bad) return bad;
  const problem = await newPasswordProblem(data.password, [account.name, account.email]);
  if (problem !== undefined) return refused(form, { fields: { password: problem } });
  const wait = await waitForTry(account.email);
  if (wait > 0) return refused(form, { problem: tooManyTries(wait) });
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  try {
    const { headers: set } = await auth.api.changePassword({
      body: { currentPassword: data.current, newPassword: data.password, revokeOtherSessions: true },
      headers: asked,
      returnHeaders: true,
    });
    await keepCookies(set);
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode !== 400) throw error;
    return refused(form, { fields: { current: "This is not your password." } });
  }
  return { done: "Your password is changed, and you are signed out everywhere else." };
}

/** For an account that has none, and shortly after signing in. */
export async function setPassword(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(z.object({ password: Password }), form);
  if (bad) return bad;
  const problem = await newPasswordProblem(data.password, [account.name, account.email]);
  if (problem !== undefined) return refused(form, { fields: { password: problem } });
  if ((await waysIn(await database(), account.id)).password) return { problem: "This account has a password already." };
  if (!isFresh(await currentSession())) return { problem: SIGN_IN_AGAIN };
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  await auth.api.setPassword({ body: { newPassword: data.password }, headers: asked });
  return { done: "You can sign in by this password too now." };
}

export async function endOneSession(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(Id, form);
  if (bad) return bad;
  await endSession(await database(), account.id, data.id);
  revalidatePath("/account");
  return {};
}

export async function endAllOtherSessions(): Promise<FormState> {
  const account = await demandAccount();
  const session = await currentSession();
  if (session) await endOtherSessions(await database(), account.id, session.session.id);
  revalidatePath("/account");
  return {};
}

export async function unlink(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(Id, form);
  if (bad) return bad;
  const done = await unlinkIdentity(await database(), account.id, data.id);
  if (!done) return { problem: "It is your only way in: set a password first." };
  revalidatePath("/account");
  return {};
}

/** Removes the account and all that is kept about it: with its password, or without one shortly after signing in. */
export async function deleteAccount(_: FormState, form: FormData): Promise<FormState> {
  const account = await demandAccount();
  const { data, refused: bad } = readForm(z.object({ password: Password.optional() }), form);
  if (bad) return bad;
  const db = await database();
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  if ((await waysIn(db, account.id)).password) {
    if (data.password === undefined) return { fields: { password: "Give your password." } };
    const wait = await waitForTry(account.email);
    if (wait > 0) return { problem: tooManyTries(wait) };
    try {
      await auth.api.verifyPassword({ body: { password: data.password }, headers: asked });
    } catch (error) {
      if (!(error instanceof APIError) || error.statusCode !== 400) throw error;
      return { fields: { password: "This is not your password." } };
    }
  } else if (!isFresh(await currentSession())) return { problem: SIGN_IN_AGAIN };
  try {
    await removeAccount(db, account.id);
  } catch (error) {
    if (error instanceof AccountRefusal) return { problem: error.message };
    throw error;
  }
  const { headers: set } = await auth.api.signOut({ headers: asked, returnHeaders: true });
  await keepCookies(set);
  await forgetLearner();
  redirect("/");
}
