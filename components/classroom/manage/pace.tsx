"use client";
import { ArrowRight } from "lucide-react";
import { useId } from "react";
import { Button } from "../../ui/button.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import type { LessonChange, LessonRow } from "./class-lessons.tsx";

type PaceProps = { row: LessonRow; disabled: boolean; onChange(change: LessonChange): void; onNext(after: number): void };

/** Whether learners go through a lesson's tasks as they like, or as far as the instructor opens them. */
export function Pace({ row: { title, tasks, step }, disabled, onChange, onNext }: PaceProps) {
  const name = useId();
  const next = step === null ? undefined : tasks[step];
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
      <fieldset className="inline-flex rounded-md border border-border-strong bg-surface p-px text-[0.8125rem]">
        <legend className="sr-only">Pace of {title}</legend>
        <PaceChoice name={name} checked={step === null} disabled={disabled} onChoose={() => onChange({ step: null })}>
          Own pace
        </PaceChoice>
        <PaceChoice name={name} checked={step !== null} disabled={disabled} onChoose={() => onChange({ step: 1 })}>
          Step by step
        </PaceChoice>
      </fieldset>
      {step !== null && (
        <>
          <ul aria-label={`Tasks of ${title} that are open`} className="flex flex-wrap gap-1">
            {tasks.map((task, index) => {
              const isOpen = index < step;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a lesson's tasks keep their places
                <li key={index}>
                  <Tooltip
                    label={isOpen && index === step - 1 ? `Task ${index + 1}: ${task}` : `Open up to task ${index + 1}: ${task}`}
                  >
                    <button
                      type="button"
                      aria-label={`Open up to task ${index + 1}, ${task}`}
                      aria-pressed={isOpen}
                      disabled={disabled}
                      onClick={() => onChange({ step: index + 1 })}
                      className="size-7 rounded-md border border-dashed border-border-strong font-mono text-xs text-muted-foreground tabular-nums hover:bg-muted aria-pressed:border-solid aria-pressed:border-accent aria-pressed:bg-accent/12 aria-pressed:text-foreground"
                    >
                      {index + 1}
                    </button>
                  </Tooltip>
                </li>
              );
            })}
          </ul>
          {next !== undefined ? (
            <span className="flex min-w-0 flex-wrap gap-1.5">
              <Button look="primary" size="small" disabled={disabled} onClick={() => onNext(step)}>
                Open task {step + 1}
                <ArrowRight size={15} aria-hidden />
              </Button>
              <Button look="quiet" size="small" disabled={disabled} onClick={() => onChange({ step: tasks.length, open: true })}>
                Open all
              </Button>
            </span>
          ) : (
            <span className="text-[0.8125rem] text-muted-foreground">All tasks are open</span>
          )}
        </>
      )}
    </div>
  );
}

function PaceChoice({
  name,
  checked,
  disabled,
  onChoose,
  children,
}: {
  name: string;
  checked: boolean;
  disabled: boolean;
  onChoose(): void;
  children: string;
}) {
  return (
    <label className="relative rounded-[5px] px-2.5 py-1 text-muted-foreground has-checked:bg-muted has-checked:font-medium has-checked:text-foreground has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input
        type="radio"
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
      {children}
    </label>
  );
}
