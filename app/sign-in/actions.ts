"use server";
import { APIError } from "better-auth/api";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { FormState } from "../../components/account/form-state.ts";
import { authenticationAt, keepCookies } from "../authentication.ts";
import { forgetLearner } from "../forget-learner.ts";
import { Email, Password, readForm, refused } from "../form.ts";
import { nextPage } from "../next-page.ts";
import { tooManyTries, waitForTry } from "../tries.ts";

const Form = z.object({ email: Email, password: Password, next: z.string().optional() });

/** Signs in by e-mail address and password. The answer never says which of the two is wrong. */
export async function signIn(_: FormState, form: FormData): Promise<FormState> {
  const { data, refused: bad } = readForm(Form, form);
  if (bad) return bad;
  const { email, password, next } = data;
  const wait = await waitForTry(email);
  if (wait > 0) return refused(form, { problem: tooManyTries(wait) });
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  try {
    const { headers: set } = await auth.api.signInEmail({ body: { email, password }, headers: asked, returnHeaders: true });
    await keepCookies(set);
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    return refused(form, { problem: "The e-mail address or the password is wrong." });
  }
  await forgetLearner();
  redirect(nextPage(next));
}

/** Ends the session, and leaves a browser of nobody. */
export async function signOut(): Promise<void> {
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  const { headers: set } = await auth.api.signOut({ headers: asked, returnHeaders: true });
  await keepCookies(set);
  await forgetLearner();
  redirect("/");
}
