"use client";
import { Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import { useState, useTransition } from "react";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { initials } from "./account-menu.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { Notice } from "./notice.tsx";
import type { Outcome } from "./outcome.ts";
import type { Who } from "./who.tsx";

export type Person = {
  id: string;
  name: string;
  email: string;
  role: Who["role"];
  /** The day on which the account was made, as YYYY-MM-DD. */
  since: string;
  isSelf: boolean;
};

type Props = {
  people: readonly Person[];
  giveRole: (id: string, role: string) => Promise<Outcome>;
  passwordLink: (id: string) => Promise<Outcome>;
  remove: (id: string) => Promise<Outcome>;
};

const ITEM = "flex h-8 cursor-default items-center rounded-sm px-2 text-sm outline-none data-highlighted:bg-muted max-md:h-10";

/** Everybody with an account, and what an operator can do about each. */
export function PeopleList({ people, giveRole, passwordLink, remove }: Props) {
  const router = useRouter();
  const [pending, start] = useTransition();
  const [problem, setProblem] = useState<string>();
  const [link, setLink] = useState<{ link: string; name: string }>();
  const [removing, setRemoving] = useState<Person>();
  const act = (name: string, work: () => Promise<Outcome>) =>
    start(async () => {
      const outcome = await work();
      setProblem("problem" in outcome ? outcome.problem : undefined);
      if ("link" in outcome) setLink({ link: outcome.link, name });
      router.refresh();
    });
  return (
    <>
      <div aria-live="polite">
        {problem !== undefined && (
          <div className="mb-4">
            <Notice tone="danger">{problem}</Notice>
          </div>
        )}
      </div>
      <ul className="divide-y divide-border border-y border-border" aria-busy={pending}>
        {people.map((person) => (
          <li key={person.id} className="flex min-h-16 items-center gap-3 py-2.5 md:gap-4">
            <span
              aria-hidden
              className="flex size-8 shrink-0 items-center justify-center rounded-full bg-muted text-[0.6875rem] font-semibold text-muted-foreground"
            >
              {initials(person.name)}
            </span>
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm font-medium">
                {person.name}
                {person.isSelf && <span className="font-normal text-muted-foreground"> · you</span>}
              </p>
              <p className="truncate text-[0.8125rem] text-muted-foreground">{person.email}</p>
            </div>
            <span className="text-[0.8125rem] text-muted-foreground tabular-nums max-md:hidden">since {person.since}</span>
            <select
              aria-label={`Role of ${person.name}`}
              // Stays what it is until it is so: the answer may be no.
              value={person.role}
              disabled={pending}
              onChange={(event) => {
                const role = event.currentTarget.value;
                act(person.name, () => giveRole(person.id, role));
              }}
              className="h-8 rounded-md border border-border-strong bg-surface px-2 text-[0.8125rem] disabled:opacity-50"
            >
              <option value="learner">Learner</option>
              <option value="instructor">Instructor</option>
              <option value="operator">Operator</option>
            </select>
            <DropdownMenu.Root>
              <DropdownMenu.Trigger asChild>
                <Button look="quiet" size="icon" aria-label={`More for ${person.name}`}>
                  <Ellipsis size={16} aria-hidden />
                </Button>
              </DropdownMenu.Trigger>
              <DropdownMenu.Portal>
                <DropdownMenu.Content align="end" sideOffset={4} className="popover z-50 min-w-52 p-1">
                  <DropdownMenu.Item className={ITEM} onSelect={() => act(person.name, () => passwordLink(person.id))}>
                    Make a password link
                  </DropdownMenu.Item>
                  <DropdownMenu.Item className={`${ITEM} text-danger`} onSelect={() => setRemoving(person)}>
                    Remove the account…
                  </DropdownMenu.Item>
                </DropdownMenu.Content>
              </DropdownMenu.Portal>
            </DropdownMenu.Root>
          </li>
        ))}
      </ul>
      <LinkDialog link={link?.link} title={`A new password for ${link?.name ?? ""}`} onClose={() => setLink(undefined)}>
        Hand this link over in a way that reaches nobody else. It works once, within a day, and is not shown again. The present
        password works until it is used.
      </LinkDialog>
      <Confirm
        open={removing !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        title={`Remove ${removing?.name ?? ""}?`}
        confirm="Remove the account"
        danger
        onConfirm={() => removing && act(removing.name, () => remove(removing.id))}
      >
        Their progress, their places in classes and the recordings of their terminals go with it. It cannot be undone.
      </Confirm>
    </>
  );
}
