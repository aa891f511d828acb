"use client";
import { type SubmitEvent, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

type Instructor = { account: string; name: string; email: string; isOwner: boolean };

type InstructorsProps = {
  instructors: readonly Instructor[];
  /** The account that looks. */
  me: string;
  isOwner: boolean;
  disabled: boolean;
  add(email: string): Promise<Answer>;
  remove(account: string): Promise<Answer>;
  handOver(account: string): Promise<Answer>;
};

/** Who teaches the class. */
export function Instructors({ instructors, me, isOwner, disabled, add, remove, handOver }: InstructorsProps) {
  const { act, pending, problem } = useAct();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email") ?? "");
    act(
      () => add(email),
      () => form.current?.reset(),
    );
  };
  return (
    <section aria-labelledby="instructors">
      <h2 id="instructors" className="text-lg font-semibold tracking-[-0.012em]">
        Instructors
      </h2>
      <p className="mt-1 text-muted-foreground">
        Each of them sees and does everything in this class. Only the owner hands it over, takes others out and deletes it.
      </p>
      <ul className="mt-4 border-t border-border">
        {instructors.map((one) => (
          <li key={one.account} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-border py-2.5">
            <div className="min-w-0 flex-1 basis-52">
              <p className="font-medium break-words">
                {one.name}
                {one.account === me && <span className="font-normal text-muted-foreground"> (you)</span>}
              </p>
              <p className="text-sm break-words text-muted-foreground">{one.email}</p>
            </div>
            {one.isOwner ? (
              <span className="text-sm text-muted-foreground">Owner</span>
            ) : (
              <span className="-mr-2.5 flex gap-1">
                {isOwner && (
                  <HandOver name={one.name} disabled={disabled || pending} onConfirm={() => act(() => handOver(one.account))} />
                )}
                {(isOwner || one.account === me) && (
                  <TakeOut
                    name={one.name}
                    isMe={one.account === me}
                    disabled={disabled || pending}
                    onConfirm={() => act(() => remove(one.account))}
                  />
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      <form ref={form} onSubmit={submit} className="mt-5">
        <div className="flex items-end gap-2">
          <Field
            label="Add an instructor by e-mail address"
            name="email"
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            disabled={disabled}
            className="min-w-0 flex-1"
          />
          <Button type="submit" disabled={disabled} busy={pending}>
            Add
          </Button>
        </div>
        <p className="mt-1.5 text-[0.8125rem] text-muted-foreground">They need an instructor's account on this site.</p>
        <Problem className="mt-3">{problem}</Problem>
      </form>
    </section>
  );
}

type AskProps = { name: string; disabled: boolean; onConfirm(): void };

function HandOver({ name, disabled, onConfirm }: AskProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" size="small" disabled={disabled} onClick={() => setAsking(true)}>
        Make owner
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Hand the class over to ${name}?`}
        confirm="Hand over"
        onConfirm={onConfirm}
      >
        {name} then says who else teaches it, and can delete it. The owner until now stays an instructor.
      </Confirm>
    </>
  );
}

function TakeOut({ name, isMe, disabled, onConfirm }: AskProps & { isMe: boolean }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" size="small" disabled={disabled} onClick={() => setAsking(true)}>
        {isMe ? "Leave" : "Take out"}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={isMe ? "Teach this class no longer?" : `Take ${name} out of the class?`}
        confirm={isMe ? "Leave" : "Take out"}
        danger
        onConfirm={onConfirm}
      >
        {isMe ? "You see nothing of it from then on." : `${name} sees nothing of it from then on.`}
      </Confirm>
    </>
  );
}
