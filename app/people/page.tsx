import type { Metadata } from "next";
import { z } from "zod";
import { Role, searchAccounts } from "../../classroom/accounts.ts";
import { InviteButton } from "../../components/account/invite-button.tsx";
import { PeopleList } from "../../components/account/people-list.tsx";
import { PeopleSearch } from "../../components/account/people-search.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { demandRole } from "../account.ts";
import { database } from "../database.ts";
import { giveRole, inviteInstructor, passwordLink, remove } from "./actions.ts";

export const metadata: Metadata = { title: "People" };

/** Accounts on one page. Who looks for one of more types a part of the name. */
const SHOWN = 100;
const Query = z.object({ q: z.string().max(100).catch(""), role: Role.optional().catch(undefined) });

export default async function People({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const operator = await demandRole("operator");
  const { q, role } = Query.parse(await searchParams);
  const found = await searchAccounts(await database(), { search: q, role, limit: SHOWN });
  return (
    <PageFrame>
      <div className="pt-6 pb-24 md:pt-10">
        <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
          <div>
            <h1 className="text-2xl font-semibold tracking-[-0.02em]">People</h1>
            <p className="mt-1 max-w-[60ch] text-muted-foreground">
              Everybody with an account. Learners need none. This site sends no mail: links are yours to hand over.
            </p>
          </div>
          <InviteButton invite={inviteInstructor} />
        </div>
        <PeopleSearch search={q} role={role} />
        {found.length === 0 ? (
          <p className="border-y border-border py-10 text-muted-foreground">
            {q === "" && role === undefined ? "There are no accounts yet." : "Nobody is called so."}
          </p>
        ) : (
          <PeopleList
            people={found.slice(0, SHOWN).map(({ id, name, email, role, createdAt }) => ({
              ...{ id, name, email, role },
              since: new Date(createdAt).toISOString().slice(0, 10),
              isSelf: id === operator.id,
            }))}
            giveRole={giveRole}
            passwordLink={passwordLink}
            remove={remove}
          />
        )}
        {found.length > SHOWN && (
          <p className="mt-4 text-sm text-muted-foreground">There are more: type a part of a name or an e-mail address.</p>
        )}
      </div>
    </PageFrame>
  );
}
