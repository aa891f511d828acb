"use client";
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { useSent } from "./account-form.tsx";

const INPUT =
  "h-10 w-full rounded-md border border-border-strong bg-surface px-3 text-[0.9375rem] placeholder:text-muted-foreground aria-invalid:border-danger";

type Props = Omit<ComponentProps<"input">, "id" | "name"> & { name: string; label: string; hint?: string };

/** A field with its name above it, and below what to know of it and what is wrong with it. */
export function Field({ name, label, hint, ...input }: Props) {
  const { values } = useSent();
  return (
    <Labelled name={name} label={label} hint={hint}>
      {(described) => (
        <input {...input} {...described} name={name} defaultValue={values?.[name] ?? input.defaultValue} className={INPUT} />
      )}
    </Labelled>
  );
}

/** A password, hidden until its owner wants to see it. Password managers and pasting work. */
export function PasswordField({ name, label, hint, ...input }: Props) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Labelled name={name} label={label} hint={hint}>
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

type Described = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

function Labelled({
  name,
  label,
  hint,
  children,
}: {
  name: string;
  label: string;
  hint: string | undefined;
  children: (described: Described) => ReactNode;
}) {
  const id = useId();
  const problem = useSent().fields?.[name];
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": problem === undefined ? undefined : true })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-[0.8125rem] text-muted-foreground">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="mt-1.5 text-[0.8125rem] text-danger">
          {problem}
        </p>
      )}
    </div>
  );
}
