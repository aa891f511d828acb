/** What came of a form that was sent. */
export type FormState = {
  /** What is wrong with the whole, in a sentence. */
  problem?: string;
  /** What is wrong with a field, by its name. */
  fields?: Readonly<Record<string, string>>;
  /** What was typed, by field, so that it stands there again. Never a password. */
  values?: Readonly<Record<string, string>>;
  /** What was done, where the page stays. */
  done?: string;
};

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;
