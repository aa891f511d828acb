import Link from "next/link";
import { LinkArrow } from "../../ui/link-arrow.tsx";

export type StripClass = { href: string; name: string; text: string };

/** A line of the home page for each class of whoever looks. `more`: how many further ones there are. */
export function ClassStrip({ classes, more }: { classes: readonly StripClass[]; more: number }) {
  return (
    <section aria-labelledby="classes" className="mb-12">
      <h2 id="classes" className="mb-3 text-xl font-semibold tracking-[-0.018em]">
        {classes.length + more === 1 ? "Your class" : "Your classes"}
      </h2>
      <ul className="divide-y divide-border rounded-lg border border-border-strong bg-surface">
        {classes.map(({ href, name, text }) => (
          <li key={href}>
            <Link href={href} className="flex items-center gap-4 px-4 py-3.5 hover:bg-muted/60 focus-visible:-outline-offset-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate font-semibold">{name}</span>
                <span className="block text-[0.8125rem] text-muted-foreground">{text}</span>
              </span>
              <span className="text-accent">
                <LinkArrow size={16} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="mt-2.5 text-sm">
          <Link href="/classes" className="rounded-sm font-medium text-accent underline-offset-2 hover:underline">
            {more} more
          </Link>
        </p>
      )}
    </section>
  );
}
