"use client";
import { Command } from "cmdk";
import { BookOpen, Hash, LoaderCircle, type LucideIcon, Search, SquareCheck, WholeWord } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { type Hit, LONGEST_QUERY } from "./answer.ts";
import { Marked } from "./marked.tsx";
import { useAnswer } from "./use-answer.ts";

export type SearchDialogProps = { text: string; onClose: () => void };

const KINDS: Readonly<Record<Hit["kind"], { Icon: LucideIcon; name: string }>> = {
  lesson: { Icon: BookOpen, name: "Lesson" },
  section: { Icon: Hash, name: "Section" },
  task: { Icon: SquareCheck, name: "Task" },
  term: { Icon: WholeWord, name: "Term" },
};

/** Finds places in lessons and glossary while the learner types, and goes there. */
export function SearchDialog({ text, onClose }: SearchDialogProps) {
  const router = useRouter();
  const [query, setQuery] = useState(text);
  const [selected, setSelected] = useState("");
  const { answer, answered, problem, retry } = useAnswer(query.trim());
  const awaited = problem === undefined && answered !== query.trim();
  // Enter before the answer is there opens its first hit when it comes.
  const [wanted, setWanted] = useState<string>();
  const gone = useRef(false);
  const [before] = useState(() => document.activeElement);

  const hits = answer?.groups.flatMap((group) => group.hits) ?? [];
  const first = hits[0]?.href;

  const go = (href: string) => {
    gone.current = true;
    onClose();
    const { pathname, hash } = new URL(href, location.href);
    // A place on this page is the browser's own business, as with any link to it.
    if (hash !== "" && pathname === location.pathname) location.assign(hash);
    else router.push(href);
  };
  const goWhenThere = useRef(go);
  goWhenThere.current = go;

  useEffect(() => {
    setSelected(first ?? "");
    if (wanted !== undefined && wanted === answered) {
      setWanted(undefined);
      if (first !== undefined) goWhenThere.current(first);
    }
  }, [first, answered, wanted]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !awaited || event.nativeEvent.isComposing) return;
    event.preventDefault();
    setWanted(query.trim());
  };

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(10_12_16/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!gone.current && before instanceof HTMLElement) before.focus();
          }}
          className="popover fixed top-[max(0.5rem,min(12vh,7rem))] left-1/2 z-50 w-[min(42rem,calc(100vw-1rem))] -translate-x-1/2 overflow-hidden max-md:top-2"
        >
          <Radix.Title className="sr-only">Search lessons and glossary</Radix.Title>
          <Command label="Search" shouldFilter={false} value={selected} onValueChange={setSelected} loop onKeyDown={onKeyDown}>
            <div className="flex h-13 items-center gap-3 border-b border-border px-4">
              {awaited ? (
                <LoaderCircle size={18} aria-hidden className="shrink-0 animate-spin text-muted-foreground" />
              ) : (
                <Search size={18} aria-hidden className="shrink-0 text-muted-foreground" />
              )}
              <Command.Input
                value={query}
                onValueChange={(value) => {
                  setQuery(value);
                  setWanted(undefined);
                }}
                maxLength={LONGEST_QUERY}
                placeholder="Search lessons and glossary"
                spellCheck={false}
                enterKeyHint="go"
                className="h-full min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted-foreground"
              />
              <Radix.Close asChild>
                <Button look="quiet" size="small" className="-mr-1.5">
                  Close
                </Button>
              </Radix.Close>
            </div>
            <p role="status" className="sr-only">
              {awaited || problem ? "" : `${hits.length} ${hits.length === 1 ? "result" : "results"}`}
            </p>
            {problem !== undefined && (
              <div role="alert" className="flex items-center justify-between gap-4 px-4 py-6">
                <p>{problem}</p>
                <Button size="small" onClick={retry}>
                  Try again
                </Button>
              </div>
            )}
            {!answer && problem === undefined && (
              <p className="search-wait px-4 py-8 text-center text-muted-foreground">Reading the lessons</p>
            )}
            {answer && hits.length === 0 && <Nothing query={answered ?? ""} />}
            <Command.List
              aria-busy={awaited}
              className={`max-h-[min(30rem,calc(100dvh-8rem))] overflow-y-auto overscroll-contain scroll-py-9 ${hits.length > 0 ? "pb-2" : ""}`}
            >
              {answer?.groups.map(({ name, hits }) => (
                <Command.Group
                  key={name}
                  heading={name}
                  className="[&>[cmdk-group-heading]]:sticky [&>[cmdk-group-heading]]:top-0 [&>[cmdk-group-heading]]:z-10 [&>[cmdk-group-heading]]:bg-surface [&>[cmdk-group-heading]]:px-4 [&>[cmdk-group-heading]]:pt-3 [&>[cmdk-group-heading]]:pb-1.5 [&>[cmdk-group-heading]]:text-[0.8125rem] [&>[cmdk-group-heading]]:font-medium [&>[cmdk-group-heading]]:text-muted-foreground"
                >
                  {hits.map((hit) => (
                    <Row key={hit.href} hit={hit} onSelect={() => go(hit.href)} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            <p
              aria-hidden
              className="flex gap-4 border-t border-border px-4 py-2 text-[0.8125rem] text-muted-foreground max-md:hidden"
            >
              <span>
                <kbd className="kbd">↑</kbd> <kbd className="kbd">↓</kbd> choose
              </span>
              <span>
                <kbd className="kbd">Enter</kbd> open
              </span>
              <span>
                <kbd className="kbd">Esc</kbd> close
              </span>
            </p>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Row({ hit: { kind, href, title, snippet }, onSelect }: { hit: Hit; onSelect: () => void }) {
  const { Icon, name } = KINDS[kind];
  return (
    <Command.Item
      value={href}
      onSelect={onSelect}
      className="mx-2 flex cursor-pointer items-start gap-3 rounded-md px-2 py-2 data-[selected=true]:bg-muted"
    >
      <Icon size={16} aria-hidden className="mt-[3px] shrink-0 text-muted-foreground" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <span className="sr-only">{name}: </span>
          <Marked text={title} />
        </span>
        <span className="line-clamp-2 text-[0.8125rem] leading-[1.45] text-muted-foreground">
          <Marked text={snippet} />
        </span>
      </span>
    </Command.Item>
  );
}

function Nothing({ query }: { query: string }) {
  return (
    <div className="px-4 py-8 text-center">
      {query === "" ? (
        <p className="text-muted-foreground">There are no lessons to search yet.</p>
      ) : (
        <>
          <p>
            Nothing holds <span className="font-medium break-words">{query}</span>.
          </p>
          <p className="mt-1 text-sm text-muted-foreground">Try one word: a command, a file, a flag, or what it does.</p>
        </>
      )}
    </div>
  );
}
