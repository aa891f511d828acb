/** Forms of accounts, read and answered. */
import { headers } from "next/headers";
import { z } from "zod";
import { LONGEST_EMAIL, LONGEST_NAME } from "../classroom/accounts.ts";
import { passwordProblem } from "../classroom/passwords.ts";
import type { FormState } from "../components/account/form-state.ts";

/** Far above what a password may have; what is longer is not even looked at. */
const MOST = 2_000;

export const Name = z
  .string("Say what to call you.")
  .trim()
  .min(1, "Say what to call you.")
  .max(LONGEST_NAME, `A name has at most ${LONGEST_NAME} characters.`)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, "A name is on one line, without hidden characters.");
export const Email = z
  .string("Give an e-mail address.")
  .trim()
  .toLowerCase()
  .max(LONGEST_EMAIL, `An e-mail address has at most ${LONGEST_EMAIL} characters.`)
  .pipe(z.email("This is not an e-mail address."));
export const Password = z.string("Give a password.").min(1, "Give a password.").max(MOST, "This is too long for a password.");

type Read<T> = { data: T; refused?: undefined } | { data?: undefined; refused: FormState };

/** The form's fields as the schema has them, or the answer that says what is wrong with which. */
export function readForm<S extends z.ZodObject>(schema: S, form: FormData): Read<z.infer<S>> {
  const sent = Object.fromEntries([...form].filter(([, value]) => typeof value === "string"));
  const parsed = schema.safeParse(sent);
  if (parsed.success) return { data: parsed.data };
  const fields: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) fields[String(path[0])] ??= message;
  return { refused: { fields, values: kept(form) } };
}

/** The same form again, with what is wrong. */
export function refused(form: FormData, what: Pick<FormState, "problem" | "fields">): FormState {
  return { ...what, values: kept(form) };
}

/** Why a new password is not taken; undefined where it is. */
export async function newPasswordProblem(password: string, about: readonly string[]): Promise<string | undefined> {
  const site = (await headers()).get("host") ?? "";
  return passwordProblem(password, [...about, site]);
}

function kept(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form].flatMap(([name, value]) => (typeof value === "string" && /^(name|email)$/.test(name) ? [[name, value]] : [])),
  );
}
