import type { ReactNode } from "react";

/** A page that only says what happened and what can be done. */
export function Message({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="max-w-[40rem] py-[14vh]">
      <h1 className="text-2xl font-semibold tracking-[-0.02em]">{title}</h1>
      <div className="mt-3 space-y-3 text-muted-foreground">{children}</div>
      {actions && <div className="mt-6 flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
