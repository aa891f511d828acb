"use client";
import { Check, ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { OutlineEntry } from "../../curriculum/lesson.ts";
import { InlineCode } from "../lesson/inline-code.tsx";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useLab } from "./lab-context.tsx";

/** Stays at the top of the lesson: its tasks as numbers to jump to, ticked where done, and the table of contents. */
export function Contents({ outline }: { outline: readonly OutlineEntry[] }) {
  const { tasks, isDone, isOpen } = useLab();
  const next = tasks.find(({ id }) => !isDone(id));
  return (
    <nav
      aria-label="Tasks and contents"
      className="sticky top-0 z-10 flex items-center gap-2 border-b border-border bg-background px-4 py-1.5 @3xl:px-8"
    >
      <ol className="flex min-w-0 flex-1 list-none gap-1 overflow-x-auto p-0.5">
        {tasks.map(({ id, title }, index) => {
          const done = isDone(id);
          const current = id === next?.id;
          return (
            <li key={id}>
              <Tooltip label={title.replaceAll("`", "")}>
                <a
                  href={`#${id}`}
                  aria-label={`Task ${index + 1}: ${title.replaceAll("`", "")}${done ? ", done" : isOpen(id) ? "" : ", not open yet"}`}
                  className={`flex size-7 items-center justify-center rounded-md font-mono text-[0.8125rem] tabular-nums ${
                    done
                      ? "text-success hover:bg-muted"
                      : !isOpen(id)
                        ? "border border-dashed border-border-strong text-muted-foreground hover:bg-muted"
                        : current
                          ? "bg-muted font-semibold text-foreground"
                          : "text-muted-foreground hover:bg-muted"
                  }`}
                >
                  {done ? <Check size={15} strokeWidth={2.5} aria-hidden /> : index + 1}
                </a>
              </Tooltip>
            </li>
          );
        })}
      </ol>
      <TableOfContents outline={outline} isDone={isDone} />
    </nav>
  );
}

function TableOfContents({ outline, isDone }: { outline: readonly OutlineEntry[]; isDone: (task: string) => boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button look="quiet" size="small">
          Contents
          <ChevronDown size={14} aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Contents"
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="popover z-40 max-h-[min(34rem,70dvh)] w-[min(24rem,calc(100vw-1.5rem))] overflow-y-auto p-1.5"
        >
          <ol className="list-none text-sm leading-snug">
            {outline.map(({ kind, id, text, depth }) => (
              <li key={`${kind}-${id}`}>
                <a
                  href={`#${id}`}
                  onClick={() => setOpen(false)}
                  style={{ paddingLeft: `${0.5 + Math.max(0, depth - 2) * 0.75}rem` }}
                  className={`flex items-start gap-2 rounded-sm py-1.5 pr-2 hover:bg-muted ${kind === "heading" && depth === 2 ? "font-semibold" : "text-muted-foreground"}`}
                >
                  {kind === "task" && (
                    <span
                      aria-hidden
                      className={`mt-[3px] flex size-3.5 shrink-0 items-center justify-center rounded-[3px] border ${isDone(id) ? "border-success bg-success text-surface" : "border-border-strong"}`}
                    >
                      {isDone(id) && <Check size={10} strokeWidth={3.5} />}
                    </span>
                  )}
                  {kind === "quiz" && (
                    <span aria-hidden className="w-3.5 shrink-0 text-center">
                      ?
                    </span>
                  )}
                  <span className="line-clamp-2">
                    <InlineCode text={text} />
                  </span>
                </a>
              </li>
            ))}
          </ol>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
