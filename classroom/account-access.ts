/** How somebody is, and can be, signed in to their account. Every question names the account that asks. */
import { OIDC_PROVIDER, PASSWORD_PROVIDER } from "./authentication.ts";
import type { Database } from "./database.ts";

/** A browser that is signed in. Times are milliseconds since the epoch. */
export type SignedIn = { id: string; createdAt: number; lastSeen: number; userAgent: string | null };

export type WaysIn = {
  password: boolean;
  /** Linked identities of the OpenID Connect provider. */
  oidc: readonly { id: string; subject: string; linkedAt: number }[];
};

/** The sessions of the account that have not ended, the one used last first. */
export async function sessionsOf(db: Database, account: string): Promise<SignedIn[]> {
  const rows = await db
    .selectFrom("session")
    .select(["id", "created_at", "updated_at", "expires_at", "user_agent"])
    .where("account", "=", account)
    .execute();
  return rows
    .filter((row) => new Date(row.expires_at).getTime() > Date.now())
    .map((row) => ({
      id: row.id,
      createdAt: new Date(row.created_at).getTime(),
      lastSeen: new Date(row.updated_at).getTime(),
      userAgent: row.user_agent,
    }))
    .sort((one, other) => other.lastSeen - one.lastSeen);
}

/** Ends one session of the account. */
export async function endSession(db: Database, account: string, session: string): Promise<void> {
  await db.deleteFrom("session").where("account", "=", account).where("id", "=", session).execute();
}

/** Ends all sessions of the account but `kept`. */
export async function endOtherSessions(db: Database, account: string, kept: string): Promise<void> {
  await db.deleteFrom("session").where("account", "=", account).where("id", "!=", kept).execute();
}

export async function waysIn(db: Database, account: string): Promise<WaysIn> {
  const rows = await db
    .selectFrom("credential")
    .select(["id", "provider", "subject", "created_at", "password"])
    .where("account", "=", account)
    .orderBy("created_at")
    .execute();
  return {
    password: rows.some(({ provider, password }) => provider === PASSWORD_PROVIDER && password !== null),
    oidc: rows
      .filter(({ provider }) => provider === OIDC_PROVIDER)
      .map(({ id, subject, created_at }) => ({ id, subject, linkedAt: new Date(created_at).getTime() })),
  };
}

/** Takes a linked identity away. Returns false where it is the only way in, and stays. */
export async function unlinkIdentity(db: Database, account: string, credential: string): Promise<boolean> {
  const { password, oidc } = await waysIn(db, account);
  if (!password && oidc.length < 2) return false;
  await db
    .deleteFrom("credential")
    .where("id", "=", credential)
    .where("account", "=", account)
    .where("provider", "=", OIDC_PROVIDER)
    .execute();
  return true;
}
