/** Accounts for tests, made as the site itself makes them. */

import { learnerOf } from "../../classroom/account-learner.ts";
import { type Role, setRole } from "../../classroom/accounts.ts";
import { authentication } from "../../classroom/authentication.ts";
import { openDatabase } from "../../classroom/database.ts";
import { engineOf } from "../../classroom/engine.ts";
import { accountSecret } from "../../classroom/session-cookie.ts";

/** A password that the site takes. */
export const PASSWORD = "seven quiet otters paddle";

export type Place = {
  /** A file, or a `postgres://` URL. */
  database: string;
  /** UNBOXED_SECRET. */
  secret: string;
  /** Where browsers reach the site; of https its cookies have another name. */
  origin: string;
};

export type Person = {
  id: string;
  name: string;
  email: string;
  /** The session's, as a Cookie header has it: `name=value`. */
  cookie: string;
  /** The id of the account's learner. */
  learner: string;
};

/**
 * An account and a session of it. Its password is PASSWORD. For a browser: `const [name, ...value] = person.cookie.split("=")`, then
 * `context.addCookies([{ name, value: value.join("="), url: origin }])`.
 */
export async function makeAccount(
  { database, secret, origin }: Place,
  { name, email, role = "learner" }: { name: string; email: string; role?: Role },
): Promise<Person> {
  const db = await openDatabase(database);
  try {
    const auth = authentication({
      db,
      engine: engineOf(database),
      secret: accountSecret(new TextEncoder().encode(secret)),
      origin,
      learnerIn: async () => undefined,
    });
    const { headers, response } = await auth.api.signUpEmail({
      body: { name, email, password: PASSWORD },
      headers: new Headers({ "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36" }),
      returnHeaders: true,
    });
    const { id } = response.user;
    await setRole(db, id, role);
    const cookie = headers.getSetCookie()[0]?.split(";")[0];
    const learner = await learnerOf(db, id);
    if (cookie === undefined || learner === undefined) throw new Error("The account has no session or no learner.");
    return { id, name, email, cookie, learner };
  } finally {
    await db.destroy();
  }
}
