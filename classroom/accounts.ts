/** Accounts as the rest of the product sees them: who there is, and what they may do. */
import { sql } from "kysely";
import { z } from "zod";
import { type Actor, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";

export const Role = z.enum(["learner", "instructor", "operator"]);
export type Role = z.infer<typeof Role>;

export type Account = {
  id: string;
  name: string;
  /** In lower case. */
  email: string;
  role: Role;
};

/** An account as operators see it in a list. `createdAt`: milliseconds since the epoch. */
export type ListedAccount = Account & { createdAt: number };

/** Someone asked for what may not be. The message is for a person: what is wrong, and what to do. */
export class AccountRefusal extends Error {
  override readonly name = "AccountRefusal";
}

/** Characters. An e-mail address has no more (RFC 5321, erratum 1690). */
export const LONGEST_NAME = 100;
export const LONGEST_EMAIL = 254;

const FIELDS = ["id", "name", "email", "role"] as const;

/** The account, or undefined where there is none (any more). */
export async function findAccount(db: Database, id: string): Promise<Account | undefined> {
  const row = await db.selectFrom("account").select(FIELDS).where("id", "=", id).executeTakeFirst();
  return row && accountOf(row);
}

/** The account of an e-mail address, however it is capitalised. */
export async function findAccountByEmail(db: Database, email: string): Promise<Account | undefined> {
  const row = await db.selectFrom("account").select(FIELDS).where("email", "=", email.toLowerCase()).executeTakeFirst();
  return row && accountOf(row);
}

/** The accounts whose name or e-mail address contains `search`, by name; one more than `limit` where there are more. */
export async function searchAccounts(
  db: Database,
  { search = "", role, limit = 50 }: { search?: string; role?: Role | undefined; limit?: number } = {},
): Promise<ListedAccount[]> {
  let query = db
    .selectFrom("account")
    .select([...FIELDS, "created_at"])
    .orderBy(sql`lower(name)`)
    .orderBy("id")
    .limit(limit + 1);
  const text = search.trim().toLowerCase();
  if (text !== "") {
    const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    query = query.where(sql<boolean>`(lower(name) like ${pattern} escape '\\' or lower(email) like ${pattern} escape '\\')`);
  }
  if (role !== undefined) query = query.where("role", "=", role);
  const rows = await query.execute();
  return rows.map(({ created_at, ...row }) => ({ ...accountOf(row), createdAt: new Date(created_at).getTime() }));
}

/** Whether somebody can run this site. */
export async function hasOperator(db: Database): Promise<boolean> {
  return (await db.selectFrom("account").select("id").where("role", "=", "operator").limit(1).executeTakeFirst()) !== undefined;
}

/** Gives the account another role. Throws AccountRefusal for the last operator. */
export async function changeRole(db: Database, actor: Actor, account: string, role: Role): Promise<void> {
  await db.transaction().execute(async (within) => {
    await holdOperators(within);
    const found = await findAccount(within, account);
    if (found === undefined) throw new AccountRefusal("There is no such account any more.");
    if (found.role === role) return;
    if (found.role === "operator") await demandAnotherOperator(within, account);
    await setRole(within, account, role);
    const details = { name: found.name, from: found.role, to: role };
    await recordAudit(within, actor, "account.role", { target: account, details });
  });
}

/** Sets the role where a one-time link allows it: there nobody is asked, and nothing is audited. */
export async function setRole(db: Database, account: string, role: Role): Promise<void> {
  await db.updateTable("account").set({ role }).where("id", "=", account).execute();
}

/** Changes what the account is called. */
export async function renameAccount(db: Database, account: string, name: string): Promise<void> {
  await db.updateTable("account").set({ name }).where("id", "=", account).execute();
}

/**
 * Removes the account and all that is kept about its learner. `actor`: the operator who does; undefined where it is the account's own
 * wish. Throws AccountRefusal for the last operator, and for the only owner of a class that is not archived.
 */
export async function removeAccount(db: Database, account: string, actor?: Actor): Promise<void> {
  await db.transaction().execute(async (within) => {
    await holdOperators(within);
    const found = await findAccount(within, account);
    if (found === undefined) throw new AccountRefusal("There is no such account any more.");
    if (found.role === "operator") await demandAnotherOperator(within, account);
    const classes = await ownedAlone(within, account);
    if (classes.length > 0) {
      throw new AccountRefusal(
        `${actor ? `${found.name} is` : "You are"} the only owner of ${classes.map((name) => `“${name}”`).join(", ")}: archive ${classes.length > 1 ? "these classes" : "this class"} or make another instructor an owner first.`,
      );
    }
    if (actor) {
      await recordAudit(within, actor, "account.remove", { target: account, details: { name: found.name, role: found.role } });
    }
    await within.deleteFrom("account").where("id", "=", account).execute();
  });
}

/** Names of the classes that go on and have no owner but this account. */
export async function ownedAlone(db: Database, account: string): Promise<string[]> {
  const rows = await db
    .selectFrom("class")
    .innerJoin("class_instructor as own", "own.class", "class.id")
    .select("class.name")
    .where("own.account", "=", account)
    .where("own.owner", "=", 1)
    .where("class.archived_at", "is", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("class_instructor as other")
            .select("other.account")
            .whereRef("other.class", "=", "class.id")
            .where("other.owner", "=", 1)
            .where("other.account", "!=", account),
        ),
      ),
    )
    .orderBy("class.name")
    .execute();
  return rows.map(({ name }) => name);
}

/** Two operators who step down at the same moment must not both find the other: a write of the same rows makes one wait, on each engine. */
async function holdOperators(db: Database): Promise<void> {
  await db
    .updateTable("account")
    .set(({ ref }) => ({ role: ref("role") }))
    .where("role", "=", "operator")
    .execute();
}

async function demandAnotherOperator(db: Database, account: string): Promise<void> {
  const other = await db
    .selectFrom("account")
    .select("id")
    .where("role", "=", "operator")
    .where("id", "!=", account)
    .limit(1)
    .executeTakeFirst();
  if (other === undefined) {
    throw new AccountRefusal("This is the last operator: make somebody else an operator first, or nobody can run this site.");
  }
}

function accountOf<Row extends { role: string }>(row: Row): Omit<Row, "role"> & { role: Role } {
  return { ...row, role: Role.parse(row.role) };
}
