"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import { startTransition } from "react";
import { Button } from "../ui/button.tsx";
import { useWho } from "./who.tsx";

const ITEM =
  "flex h-8 w-full cursor-default items-center rounded-sm px-2 text-sm outline-none data-highlighted:bg-muted max-md:h-10";

/** The way in for somebody who is not signed in; else what is theirs. `compact`: among much else, so that a phone has room for the latter alone. */
export function AccountMenu({ compact = false }: { compact?: boolean }) {
  const known = useWho();
  const here = usePathname();
  if (known === undefined) return null;
  const { who, signOut } = known;
  if (who === undefined) {
    const isThere = /^\/(sign-in|sign-up)$/.test(here);
    return (
      <Button asChild look="quiet" size="small" className={compact ? "max-md:hidden" : ""}>
        <Link href={here === "/" || isThere ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`} prefetch={false}>
          Sign in
        </Link>
      </Button>
    );
  }
  const pages = [
    { href: "/account", name: "Account" },
    { href: "/classes", name: who.role === "learner" ? "Classes" : "My classes" },
    ...(who.role === "operator"
      ? [
          { href: "/operator", name: "Operator page" },
          { href: "/people", name: "People" },
        ]
      : []),
  ];
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          aria-label={`Account of ${who.name}`}
          className="mx-1 flex size-7 items-center justify-center rounded-full border border-border-strong bg-surface text-[0.6875rem] font-semibold tracking-wide text-muted-foreground hover:text-foreground data-[state=open]:text-foreground"
        >
          {initials(who.name)}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="popover z-50 w-52 p-1">
          <DropdownMenu.Label className="truncate px-2 pt-1 pb-1.5 text-[0.8125rem] text-muted-foreground">
            {who.name}
          </DropdownMenu.Label>
          {pages.map(({ href, name }) => (
            <DropdownMenu.Item key={href} asChild>
              <Link href={href} prefetch={false} className={ITEM}>
                {name}
              </Link>
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="my-1 h-px bg-border" />
          <DropdownMenu.Item onSelect={() => startTransition(signOut)} className={ITEM}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}
