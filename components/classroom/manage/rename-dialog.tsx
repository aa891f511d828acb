"use client";
import type { SubmitEvent } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

type RenameProps = { open: boolean; onOpenChange(open: boolean): void; name: string; save(name: string): Promise<Answer> };

/** What a learner is called in the class. */
export function RenameDialog({ open, onOpenChange, name, save }: RenameProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Rename the learner">
      <Form name={name} save={save} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({ name, save, onDone }: Pick<RenameProps, "name" | "save"> & { onDone(): void }) {
  const { act, pending, problem } = useAct();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get("name") ?? "");
    act(() => save(next), onDone);
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="Name in this class"
        name="name"
        required
        maxLength={80}
        autoComplete="off"
        defaultValue={name}
        hint="The learner sees it too."
      />
      <Problem className="mt-3">{problem}</Problem>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={pending}>
          Save
        </Button>
      </div>
    </form>
  );
}
