"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Popover } from "radix-ui";
import { type MouseEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { InlineCode } from "../lesson/inline-code.tsx";
import { type GlossaryTerm, sourceName } from "./glossary-term.ts";
import { KindMark } from "./kind-mark.tsx";

/**
 * A term in the text, which says what it means when it is clicked, tapped, or entered from the keyboard. To whoever has no
 * scripts, or wants it in a tab of its own, it is a link to the glossary. `id` makes it an anchor.
 */
export function Term({ entry, id, children }: { entry: GlossaryTerm; id?: string | undefined; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const word = useRef<HTMLAnchorElement>(null);
  const { slug } = entry;

  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setOpen(!open);
  };
  return (
    <>
      <a
        ref={word}
        id={id}
        href={`/glossary#${slug}`}
        className="term"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={onClick}
      >
        {children}
      </a>
      {open && <Explanation entry={entry} word={word} onClose={() => setOpen(false)} />}
    </>
  );
}

type ExplanationProps = { entry: GlossaryTerm; word: RefObject<HTMLAnchorElement | null>; onClose: () => void };

/** In the page only while it is open: a lesson has dozens of terms. */
function Explanation({ entry: { slug, term, says, see, taught }, word, onClose }: ExplanationProps) {
  const here = usePathname();
  return (
    <Popover.Root open onOpenChange={onClose}>
      <Popover.Anchor virtualRef={word} />
      <Popover.Portal>
        <Popover.Content
          aria-label={term}
          side="top"
          sideOffset={6}
          collisionPadding={12}
          // The word closes it by its own click.
          onInteractOutside={(event) => {
            if (event.target instanceof Node && word.current?.contains(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            word.current?.focus({ preventScroll: true });
          }}
          className="popover term-popover z-40 w-[min(25rem,calc(100vw-1.5rem))] text-[0.9375rem] leading-normal"
        >
          <div className="px-4 pt-3 pb-3.5">
            <p className="flex items-center gap-2 font-semibold">
              <KindMark slug={slug} />
              {term}
            </p>
            <p className="mt-1 text-muted-foreground">
              <InlineCode text={says} />
            </p>
          </div>
          <p className="flex flex-wrap gap-x-4 gap-y-1 border-t border-border px-4 py-2 text-[0.8125rem] text-muted-foreground">
            {taught && (
              <span>
                Taught in{" "}
                {taught.href.startsWith(`${here}#`) ? (
                  "this lesson"
                ) : (
                  <Link href={taught.href} className="font-medium text-accent hover:underline">
                    {taught.title}
                  </Link>
                )}
              </span>
            )}
            <Link href={`/glossary#${slug}`} className="font-medium text-accent hover:underline">
              Glossary
            </Link>
            {see && (
              <a href={see} target="_blank" rel="noreferrer" className="font-medium text-accent hover:underline">
                {sourceName(see)}
              </a>
            )}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
