"use client";
import { CircleAlert, CircleCheck, LoaderCircle } from "lucide-react";
import { createContext, type ReactNode, startTransition, useActionState, useContext, useEffect, useRef } from "react";
import { Button } from "../ui/button.tsx";
import type { FormAction, FormState } from "./form-state.ts";

const Sent = createContext<FormState>({});

/** What came of the form around a field. */
export function useSent(): FormState {
  return useContext(Sent);
}

type Props = {
  action: FormAction;
  submit: string;
  look?: "primary" | "outline" | "danger";
  /** Over the whole width, or as small as one of many. */
  size?: "wide" | "medium" | "small";
  /** What the button says to whoever does not see what it stands beside. */
  label?: string;
  children?: ReactNode;
};

/** A form whose answer stands in its place: what is wrong beside each field, the rest above the button. It works without scripts too. */
export function AccountForm({ action, submit, look = "primary", size = "medium", label, children }: Props) {
  const [state, send, pending] = useActionState(action, {});
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (state.fields) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);
  return (
    <form
      ref={form}
      action={send}
      onSubmit={(event) => {
        // React empties a form that it sends itself, also where the answer is that something is wrong.
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        startTransition(() => send(data));
      }}
      className="space-y-5"
    >
      <Sent value={state}>{children}</Sent>
      <div aria-live="polite" className="empty:hidden">
        {state.problem !== undefined && (
          <p className="flex gap-2 text-sm text-danger">
            <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
            {state.problem}
          </p>
        )}
        {state.done !== undefined && !pending && (
          <p className="flex gap-2 text-sm text-success">
            <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0" />
            {state.done}
          </p>
        )}
      </div>
      <Button
        type="submit"
        look={look}
        size={size === "small" ? "small" : "medium"}
        aria-label={label}
        busy={pending}
        className={size === "wide" ? "h-10! w-full justify-center" : ""}
      >
        {pending && <LoaderCircle size={15} aria-hidden className="animate-spin" />}
        {submit}
      </Button>
    </form>
  );
}
