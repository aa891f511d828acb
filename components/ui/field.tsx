"use client";
import { Switch as RadixSwitch } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";

/** What every place to write in looks like. */
export const INPUT =
  "h-9 w-full min-w-0 rounded-md border border-border-strong bg-surface px-3 text-sm placeholder:text-muted-foreground aria-invalid:border-danger disabled:opacity-60";

type FieldProps = Omit<ComponentProps<"input">, "id"> & { label: string; hint?: ReactNode; problem?: string | undefined };

/** A line to write in, with its name above, and below what it is for or what is wrong with it. */
export function Field({ label, hint, problem, className = "", ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} problem={problem} className={className}>
      {(described) => <input className={INPUT} {...described} {...input} />}
    </Labelled>
  );
}

/** What ties a place to write in to its name, and to what is said of it. */
export type Described = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

type LabelledProps = {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  className?: string;
  children: (described: Described) => ReactNode;
};

/** The name above a place to write in, and below it what it is for and what is wrong with it. */
export function Labelled({ label, hint, problem, className = "", children }: LabelledProps) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": problem ? true : undefined })}
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

type ChoiceProps = Omit<ComponentProps<"input">, "id"> & { label: ReactNode; children?: ReactNode };

/** A box to tick (or with `type="radio"` one of several), with what it means beside it. */
export function Choice({ label, children, className = "", type = "checkbox", ...input }: ChoiceProps) {
  const id = useId();
  return (
    <div className={`flex gap-3 ${className}`}>
      <input
        id={id}
        type={type}
        className="mt-[3px] size-4 shrink-0 accent-accent"
        aria-describedby={children ? `${id}-text` : undefined}
        {...input}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block text-[0.9375rem] font-medium">
          {label}
        </label>
        {children && (
          <div id={`${id}-text`} className="text-sm text-muted-foreground">
            {children}
          </div>
        )}
      </div>
    </div>
  );
}

/** On or off, at once. */
export function Switch({ className = "", ...props }: ComponentProps<typeof RadixSwitch.Root>) {
  return (
    <RadixSwitch.Root
      className={`inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-border-strong bg-muted p-[2px] data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-50 ${className}`}
      {...props}
    >
      <RadixSwitch.Thumb className="block size-3.5 rounded-full bg-muted-foreground transition-transform duration-100 data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-foreground" />
    </RadixSwitch.Root>
  );
}

/** What is wrong, said where it happened. Read aloud when it comes. */
export function Problem({ children, className = "" }: { children: ReactNode; className?: string }) {
  return (
    <div role="alert" className={children ? `text-sm text-danger ${className}` : ""}>
      {children}
    </div>
  );
}
