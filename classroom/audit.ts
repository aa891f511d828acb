/** What instructors and operators did: written once, never changed. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Database } from "./database.ts";

/** Who did it. `name` is kept as it is now. */
export type Actor = { account: string; name: string };

export const AuditAction = z.enum([
  "account.role",
  "account.password-link",
  "account.remove",
  "instructor.invite",
  "class.create",
  "class.change",
  "class.archive",
  "class.restore",
  "class.delete",
  "class.instructor-add",
  "class.instructor-remove",
  "class.lessons",
  "class.roster-import",
  "class.learner-remove",
  "class.export",
  "recording.watch",
  "terminal.watch",
  "terminal.type",
  "message.send",
  "demonstration.start",
  "demonstration.stop",
  "sandbox.reset",
  "sandbox.extend",
  "sandbox.end",
  "sandbox.end-all",
  "broadcast.send",
  "drain.start",
]);
export type AuditAction = z.infer<typeof AuditAction>;

export type AuditEntry = {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  actor: string;
  action: AuditAction;
  class: string | null;
  target: string | null;
  details: Readonly<Record<string, unknown>>;
};

const Details = z.record(z.string(), z.unknown());

/** Keeps what was done. `target`: an id or a name of what it was done to. */
export async function recordAudit(
  db: Database,
  actor: Actor,
  action: AuditAction,
  what: { class?: string; target?: string; details?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  await db
    .insertInto("audit")
    .values({
      id: randomUUID(),
      at: Date.now(),
      account: actor.account,
      actor: actor.name,
      action,
      class: what.class ?? null,
      target: what.target ?? null,
      details: JSON.stringify(what.details ?? {}),
    })
    .execute();
}

/** The latest entries, newest first; of one class where it is named. `before` (milliseconds since the epoch) pages back. */
export async function auditLog(
  db: Database,
  { of, before, limit = 100 }: { of?: string; before?: number; limit?: number } = {},
): Promise<AuditEntry[]> {
  let query = db.selectFrom("audit").selectAll().orderBy("at", "desc").orderBy("id").limit(limit);
  if (of !== undefined) query = query.where("class", "=", of);
  if (before !== undefined) query = query.where("at", "<", before);
  const rows = await query.execute();
  return rows.map(({ account: _, action, details, ...row }) => ({
    ...row,
    action: AuditAction.parse(action),
    details: Details.parse(JSON.parse(details)),
  }));
}
