"use server";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { FormState } from "../../components/account/form-state.ts";
import { readForm, refused } from "../form.ts";
import { makeAccount, NewAccount } from "../new-account.ts";
import { nextPage } from "../next-page.ts";

const Form = NewAccount.extend({ next: z.string().optional() });

/** Makes a learner's account, which takes over the progress of this browser. */
export async function signUp(_: FormState, form: FormData): Promise<FormState> {
  const { data, refused: bad } = readForm(Form, form);
  if (bad) return bad;
  const made = await makeAccount(data);
  if ("fields" in made) return refused(form, made);
  redirect(nextPage(data.next));
}
