/** Hands that learners hold up in their classes. They are kept so that the queue outlives the lab-server. */
import type { Database } from "./database.ts";

/** `since`: milliseconds since the epoch. */
export type RaisedHand = { class: string; learner: string; since: number };

/** All hands that are up, whoever raised theirs first being first. */
export async function raisedHands(db: Database): Promise<RaisedHand[]> {
  const rows = await db
    .selectFrom("membership")
    .select(["class", "learner", "hand_at"])
    .where("hand_at", "is not", null)
    .where("removed_at", "is", null)
    .orderBy("hand_at")
    .execute();
  return rows.flatMap(({ hand_at, ...row }) => (hand_at === null ? [] : [{ ...row, since: hand_at }]));
}

/** Keeps a hand that goes up. */
export async function keepHand(db: Database, { class: id, learner, since }: RaisedHand): Promise<void> {
  await db.updateTable("membership").set({ hand_at: since }).where("class", "=", id).where("learner", "=", learner).execute();
}

/** Forgets hands that go down. */
export async function dropHands(db: Database, id: string, learners: readonly string[]): Promise<void> {
  if (learners.length === 0) return;
  await db
    .updateTable("membership")
    .set({ hand_at: null })
    .where("class", "=", id)
    .where("learner", "in", learners)
    .where("hand_at", "is not", null)
    .execute();
}
