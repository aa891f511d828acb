import type { Metadata } from "next";
import { z } from "zod";
import { type AuditEntry, auditLog } from "../../classroom/audit.ts";
import { classesOf } from "../../classroom/classes.ts";
import { namesOf } from "../../classroom/live.ts";
import { AuditLog } from "../../components/operator/audit-log.tsx";
import { OperatorPage } from "../../components/operator/operator-page.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { demandRole } from "../account.ts";
import { database } from "../database.ts";
import { operatorTicket } from "../staff-tickets.ts";

export const metadata: Metadata = { title: "Operator" };

/** Entries on one page. */
const SHOWN = 50;
const Query = z.object({
  class: z.string().min(1).max(64).optional().catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});
/** What is done to a learner: the entry's target is theirs. */
const TO_LEARNER = /^(terminal\.|recording\.|sandbox\.(reset|extend)$|class\.learner-remove$)/;

/** The machine, live, and what instructors and operators did. For operators. */
export default async function OperatorsPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const operator = await demandRole("operator");
  const { class: of, before } = Query.parse(await searchParams);
  const db = await database();
  const [ticket, classes, entries] = await Promise.all([
    operatorTicket(operator),
    classesOf(db, operator),
    auditLog(db, { limit: SHOWN + 1, ...(of === undefined ? {} : { of }), ...(before === undefined ? {} : { before }) }),
  ]);
  const shown = entries.slice(0, SHOWN);
  const learners = shown.flatMap(({ action, target }) => (target !== null && TO_LEARNER.test(action) ? [target] : []));
  const names = await namesOf(db, [...new Set(learners)]);
  const classNames = new Map(classes.map(({ id, name }) => [id, name]));
  const last = entries.length > SHOWN ? shown.at(-1) : undefined;
  return (
    <PageFrame>
      <div className="pt-6 pb-24 md:pt-10">
        <OperatorPage ticket={ticket}>
          <AuditLog
            lines={shown.map((entry) => lineOf(entry, classNames, names))}
            of={of}
            classes={classes.map(({ id, name }) => ({ id, name }))}
            older={last && addressOf(of, last.at)}
            latest={before === undefined ? undefined : addressOf(of)}
          />
        </OperatorPage>
      </div>
    </PageFrame>
  );
}

function lineOf(entry: AuditEntry, classes: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>) {
  const { id, at, actor, action, details } = entry;
  return {
    ...{ id, at, actor, action, details },
    class: entry.class === null ? undefined : { id: entry.class, name: classes.get(entry.class) },
    target: entry.target === null ? undefined : (names.get(entry.target) ?? entry.target),
  };
}

function addressOf(of: string | undefined, before?: number): string {
  const query = new URLSearchParams({
    ...(of === undefined ? {} : { class: of }),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  return `/operator?${query}#audit-log`;
}
