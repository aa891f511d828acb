"use client";
import { Search, UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { INPUT, Problem } from "../../ui/field.tsx";
import { LocalTime } from "../local-time.tsx";
import { type Answer, useAct } from "../use-act.ts";
import { isFound, type Member, peopleOf, type RosterEntry } from "./people.ts";
import { PersonDialog, type RosterPerson } from "./person-dialog.tsx";
import { PersonRow } from "./person-row.tsx";

export type LearnerActions = {
  rename(learner: string, name: string): Promise<Answer>;
  remove(learner: string): Promise<Answer>;
  restore(learner: string): Promise<Answer>;
  assign(entry: string, learner: string | null): Promise<Answer>;
  add(person: RosterPerson): Promise<Answer>;
  change(entry: string, person: RosterPerson): Promise<Answer>;
  /** Takes a person off the roster. */
  forget(entry: string): Promise<Answer>;
};

type LearnersProps = LearnerActions & {
  id: string;
  members: readonly Member[];
  roster: readonly RosterEntry[];
  isArchived: boolean;
  importer: ReactNode;
};

/** Milliseconds between looks at who has come. */
const EVERY = 5_000;
/** From so many people on one does not find somebody at a glance. */
const MANY = 12;

/** Who is in the class, and who of the roster is missing. */
export function Learners({ id, members, roster, isArchived, importer, ...actions }: LearnersProps) {
  useRefresh();
  const { act, problem } = useAct();
  const [search, setSearch] = useState("");
  const [adding, setAdding] = useState(false);
  const people = peopleOf(members, roster);
  const removed = members.filter(({ removedAt }) => removedAt !== null);
  const missing = people.flatMap(({ member, entry }) => (member === undefined && entry ? [entry] : []));
  const shown = people.filter((person) => isFound(person, search));
  return (
    <section aria-labelledby="learners">
      <h2 id="learners" className="sr-only">
        Learners
      </h2>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <p className="text-sm" aria-live="polite">
          <Summary joined={people.length - missing.length} missing={missing.length} hasRoster={roster.length > 0} />
        </p>
        <div className="flex flex-wrap gap-2">
          <Button size="small" disabled={isArchived} onClick={() => setAdding(true)}>
            <UserPlus size={15} aria-hidden />
            Add a person
          </Button>
          {importer}
        </div>
      </div>
      <Problem className="mb-3">{problem}</Problem>
      {people.length > MANY && (
        <div className="relative mb-4 max-w-xs">
          <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-muted-foreground" />
          <input
            type="search"
            aria-label="Find a person"
            placeholder="Name, e-mail or reference"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
            className={`${INPUT} pl-9`}
          />
        </div>
      )}
      {people.length === 0 ? (
        <NobodyYet />
      ) : (
        <ul className="border-t border-border">
          {shown.map((person) => (
            <PersonRow
              key={person.key}
              person={person}
              class={id}
              hasRoster={roster.length > 0}
              missing={missing}
              disabled={isArchived}
              act={act}
              actions={actions}
            />
          ))}
        </ul>
      )}
      {people.length > 0 && shown.length === 0 && <p className="py-6 text-muted-foreground">Nobody like that is here.</p>}
      {removed.length > 0 && (
        <section aria-labelledby="removed" className="mt-12">
          <h2 id="removed" className="mb-2 text-sm font-medium text-muted-foreground">
            Taken out of the class
          </h2>
          <ul className="border-t border-border">
            {removed.map(({ learner, name, removedAt }) => (
              <li
                key={learner}
                className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border px-1 py-2.5 md:px-3"
              >
                <span className="min-w-0 flex-1 break-words">{name}</span>
                <span className="text-sm text-muted-foreground">{removedAt !== null && <LocalTime at={removedAt} date />}</span>
                <Button size="small" look="quiet" disabled={isArchived} onClick={() => act(() => actions.restore(learner))}>
                  Let in again
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <PersonDialog
        open={adding}
        onOpenChange={setAdding}
        title="Add a person to the roster"
        confirm="Add"
        text="They still join by the code or the link. By the e-mail address of their account, or their name, you then see that they are here."
        save={actions.add}
      />
    </section>
  );
}

function Summary({ joined, missing, hasRoster }: { joined: number; missing: number; hasRoster: boolean }) {
  if (!hasRoster)
    return (
      <>
        <span className="font-medium tabular-nums">{joined}</span> {joined === 1 ? "learner has" : "learners have"} joined
      </>
    );
  return (
    <>
      <span className="font-medium tabular-nums">{joined}</span> here, <span className="font-medium tabular-nums">{missing}</span>{" "}
      of the roster missing
    </>
  );
}

function NobodyYet() {
  return (
    <div className="border-y border-border py-12">
      <p className="font-medium">Nobody is here yet</p>
      <p className="mt-1 max-w-[58ch] text-muted-foreground">
        Learners come by the code, the link or the QR code under Share, and appear here by themselves. If you import a roster
        first, you also see who is missing.
      </p>
    </div>
  );
}

/** Who joins is seen without a reload. */
function useRefresh(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && router.refresh(), EVERY);
    return () => clearInterval(timer);
  }, [router]);
}
