import type { ReactNode } from "react";

/** One matter of a page of settings: what it is on the left, what can be done on the right. */
export function Section({ id, title, lead, children }: { id: string; title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-12 gap-y-5 border-t border-border py-8 md:grid-cols-[17rem_minmax(0,1fr)]"
    >
      <div>
        <h2 id={id} className="scroll-mt-6 text-base font-semibold tracking-[-0.01em]">
          {title}
        </h2>
        {lead && <p className="mt-1 max-w-[40ch] text-sm text-muted-foreground">{lead}</p>}
      </div>
      <div className="max-w-[34rem] min-w-0">{children}</div>
    </section>
  );
}
