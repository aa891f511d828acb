import { AccountForm } from "./account-form.tsx";
import type { FormAction } from "./form-state.ts";

/** An identity at the provider by which the account can be signed in to. */
export function LinkedIdentity({ id, name, since, unlink }: { id: string; name: string; since: string; unlink: FormAction }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div>
        <p className="text-sm font-medium">{name}</p>
        <p className="text-[0.8125rem] text-muted-foreground">Linked {since}</p>
      </div>
      <AccountForm action={unlink} submit="Unlink" look="outline">
        <input type="hidden" name="id" value={id} />
      </AccountForm>
    </li>
  );
}
