import Link from "next/link";
import type { ReactNode } from "react";
import { ThemeSwitch } from "../theme/theme-switch.tsx";
import { Wordmark } from "./wordmark.tsx";

/** What every page has but the lab: the name, the theme, a measure. */
export function PageFrame({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[72rem] px-5 md:px-8">
      <header className="flex h-16 items-center justify-between">
        <Link href="/" className="-mx-2 rounded-md px-2 py-1" aria-label="Unboxed, all lessons">
          <Wordmark />
        </Link>
        <ThemeSwitch />
      </header>
      <main id="main">{children}</main>
    </div>
  );
}
