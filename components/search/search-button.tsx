"use client";
import { Search } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { isMac, useSearch } from "./search-provider.tsx";

const never = () => () => {};

/** The keys that open the search on this machine; undefined until that is known. */
export function useSearchKeys(): string | undefined {
  return useSyncExternalStore(
    never,
    () => (isMac() ? "⌘ K" : "Ctrl K"),
    () => undefined,
  );
}

/** Opens the search: with its name and keys where there is room, else as an icon. */
export function SearchButton({ compact = false }: { compact?: boolean }) {
  const { open, prepare } = useSearch();
  const keys = useSearchKeys();
  const handlers = { onClick: () => open(), onPointerEnter: prepare, onFocus: prepare };
  const icon = (
    <Button look="quiet" size="icon" aria-label="Search" className={compact ? "" : "md:hidden"} {...handlers}>
      <Search size={16} aria-hidden />
    </Button>
  );
  if (compact) {
    return (
      <Tooltip label="Search lessons and glossary" {...(keys ? { keys } : {})}>
        {icon}
      </Tooltip>
    );
  }
  return (
    <>
      {icon}
      <Button aria-label="Search" className="h-8! w-52 font-normal! text-muted-foreground max-md:hidden" {...handlers}>
        <Search size={15} aria-hidden />
        <span className="flex-1 text-left">Search</span>
        <kbd className="kbd -mr-1.5" aria-hidden>
          {keys ?? "      "}
        </kbd>
      </Button>
    </>
  );
}
