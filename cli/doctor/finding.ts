/** What a check found. */
export type Finding = {
  name: string;
  state: "ok" | "warning" | "failure";
  /** What is there. */
  found: string;
  /** Where it is not ok: what that means and how to cure it, one sentence. */
  cure?: string;
};

export const ok = (name: string, found: string): Finding => ({ name, state: "ok", found });
export const warning = (name: string, found: string, cure: string): Finding => ({ name, state: "warning", found, cure });
export const failure = (name: string, found: string, cure: string): Finding => ({ name, state: "failure", found, cure });
