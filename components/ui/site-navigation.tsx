"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { LinkWheel } from "./link-arrow.tsx";

const PAGES = [
  { href: "/", name: "Lessons" },
  { href: "/curriculum", name: "Curriculum" },
  { href: "/glossary", name: "Glossary" },
  { href: "/docs", name: "Docs" },
] as const;

/** The pages of the site, the one on which the learner is marked. */
export function SiteNavigation() {
  const here = usePathname();
  return (
    <nav aria-label="Site" className="max-md:order-last max-md:mt-1 max-md:-ml-2.5 max-md:w-full md:ml-4">
      <ul className="flex">
        {PAGES.map(({ href, name }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={here === href ? "page" : href !== "/" && here.startsWith(`${href}/`) ? "true" : undefined}
              className="relative block rounded-md px-2.5 py-1.5 text-sm font-medium text-muted-foreground hover:bg-muted hover:text-foreground aria-[current]:text-foreground aria-[current]:after:absolute aria-[current]:after:inset-x-2.5 aria-[current]:after:bottom-0.5 aria-[current]:after:h-0.5 aria-[current]:after:rounded-full aria-[current]:after:bg-accent"
            >
              {name}
              <span className="absolute top-1/2 -right-1.5 -translate-y-1/2">
                <LinkWheel size={13} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
