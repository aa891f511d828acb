"use client";
import type { SubmitEvent } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

export type RosterPerson = { name: string; email: string | null; reference: string | null };

type PersonDialogProps = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  confirm: string;
  text?: string;
  person?: RosterPerson;
  save(person: RosterPerson): Promise<Answer>;
};

/** A person on the roster: what they are called, and how the school knows them. */
export function PersonDialog({ open, onOpenChange, title, ...form }: PersonDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <Form {...form} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({
  confirm,
  text,
  person,
  save,
  onDone,
}: Omit<PersonDialogProps, "open" | "onOpenChange" | "title"> & { onDone(): void }) {
  const { act, pending, problem } = useAct();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const written = (name: string) => String(form.get(name) ?? "").trim();
    act(() => save({ name: written("name"), email: written("email") || null, reference: written("reference") || null }), onDone);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {text && <p className="text-muted-foreground">{text}</p>}
      <Field label="Name" name="name" required maxLength={80} autoComplete="off" defaultValue={person?.name} />
      <Field
        label="E-mail address (optional)"
        name="email"
        type="email"
        maxLength={254}
        autoComplete="off"
        defaultValue={person?.email ?? ""}
      />
      <Field
        label="Reference (optional)"
        name="reference"
        maxLength={64}
        autoComplete="off"
        defaultValue={person?.reference ?? ""}
        hint="Such as a number of matriculation. It stands in the report's export."
      />
      <Problem>{problem}</Problem>
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={pending}>
          {confirm}
        </Button>
      </div>
    </form>
  );
}
