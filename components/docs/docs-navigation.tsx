"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { LinkWheel } from "../ui/link-arrow.tsx";

type Section = { name: string; pages: readonly { slug: string; title: string }[] };

/** The documents, the one that is read marked: a column beside it, or on a phone a line that scrolls. */
export function DocsNavigation({ sections }: { sections: readonly Section[] }) {
  const here = usePathname();
  const line = useRef<HTMLElement>(null);
  // On a phone the name of the page that is read may lie beyond the line's end. (scrollIntoView would scroll the page as well.)
  useEffect(() => {
    const name = line.current?.querySelector("[aria-current]");
    if (line.current && name) line.current.scrollLeft += name.getBoundingClientRect().left - line.current.clientWidth / 3;
  }, []);
  return (
    <nav
      ref={line}
      aria-label="Documentation"
      className="max-md:-mx-5 max-md:mb-6 max-md:flex max-md:gap-x-5 max-md:overflow-x-auto max-md:border-b max-md:border-border max-md:px-5 max-md:pb-3 md:sticky md:top-6 md:self-start"
    >
      {sections.map(({ name, pages }) => (
        <div key={name} className="shrink-0 md:mb-7">
          <h2 className="mb-1.5 text-[0.8125rem] font-medium text-muted-foreground md:px-2.5">{name}</h2>
          <ul className="flex md:flex-col">
            {pages.map(({ slug, title }) => (
              <li key={slug}>
                <Link
                  href={`/docs/${slug}`}
                  aria-current={here === `/docs/${slug}` ? "page" : undefined}
                  className="relative block whitespace-nowrap rounded-md py-1.5 pr-5 text-sm text-muted-foreground hover:text-foreground aria-[current]:font-medium aria-[current]:text-foreground md:px-2.5 md:hover:bg-muted md:aria-[current]:bg-muted"
                >
                  {title}
                  <span className="absolute top-1/2 right-0.5 -translate-y-1/2">
                    <LinkWheel size={13} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
