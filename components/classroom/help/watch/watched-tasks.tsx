"use client";
import { ChevronDown, Lightbulb, SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { InlineCode } from "../../../lesson/inline-code.tsx";
import type { RenderedTask } from "../../../lesson/render.tsx";
import { Solution } from "../../../lesson/solution.tsx";
import { Tick } from "../../../lesson/tick.tsx";
import { useWatch } from "./watch-context.tsx";

type WatchedTasksProps = { tasks: readonly RenderedTask[]; reveal: (task: string) => Promise<ReactNode> };

/** The tasks with their ticks. The one before the learner is open, until another is chosen. */
export function WatchedTasks({ tasks, reveal }: WatchedTasksProps) {
  const { snapshot, name } = useWatch();
  const [chosen, choose] = useState<string | null>();
  const step = snapshot.learner?.step ?? undefined;
  const open = chosen === undefined ? step : chosen;
  return (
    <section aria-label="Tasks">
      <h2 className="mb-2 text-sm font-semibold">Tasks</h2>
      <ol className="list-none divide-y divide-border rounded-lg border border-border-strong bg-surface">
        {tasks.map((task, index) => {
          const state = snapshot.tasks[task.id];
          const isOpen = task.id === open;
          return (
            <li key={task.id} data-task={task.id} data-state={state?.done ? "done" : "todo"}>
              <h3>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  aria-current={task.id === step ? "step" : undefined}
                  onClick={() => choose(isOpen ? null : task.id)}
                  className="flex w-full items-center gap-3 px-4 py-2.5 text-left hover:bg-muted"
                >
                  <Tick done={state?.done ?? false} number={index + 1} />
                  <span className="min-w-0 flex-1 leading-snug font-medium">
                    <InlineCode text={task.title} />
                  </span>
                  {task.id === step && (
                    <span className="shrink-0 text-[0.8125rem] font-medium text-accent">
                      <span className="sr-only">{name} is </span>here
                    </span>
                  )}
                  <ChevronDown size={16} aria-hidden className={`shrink-0 text-muted-foreground ${isOpen ? "rotate-180" : ""}`} />
                </button>
              </h3>
              {/* Of a task that nobody has come to a check tells nothing. */}
              {(isOpen || task.id === step) && !state?.done && state?.reason && (
                <p className="flex gap-2 px-4 pb-3 text-[0.9375rem] leading-snug text-warning">
                  <SquareTerminal size={16} aria-hidden className="mt-[3px] shrink-0" />
                  <span>
                    <InlineCode text={state.reason} />
                  </span>
                </p>
              )}
              {isOpen && <Opened task={task} reveal={reveal} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Opened({ task, reveal }: { task: RenderedTask; reveal: (task: string) => Promise<ReactNode> }) {
  return (
    <div className="prose px-4 pb-4">
      <div className="task-body flow">{task.text}</div>
      {task.hints.length > 0 && (
        <details className="mt-3">
          <summary className="text-[0.8125rem] font-medium text-muted-foreground">
            {task.hints.length === 1 ? "The hint" : `The ${task.hints.length} hints`}
          </summary>
          <ol className="mt-2 list-none space-y-2" aria-label="Hints">
            {task.hints.map((hint, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hints are a fixed list
              <li key={index} className="flex gap-2 text-[0.9375rem] leading-snug">
                <Lightbulb size={16} aria-hidden className="mt-[3px] shrink-0 text-muted-foreground" />
                <div className="flow min-w-0">{hint}</div>
              </li>
            ))}
          </ol>
        </details>
      )}
      <div className="mt-3 -ml-2.5">
        <Solution key={task.id} task={task.id} done hintsLeft={0} reveal={reveal} />
      </div>
    </div>
  );
}
