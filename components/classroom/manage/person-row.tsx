"use client";
import { CircleDashed, Ellipsis, UserCheck } from "lucide-react";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { LocalTime } from "../local-time.tsx";
import type { Answer } from "../use-act.ts";
import type { LearnerActions } from "./learners.tsx";
import type { Person, RosterEntry } from "./people.ts";
import { PersonDialog } from "./person-dialog.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

type PersonRowProps = {
  person: Person;
  class: string;
  hasRoster: boolean;
  /** Entries of the roster who are nobody yet. */
  missing: readonly RosterEntry[];
  disabled: boolean;
  act(run: () => Promise<Answer>): void;
  actions: LearnerActions;
};

/** Somebody of the class: who, whether they are here, and what the school calls them. */
export function PersonRow({ person, class: id, hasRoster, missing, disabled, act, actions }: PersonRowProps) {
  const { name, member, entry } = person;
  const alias = member && entry && entry.name.toLowerCase() !== name.toLowerCase() ? `${entry.name} on the roster` : undefined;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 border-b border-border px-1 py-2.5 md:grid-cols-[minmax(0,1.4fr)_11rem_minmax(0,1.2fr)_auto] md:px-3">
      <div className="min-w-0">
        {member ? (
          <Link
            href={`/classes/${id}/learners/${member.learner}`}
            className="rounded-sm font-medium break-words hover:text-accent"
          >
            {name}
          </Link>
        ) : (
          <span className="break-words text-muted-foreground">{name}</span>
        )}
        {alias && <p className="text-[0.8125rem] text-muted-foreground">{alias}</p>}
      </div>
      <p className="flex items-center gap-1.5 text-sm text-muted-foreground max-md:col-start-1 max-md:row-start-2">
        {member ? (
          <>
            <UserCheck size={15} aria-hidden className="shrink-0 text-success" />
            <span>
              joined <LocalTime at={member.joinedAt} date />
            </span>
          </>
        ) : (
          <>
            <CircleDashed size={15} aria-hidden className="shrink-0" />
            not here yet
          </>
        )}
      </p>
      <div className="min-w-0 text-sm text-muted-foreground max-md:col-start-1">
        {entry ? (
          <span className="break-words">{[entry.email, entry.reference].filter(Boolean).join(" · ")}</span>
        ) : (
          member &&
          hasRoster && (
            <WhoIsThis
              name={name}
              missing={missing}
              disabled={disabled}
              onChoose={(found) => act(() => actions.assign(found, member.learner))}
            />
          )
        )}
      </div>
      <div className="max-md:col-start-2 max-md:row-span-2 max-md:row-start-1">
        <PersonMenu person={person} disabled={disabled} act={act} actions={actions} />
      </div>
    </li>
  );
}

/** For a learner who is not on the roster by the name that they gave: which of the missing they are. */
function WhoIsThis({
  name,
  missing,
  disabled,
  onChoose,
}: {
  name: string;
  missing: readonly RosterEntry[];
  disabled: boolean;
  onChoose(entry: string): void;
}) {
  if (missing.length === 0) return "not on the roster";
  return (
    <select
      aria-label={`Who ${name} is on the roster`}
      value=""
      disabled={disabled}
      onChange={({ target }) => onChoose(target.value)}
      className="h-8 max-w-full rounded-md border border-border-strong bg-surface px-2 text-[0.8125rem] text-foreground"
    >
      <option value="">not on the roster</option>
      {missing.map((entry) => (
        <option key={entry.id} value={entry.id}>
          is {entry.name}
          {entry.reference && ` (${entry.reference})`}
        </option>
      ))}
    </select>
  );
}

const ITEM =
  "flex h-8 w-full cursor-default items-center rounded-sm px-2 text-sm outline-none data-highlighted:bg-muted max-md:h-10";

function PersonMenu({
  person: { name, member, entry },
  disabled,
  act,
  actions,
}: Pick<PersonRowProps, "person" | "disabled" | "act" | "actions">) {
  const [asked, ask] = useState<"rename" | "change" | "remove">();
  const close = () => ask(undefined);
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button look="quiet" size="icon" aria-label={`What to do with ${name}`} disabled={disabled}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={4} className="popover z-50 w-56 p-1">
            {member && (
              <DropdownMenu.Item className={ITEM} onSelect={() => ask("rename")}>
                Rename
              </DropdownMenu.Item>
            )}
            {entry && (
              <DropdownMenu.Item className={ITEM} onSelect={() => ask("change")}>
                Change the roster entry
              </DropdownMenu.Item>
            )}
            {member && entry && (
              <DropdownMenu.Item className={ITEM} onSelect={() => act(() => actions.assign(entry.id, null))}>
                Not this person of the roster
              </DropdownMenu.Item>
            )}
            {entry && (
              <DropdownMenu.Item className={ITEM} onSelect={() => act(() => actions.forget(entry.id))}>
                Take off the roster
              </DropdownMenu.Item>
            )}
            {member && (
              <DropdownMenu.Item className={`${ITEM} text-danger`} onSelect={() => ask("remove")}>
                Take out of the class
              </DropdownMenu.Item>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {member && (
        <>
          <RenameDialog
            open={asked === "rename"}
            onOpenChange={close}
            name={name}
            save={(next) => actions.rename(member.learner, next)}
          />
          <Confirm
            open={asked === "remove"}
            onOpenChange={close}
            title={`Take ${name} out of the class?`}
            confirm="Take out"
            danger
            onConfirm={() => act(() => actions.remove(member.learner))}
          >
            They are told, and cannot join again by themselves. What they did stays theirs. You can let them in again.
          </Confirm>
        </>
      )}
      {entry && (
        <PersonDialog
          open={asked === "change"}
          onOpenChange={close}
          title="Change the roster entry"
          confirm="Save"
          person={entry}
          save={(person) => actions.change(entry.id, person)}
        />
      )}
    </>
  );
}
