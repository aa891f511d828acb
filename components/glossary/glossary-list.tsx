"use client";
import { Check, Search, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { InlineCode } from "../lesson/inline-code.tsx";
import { useSearch } from "../search/search-provider.tsx";
import { Button } from "../ui/button.tsx";
import { type GlossaryTerm, sourceName } from "./glossary-term.ts";
import { KindMark } from "./kind-mark.tsx";
import { ALPHABET, byLetter, fits } from "./letters.ts";

export type ListedTerm = GlossaryTerm & {
  /** How far the learner is in the lesson that teaches it. */
  progress: { tasks: number; done: number } | undefined;
};

/** All terms in the alphabet's order, with a box that narrows them down. Each has an anchor of its own. */
export function GlossaryList({ terms }: { terms: readonly ListedTerm[] }) {
  const [text, setText] = useState("");
  const { open } = useSearch();
  const shown = terms.filter((term) => fits(term, text.trim()));
  const groups = byLetter(shown);

  // Whoever follows a link to a term wants to see it, whatever the box says.
  useEffect(() => {
    const onHash = () => setText("");
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);

  return (
    <>
      <div className="sticky top-0 z-10 -mx-5 flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-border bg-background px-5 py-2.5 md:-mx-8 md:px-8">
        <search className="flex h-9 w-full items-center gap-2 rounded-md border border-border-strong bg-surface pl-2.5 focus-within:border-accent focus-within:ring-1 focus-within:ring-accent md:w-64">
          <Search size={15} aria-hidden className="shrink-0 text-muted-foreground" />
          <input
            aria-label="Filter the terms"
            placeholder="Filter"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setText("")}
            className="h-full min-w-0 flex-1 bg-transparent text-[0.9375rem] outline-none placeholder:text-muted-foreground"
          />
          {text !== "" && (
            <Button look="quiet" size="icon" aria-label="Clear the filter" onClick={() => setText("")}>
              <X size={15} aria-hidden />
            </Button>
          )}
        </search>
        <Letters present={new Set(groups.map(({ letter }) => letter))} />
        <p role="status" className="ml-auto text-[0.8125rem] text-muted-foreground tabular-nums max-md:sr-only">
          {shown.length === terms.length ? `${terms.length} terms` : `${shown.length} of ${terms.length} terms`}
        </p>
      </div>
      {groups.length === 0 && (
        <div className="py-14">
          <p>
            No term holds <span className="font-medium break-words">{text.trim()}</span>.
          </p>
          <p className="mt-1 text-muted-foreground">It may be in the text of a lesson.</p>
          <div className="mt-5 flex gap-2">
            <Button onClick={() => open(text.trim())}>Search the lessons</Button>
            <Button look="quiet" onClick={() => setText("")}>
              Show all terms
            </Button>
          </div>
        </div>
      )}
      <div className="pb-24">
        {groups.map(({ letter, terms }) => (
          <section
            key={letter}
            aria-labelledby={letterId(letter)}
            className="border-b border-border py-5 md:grid md:grid-cols-[3rem_1fr]"
          >
            <h2
              id={letterId(letter)}
              className="scroll-mt-32 pb-2 font-mono text-sm leading-6 text-muted-foreground md:scroll-mt-20"
            >
              {letter === "#" ? "Other" : letter}
            </h2>
            <dl className="space-y-6">
              {terms.map((term) => (
                <Entry key={term.slug} {...term} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}

function Letters({ present }: { present: ReadonlySet<string> }) {
  const letters = present.has("#") ? ["#", ...ALPHABET] : ALPHABET;
  return (
    <nav aria-label="Letters" className="min-w-0 overflow-x-auto max-md:w-full">
      <ul className="-ml-1 flex">
        {letters.map((letter) => (
          <li key={letter}>
            {present.has(letter) ? (
              <a
                href={`#${letterId(letter)}`}
                className="flex h-7 min-w-6 items-center justify-center rounded-sm font-mono text-[0.8125rem] hover:bg-muted"
              >
                {letter}
              </a>
            ) : (
              <span
                aria-hidden
                className="flex h-7 min-w-6 items-center justify-center font-mono text-[0.8125rem] text-border-strong"
              >
                {letter}
              </span>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Entry({ slug, term, says, see, taught, progress }: ListedTerm) {
  return (
    <div
      id={slug}
      className="glossary-entry scroll-mt-32 gap-x-10 gap-y-1 md:scroll-mt-20 lg:grid lg:grid-cols-[minmax(0,65ch)_minmax(0,1fr)]"
    >
      <dt className="flex items-center gap-2 font-semibold lg:col-span-2">
        <KindMark slug={slug} />
        <a href={`#${slug}`} className="hover:underline">
          {term}
        </a>
      </dt>
      <dd className="leading-relaxed text-muted-foreground">
        <InlineCode text={says} />
      </dd>
      <dd className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] max-lg:mt-1.5 lg:flex-col lg:pt-0.5">
        {taught && (
          <span className="text-muted-foreground">
            <Link href={taught.href} className="font-medium text-accent hover:underline">
              {taught.title}
            </Link>
            {progress && <Standing {...progress} />}
          </span>
        )}
        {see && (
          <a
            href={see}
            target="_blank"
            rel="noreferrer"
            className="w-fit text-muted-foreground underline-offset-2 hover:underline"
          >
            <span className="sr-only">Source: </span>
            {sourceName(see)}
          </a>
        )}
      </dd>
    </div>
  );
}

/** How far the learner is in the lesson; of one not begun nothing is said. */
function Standing({ tasks, done }: { tasks: number; done: number }) {
  if (done === 0) return null;
  if (done < tasks) return ` · ${done} of ${tasks} tasks`;
  return (
    <span className="text-success">
      {" "}
      <Check size={13} strokeWidth={2.5} aria-hidden className="inline align-[-2px]" /> worked through
    </span>
  );
}

function letterId(letter: string): string {
  return letter === "#" ? "letter-other" : `letter-${letter.toLowerCase()}`;
}
