import { termKind } from "./glossary-term.ts";

/** The colour of a namespace type or a controller, before its name. Nothing for other terms. */
export function KindMark({ slug }: { slug: string }) {
  const kind = termKind(slug);
  return kind && <span aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: `var(--${kind})` }} />;
}
