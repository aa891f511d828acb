import { Field, PasswordField } from "./field.tsx";

/** The same that classroom/passwords.ts demands; there is what counts. */
const SHORTEST_PASSWORD = 15;

export function NewAccountFields() {
  return (
    <>
      <Field name="name" label="Name" hint="What others here see of you." autoComplete="name" maxLength={100} required />
      <Field name="email" label="E-mail address" type="email" autoComplete="username" required />
      <NewPasswordField name="password" label="Password" />
    </>
  );
}

export function NewPasswordField({ name, label }: { name: string; label: string }) {
  return (
    <PasswordField
      name={name}
      label={label}
      hint="15 characters or more: four or five words do. Spaces and all signs are fine."
      autoComplete="new-password"
      minLength={SHORTEST_PASSWORD}
      required
    />
  );
}
