/** The class that a page or an action of those who teach it is about, and what it answers to those who do not. */
import { refresh } from "next/cache";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import type { Account } from "../../classroom/accounts.ts";
import type { Actor } from "../../classroom/audit.ts";
import { actorOf, ClassRefusal, type TaughtClass, teaches } from "../../classroom/classes.ts";
import type { Database } from "../../classroom/database.ts";
import type { Answer } from "../../components/classroom/use-act.ts";
import { demandRole } from "../account.ts";
import { database } from "../database.ts";

const Id = z.string().min(1).max(64);

/** The class, if the one who asks teaches it. Nobody is sent to sign in; for anybody else there is no such class. */
export const demandClass = cache(async (id: string): Promise<{ account: Account; taught: TaughtClass }> => {
  const account = await demandRole("instructor");
  const read = Id.safeParse(id);
  const taught = read.success ? await teaches(await database(), account, read.data) : undefined;
  return taught ? { account, taught } : notFound();
});

type Within = { db: Database; actor: Actor; account: Account; taught: TaughtClass };

/**
 * Does something to a class for one who teaches it. What may not be is answered in a sentence. A class that is archived stays as it is,
 * but for what is done `evenArchived`.
 */
export async function inClass(
  id: string,
  act: (within: Within) => Promise<void>,
  { evenArchived = false }: { evenArchived?: boolean } = {},
): Promise<Answer> {
  const { account, taught } = await demandClass(id);
  if (taught.archivedAt !== null && !evenArchived)
    return { problem: "This class is archived. Restore it in its settings first." };
  const answer = await refusalsSaid(async () => act({ db: await database(), actor: actorOf(account), account, taught }));
  refresh();
  return answer;
}

/** What the classroom refuses, and what is wrong with what was written, as a sentence; anything else is a fault and thrown. */
export async function refusalsSaid(act: () => Promise<void>): Promise<Answer> {
  try {
    await act();
    return {};
  } catch (error) {
    if (error instanceof ClassRefusal) return { problem: error.message };
    if (error instanceof z.ZodError) return { problem: error.issues.map(({ message }) => message).join(" ") };
    throw error;
  }
}
