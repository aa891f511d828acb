"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { LinkWheel } from "../../ui/link-arrow.tsx";

const TABS = [
  { path: "", name: "Lessons" },
  { path: "/learners", name: "Learners" },
  { path: "/board", name: "Board" },
  { path: "/report", name: "Report" },
  { path: "/settings", name: "Settings" },
] as const;

/** The pages of a class, the one that is seen marked. On a phone a line that scrolls. */
export function ClassTabs({ id }: { id: string }) {
  const here = usePathname();
  const line = useRef<HTMLElement>(null);
  useEffect(() => {
    const tab = line.current?.querySelector(`[aria-current][href="${here}"]`);
    if (line.current && tab) line.current.scrollLeft += tab.getBoundingClientRect().left - line.current.clientWidth / 2;
  }, [here]);
  return (
    <nav
      ref={line}
      aria-label="Class"
      className="mt-5 mb-6 overflow-x-auto border-b border-border max-md:-mx-5 max-md:px-5 md:mb-8"
    >
      <ul className="-ml-2.5 flex">
        {TABS.map(({ path, name }) => {
          const href = `/classes/${id}${path}`;
          const isHere = here === href || (path !== "" && here.startsWith(`${href}/`));
          return (
            <li key={name}>
              <Link
                href={href}
                aria-current={isHere ? (here === href ? "page" : "true") : undefined}
                className="relative block px-2.5 pt-1.5 pb-2.5 text-sm font-medium whitespace-nowrap text-muted-foreground hover:text-foreground focus-visible:-outline-offset-2 aria-[current]:text-foreground aria-[current]:after:absolute aria-[current]:after:inset-x-2.5 aria-[current]:after:bottom-0 aria-[current]:after:h-0.5 aria-[current]:after:bg-accent"
              >
                {name}
                <span className="absolute top-1/2 -right-1 -translate-y-1/2">
                  <LinkWheel size={12} />
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
