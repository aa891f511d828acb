"use client";
import { LoaderCircle } from "lucide-react";
import { useActionState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import type { Answer } from "../use-act.ts";

type JoinFormProps = {
  /** What the learner is called already, or nothing. */
  name: string;
  isSignedIn: boolean;
  join(answer: Answer, form: FormData): Promise<Answer>;
};

/** Asks for a name, and nothing else. */
export function JoinForm({ name, isSignedIn, join }: JoinFormProps) {
  const [{ problem }, action, pending] = useActionState(join, {});
  return (
    <form action={action} className="mt-7">
      <Field
        label="Your name"
        name="name"
        required
        maxLength={80}
        defaultValue={name}
        autoComplete="name"
        hint={
          isSignedIn
            ? "Your instructor sees this name."
            : "Your instructor sees this name. Write it as it stands in their list, so that they know who you are."
        }
      />
      <Problem className="mt-3">{problem}</Problem>
      <Button look="primary" size="large" type="submit" busy={pending} className="mt-5">
        {pending && <LoaderCircle size={16} aria-hidden className="animate-spin" />}
        {pending ? "Joining" : "Join the class"}
      </Button>
    </form>
  );
}
