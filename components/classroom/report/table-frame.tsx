import type { ReactNode } from "react";
import "./report.css";

/** A wide table that scrolls by itself, also by keys. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section aria-label={label} tabIndex={0} className="report relative -mx-5 overflow-x-auto px-5 md:-mx-8 md:px-8">
      {children}
    </section>
  );
}
