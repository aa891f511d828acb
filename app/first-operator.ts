/** A site without an operator makes a link for the first one each time that it starts, and prints it: whoever reads its log runs it. */
import { hasOperator } from "../classroom/accounts.ts";
import type { Database } from "../classroom/database.ts";
import { createLink, withdrawLinks } from "../classroom/one-time-links.ts";

/** The line to print, with the link; undefined where there is an operator. Earlier links of this kind are worth nothing then. */
export async function firstOperatorLine(db: Database, origin: string): Promise<string | undefined> {
  if (await hasOperator(db)) return undefined;
  await withdrawLinks(db, "operator");
  return `This site has no operator yet. Become it, once: ${origin}/setup/${await createLink(db, "operator")}`;
}
