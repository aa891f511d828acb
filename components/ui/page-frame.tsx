import Link from "next/link";
import type { ReactNode } from "react";
import { AccountMenu } from "../account/account-menu.tsx";
import { SearchButton } from "../search/search-button.tsx";
import { ThemeSwitch } from "../theme/theme-switch.tsx";
import { SiteNavigation } from "./site-navigation.tsx";
import { Wordmark } from "./wordmark.tsx";

/** What every page has but the lab: the name, the ways through the site, the theme, a measure. On a phone the ways are a line of their own. */
export function PageFrame({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[72rem] px-5 md:px-8">
      <a href="#main" className="skip-link">
        Skip to the page
      </a>
      <header className="flex flex-wrap items-center gap-x-2 pt-3 md:h-16 md:flex-nowrap md:pt-0">
        <Link href="/" className="-mx-2 flex rounded-md px-2 py-1" aria-label="Unboxed, all lessons">
          <Wordmark />
        </Link>
        <SiteNavigation />
        <span className="flex-1" />
        <SearchButton />
        <ThemeSwitch />
        <AccountMenu />
      </header>
      <main id="main">{children}</main>
    </div>
  );
}
