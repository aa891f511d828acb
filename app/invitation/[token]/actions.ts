"use server";
import type { FormState } from "../../../components/account/form-state.ts";
import { makeAccountByLink, takeRoleByLink } from "../../link-forms.ts";

const INSTRUCTOR = { purpose: "instructor", role: "instructor", leadsTo: "/classes" } as const;

/** A new account for whoever holds the invitation. */
export async function makeInstructor(_: FormState, form: FormData): Promise<FormState> {
  return makeAccountByLink(INSTRUCTOR, form);
}

/** The account that is signed in becomes an instructor's. */
export async function becomeInstructor(_: FormState, form: FormData): Promise<FormState> {
  return takeRoleByLink(INSTRUCTOR, form);
}
