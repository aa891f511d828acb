"use client";
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Labelled } from "../ui/field.tsx";
import { useSent } from "./account-form.tsx";

const INPUT =
  "h-10 w-full rounded-md border border-border-strong bg-surface px-3 text-[0.9375rem] placeholder:text-muted-foreground aria-invalid:border-danger";

type Props = Omit<ComponentProps<"input">, "id" | "name"> & { name: string; label: string; hint?: string };

/** A field with its name above it, and below what to know of it and what is wrong with it. */
export function Field({ name, label, hint, ...input }: Props) {
  const { values, fields } = useSent();
  return (
    <Labelled label={label} hint={hint} problem={fields?.[name]}>
      {(described) => (
        <input {...input} {...described} name={name} defaultValue={values?.[name] ?? input.defaultValue} className={INPUT} />
      )}
    </Labelled>
  );
}

/** A password, hidden until its owner wants to see it. Password managers and pasting work. */
export function PasswordField({ name, label, hint, ...input }: Props) {
  const { fields } = useSent();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Labelled label={label} hint={hint} problem={fields?.[name]}>
      {(described) => (
        <span className="relative block">
          <input
            {...input}
            {...described}
            name={name}
            type={shown ? "text" : "password"}
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            className={`${INPUT} pr-11`}
          />
          <button
            type="button"
            aria-label="Show the password"
            aria-pressed={shown}
            aria-controls={described.id}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-md text-muted-foreground hover:text-foreground"
          >
            <Icon size={16} aria-hidden />
          </button>
        </span>
      )}
    </Labelled>
  );
}
