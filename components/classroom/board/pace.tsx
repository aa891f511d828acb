"use client";
import { StepForward } from "lucide-react";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { Button } from "../../ui/button.tsx";
import { type Answer, useAct } from "../use-act.ts";

/** Opens one more task of a paced lesson for the class. `after`: how many were open as the instructor saw it. */
export type OpenNext = (lesson: string, after: number) => Promise<Answer>;

/** A lesson that the class goes through step by step: how many tasks are open, and the next one. */
export function Pace({ lesson, openNext, ready }: { lesson: BoardLesson; openNext: OpenNext; ready: number | undefined }) {
  const { act, pending, problem } = useAct();
  const { step, tasks, slug } = lesson;
  if (step === null) return null;
  const next = tasks[step];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-border bg-surface px-3 py-1.5 text-sm">
      <p>
        {next === undefined ? "All tasks are open." : `${step} of ${tasks.length} tasks are open.`}
        {ready !== undefined && step > 0 && (
          <span className="text-muted-foreground">
            {" "}
            {ready} did task {step}.
          </span>
        )}
      </p>
      <span className="flex-1" />
      <p role="status" className="text-[0.8125rem] text-danger empty:hidden">
        {problem}
      </p>
      {next !== undefined && (
        <Button size="small" look="primary" className="max-w-full" busy={pending} onClick={() => act(() => openNext(slug, step))}>
          <StepForward size={14} aria-hidden />
          <span className="truncate">
            {pending ? "Opening" : "Open"} task {step + 1}: {next.title}
          </span>
        </Button>
      )}
    </div>
  );
}
