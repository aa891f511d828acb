"use server";
import type { FormState } from "../../../components/account/form-state.ts";
import { makeAccountByLink, takeRoleByLink } from "../../link-forms.ts";

const OPERATOR = { purpose: "operator", role: "operator", leadsTo: "/people" } as const;

/** A new account for whoever holds the link. */
export async function makeOperator(_: FormState, form: FormData): Promise<FormState> {
  return makeAccountByLink(OPERATOR, form);
}

/** The account that is signed in becomes the operator. */
export async function becomeOperator(_: FormState, form: FormData): Promise<FormState> {
  return takeRoleByLink(OPERATOR, form);
}
