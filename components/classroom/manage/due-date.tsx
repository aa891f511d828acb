"use client";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { LocalTime } from "../local-time.tsx";

type DueDateProps = { title: string; dueAt: number | null; disabled: boolean; onChange(dueAt: number | null): void };

/** When a lesson is due, in the time zone of whoever sets it. */
export function DueDate({ title, dueAt, disabled, onChange }: DueDateProps) {
  const [open, setOpen] = useState(false);
  const keep = (due: number | null) => {
    setOpen(false);
    onChange(due);
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A local time without a zone is one of this browser's zone (ECMA-262, Date.parse).
    const due = Date.parse(String(new FormData(event.currentTarget).get("due")));
    if (!Number.isNaN(due)) keep(due);
  };
  return (
    <>
      <button
        type="button"
        disabled={disabled}
        className="rounded-sm underline decoration-border-strong underline-offset-2 hover:text-foreground hover:decoration-current"
        onClick={() => setOpen(true)}
      >
        {dueAt === null ? (
          "no due date"
        ) : (
          <>
            due <LocalTime at={dueAt} />
          </>
        )}
      </button>
      <Dialog open={open} onOpenChange={setOpen} title="Due date">
        <form onSubmit={submit}>
          <p className="mb-4 text-muted-foreground">
            Learners see when “{title}” is due, and the report says who was late. The lesson stays open.
          </p>
          <Field
            label="Due"
            name="due"
            type="datetime-local"
            required
            max="2199-12-31T23:59"
            defaultValue={localInput(dueAt ?? nextWeek())}
            hint={`In your time zone, ${zoneName()}. Learners see it in theirs.`}
          />
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            {dueAt !== null && <Button onClick={() => keep(null)}>Remove the date</Button>}
            <Button look="primary" type="submit">
              Set the date
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

/** As an input of type datetime-local has it: local, to the minute. */
function localInput(at: number): string {
  const moment = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

function nextWeek(): number {
  const moment = new Date();
  moment.setDate(moment.getDate() + 7);
  return moment.setHours(18, 0, 0, 0);
}

function zoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
