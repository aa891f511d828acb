"use client";
import { Archive, ArchiveRestore, Trash2 } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

type ClassEndProps = {
  name: string;
  isArchived: boolean;
  isOwner: boolean;
  archive(): Promise<Answer>;
  restore(): Promise<Answer>;
  remove(name: string): Promise<Answer>;
};

/** Archive and back, and for its owner the end for good. */
export function ClassEnd({ name, isArchived, isOwner, archive, restore, remove }: ClassEndProps) {
  const { act, pending, problem } = useAct();
  const [asking, setAsking] = useState(false);
  const [deleting, setDeleting] = useState(false);
  return (
    <section aria-labelledby="end">
      <h2 id="end" className="text-lg font-semibold tracking-[-0.012em]">
        {isArchived ? "Archived" : "When the class is over"}
      </h2>
      <p className="mt-1 text-muted-foreground">
        {isArchived
          ? "Restore it, and learners join and work in it as before."
          : "Archive it: nobody joins any more, its lessons are open to its learners, and the report stays. It can be restored."}
      </p>
      <Problem className="mt-3">{problem}</Problem>
      <div className="mt-4 flex flex-wrap gap-2">
        {isArchived ? (
          <Button busy={pending} onClick={() => act(restore)}>
            <ArchiveRestore size={15} aria-hidden />
            Restore the class
          </Button>
        ) : (
          <Button busy={pending} onClick={() => setAsking(true)}>
            <Archive size={15} aria-hidden />
            Archive the class
          </Button>
        )}
        {isOwner && (
          <Button look="danger" busy={pending} onClick={() => setDeleting(true)}>
            <Trash2 size={15} aria-hidden />
            Delete the class
          </Button>
        )}
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Archive ${name}?`}
        confirm="Archive it"
        onConfirm={() => act(archive)}
      >
        Nobody joins it any more, and its lessons are open to its learners at their own pace. Nothing is lost.
      </Confirm>
      <Dialog open={deleting} onOpenChange={setDeleting} title={`Delete ${name}?`}>
        <DeleteForm name={name} remove={remove} onDone={() => setDeleting(false)} />
      </Dialog>
    </section>
  );
}

function DeleteForm({ name, remove, onDone }: Pick<ClassEndProps, "name" | "remove"> & { onDone(): void }) {
  const { act, pending, problem } = useAct();
  const [typed, setTyped] = useState("");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    act(() => remove(typed));
  };
  return (
    <form onSubmit={submit}>
      <p className="mb-4 text-muted-foreground">
        Its roster, its report and its recordings are gone for good. What learners did stays theirs.
      </p>
      <Field
        label={`Type the class's name, ${name}`}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        autoComplete="off"
        maxLength={100}
      />
      <Problem className="mt-3">{problem}</Problem>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="danger" type="submit" disabled={typed.trim() !== name} busy={pending}>
          Delete for good
        </Button>
      </div>
    </form>
  );
}
