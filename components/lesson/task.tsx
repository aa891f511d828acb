"use client";
import { Check, Lightbulb, LoaderCircle, LockKeyhole, SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLab } from "../lab/lab-context.tsx";
import { Button } from "../ui/button.tsx";
import { InlineCode } from "./inline-code.tsx";
import { Solution } from "./solution.tsx";
import { Tick } from "./tick.tsx";
import { useReason } from "./use-reason.ts";

export type TaskActions = {
  /** Gives a task's solution, and remembers that the learner saw it. */
  revealSolution(task: string): Promise<ReactNode>;
  /** Remembers that the learner opened a hint, the first being 0. */
  recordHint(task: string, hint: number): Promise<void>;
};

type TaskProps = TaskActions & { id: string; title: string; number: number; hints: readonly ReactNode[]; children: ReactNode };

/** One thing to do. It ticks by itself when its check passes in the sandbox. */
export function Task({ id, title, number, hints, revealSolution, recordHint, children }: TaskProps) {
  const { isDone, isOpen, snapshot, connection } = useLab();
  const [shownHints, setShownHints] = useState(0);
  const done = isDone(id);
  const closed = !done && !isOpen(id);
  const checking = snapshot?.checking.includes(id) ?? false;
  const { reason, ask } = useReason(id);
  const heading = `${id}-title`;
  const nextHint = () => {
    setShownHints(shownHints + 1);
    // The hint is there all the same; what is lost is only that it was read.
    recordHint(id, shownHints).catch((error: unknown) => console.warn("That the hint was opened is not kept:", error));
  };

  return (
    <section
      id={id}
      data-task={id}
      data-state={done ? "done" : closed ? "closed" : "todo"}
      aria-labelledby={heading}
      className="scroll-mt-18 rounded-lg border border-border-strong bg-surface data-[state=closed]:border-dashed data-[state=closed]:bg-transparent [.prose>&]:my-8"
    >
      <header className="flex items-start gap-3 px-4 pt-4">
        <Tick done={done} number={number} />
        <div className="min-w-0 flex-1">
          <p className="text-[0.8125rem] leading-5 text-muted-foreground">
            Task {number}
            <span className={done ? "font-medium text-success" : ""}> · {done ? "Done" : closed ? "Not open yet" : "To do"}</span>
          </p>
          <h3 id={heading} className="!mt-0 !text-[1.0625rem] font-semibold">
            <InlineCode text={title} />
          </h3>
        </div>
      </header>
      <div className={`task-body flow px-4 pt-2.5 ${closed ? "text-muted-foreground" : ""}`}>{children}</div>
      {closed ? (
        <p className="flex gap-2 px-4 pt-3 pb-4 text-[0.9375rem] leading-snug text-muted-foreground">
          <LockKeyhole size={16} aria-hidden className="mt-[3px] shrink-0" />
          Your instructor opens this task when the class is there.
        </p>
      ) : (
        <div className="px-4 pt-3 pb-3.5">
          <div aria-live="polite" className="text-[0.9375rem] leading-snug">
            {done ? (
              <p className="sr-only">Task {number} is done.</p>
            ) : (
              reason && (
                <p className="mb-3 flex gap-2 text-warning">
                  <SquareTerminal size={16} aria-hidden className="mt-[3px] shrink-0" />
                  <span>
                    <span className="font-medium">Not yet.</span> <InlineCode text={reason} />
                  </span>
                </p>
              )
            )}
          </div>
          {hints.length > 0 && shownHints > 0 && (
            <ol className="mb-3 list-none space-y-2" aria-label="Hints">
              {hints.slice(0, shownHints).map((hint, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: hints are a fixed list
                <li key={index} className="flex gap-2 text-[0.9375rem] leading-snug">
                  <Lightbulb size={16} aria-hidden className="mt-[3px] shrink-0 text-muted-foreground" />
                  <div className="flow min-w-0">{hint}</div>
                </li>
              ))}
            </ol>
          )}
          <div className="-ml-2.5 flex flex-wrap items-center gap-1">
            {!done && (
              <Button
                look="quiet"
                size="small"
                disabled={snapshot?.link.state !== "open"}
                busy={checking}
                onClick={() => {
                  ask();
                  connection?.check(id);
                }}
              >
                {checking ? <LoaderCircle size={15} aria-hidden className="animate-spin" /> : <Check size={15} aria-hidden />}
                {checking ? "Checking" : "Check"}
              </Button>
            )}
            {shownHints < hints.length && (
              <Button look="quiet" size="small" onClick={nextHint}>
                <Lightbulb size={15} aria-hidden />
                {shownHints === 0 ? "Hint" : "Next hint"}
                <span className="text-muted-foreground tabular-nums">
                  {shownHints + 1}/{hints.length}
                </span>
              </Button>
            )}
            <Solution task={id} done={done} hintsLeft={hints.length - shownHints} reveal={revealSolution} />
          </div>
        </div>
      )}
    </section>
  );
}
