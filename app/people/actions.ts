"use server";
import { z } from "zod";
import { AccountRefusal, changeRole, findAccount, Role, removeAccount } from "../../classroom/accounts.ts";
import { recordAudit } from "../../classroom/audit.ts";
import { createLink } from "../../classroom/one-time-links.ts";
import type { Outcome } from "../../components/account/outcome.ts";
import { demandRole } from "../account.ts";
import { requestOrigin } from "../authentication.ts";
import { database } from "../database.ts";

const Id = z.string().min(1).max(64);

/** Another role for an account. */
export async function giveRole(account: string, role: string): Promise<Outcome> {
  const operator = await demandRole("operator");
  return attempt(async () =>
    changeRole(await database(), { account: operator.id, name: operator.name }, Id.parse(account), Role.parse(role)),
  );
}

/** Removes an account and all that is kept about it. */
export async function remove(account: string): Promise<Outcome> {
  const operator = await demandRole("operator");
  return attempt(async () => removeAccount(await database(), Id.parse(account), { account: operator.id, name: operator.name }));
}

/** A link that makes whoever opens it an instructor, once. */
export async function inviteInstructor(): Promise<Outcome> {
  const operator = await demandRole("operator");
  const db = await database();
  const token = await createLink(db, "instructor");
  await recordAudit(db, { account: operator.id, name: operator.name }, "instructor.invite");
  return { link: `${await requestOrigin()}/invitation/${token}` };
}

/** A link by which somebody who forgot their password sets a new one, once. */
export async function passwordLink(account: string): Promise<Outcome> {
  const operator = await demandRole("operator");
  const db = await database();
  const found = await findAccount(db, Id.parse(account));
  if (found === undefined) return { problem: "There is no such account any more." };
  const token = await createLink(db, "password", { account: found.id });
  const what = { target: found.id, details: { name: found.name } };
  await recordAudit(db, { account: operator.id, name: operator.name }, "account.password-link", what);
  return { link: `${await requestOrigin()}/password/${token}` };
}

async function attempt(work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return { done: true };
  } catch (error) {
    if (error instanceof AccountRefusal) return { problem: error.message };
    throw error;
  }
}
