/** What a learner sees of their class, as one short text that is another one when anything of it is. */
import { createHash } from "node:crypto";
import type { Database } from "./database.ts";

/** Undefined for someone who never joined the class or left it. */
export async function classVersion(db: Database, id: string, learner: string): Promise<string | undefined> {
  const rows = await db
    .selectFrom("membership")
    .innerJoin("class", "class.id", "membership.class")
    .leftJoin("class_lesson", "class_lesson.class", "class.id")
    .select(["class.name", "archived_at", "records", "retention_days", "removed_at"])
    .select(["lesson", "position", "open", "step", "due_at", "membership.name as learner_name"])
    .where("membership.class", "=", id)
    .where("membership.learner", "=", learner)
    .orderBy("position")
    .orderBy("lesson")
    .execute();
  if (rows.length === 0) return undefined;
  return createHash("sha256").update(JSON.stringify(rows)).digest("base64url").slice(0, 16);
}
