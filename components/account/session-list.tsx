import { AccountForm } from "./account-form.tsx";
import type { FormAction } from "./form-state.ts";

export type ShownSession = {
  id: string;
  /** For example `Firefox on Linux`. */
  device: string;
  /** When it was used last, in words. */
  lastSeen: string;
  /** Whether it is the one that asks. */
  isThis: boolean;
};

type Props = { sessions: readonly ShownSession[]; endOne: FormAction; endOthers: FormAction };

/** Where the account is signed in. */
export function SessionList({ sessions, endOne, endOthers }: Props) {
  return (
    <div className="space-y-5">
      <ul className="divide-y divide-border border-y border-border">
        {sessions.map(({ id, device, lastSeen, isThis }) => (
          <li key={id} className="flex min-h-14 items-center gap-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm font-medium">{device}</p>
              <p className="text-[0.8125rem] text-muted-foreground">{isThis ? "This browser" : `Used ${lastSeen}`}</p>
            </div>
            {!isThis && (
              <AccountForm action={endOne} submit="Sign out" label={`Sign out ${device}`} look="outline" size="small">
                <input type="hidden" name="id" value={id} />
              </AccountForm>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <AccountForm action={endOthers} submit="Sign out everywhere else" look="outline" />}
    </div>
  );
}
