"use client";
import { Lock } from "lucide-react";
import { memo } from "react";
import { Tooltip } from "../../ui/tooltip.tsx";
import type { TaskTally } from "./tally.ts";

type TaskHeadProps = { title: string; number: number; isClosed: boolean; tally: TaskTally | undefined; learners: number };

/** A task: its number, its title where one points, and above it how much of the class did it. */
export const TaskHead = memo(function TaskHead({
  title,
  number,
  isClosed,
  tally = { done: 0, now: 0 },
  learners,
}: TaskHeadProps) {
  const share = (count: number) => (learners === 0 ? 0 : count / learners);
  return (
    <Tooltip label={`${number}. ${title}: ${tally.done} of ${learners} did it${tally.now > 0 ? `, ${tally.now} at it` : ""}`}>
      <th scope="col" tabIndex={-1} className="pt-3 text-center font-normal">
        <span className="sr-only">
          Task {number}, {title}. {tally.done} of {learners} did it, {tally.now} at it.{isClosed && " Not open yet."}
        </span>
        <span aria-hidden className="pillar">
          <span className="bg-accent/35" style={{ transform: `scaleY(${share(tally.done + tally.now)})` }} />
          <span className="bg-(--filled)" style={{ transform: `scaleY(${share(tally.done)})` }} />
        </span>
        <span
          aria-hidden
          className={`flex h-7 items-center justify-center gap-1 text-[0.8125rem] font-medium tabular-nums ${isClosed ? "text-muted-foreground" : ""}`}
        >
          {isClosed && <Lock size={10} strokeWidth={2.5} />}
          {number}
        </span>
      </th>
    </Tooltip>
  );
}, sameHead);

function sameHead(a: TaskHeadProps, b: TaskHeadProps): boolean {
  return (
    a.title === b.title &&
    a.number === b.number &&
    a.isClosed === b.isClosed &&
    a.learners === b.learners &&
    a.tally?.done === b.tally?.done &&
    a.tally?.now === b.tally?.now
  );
}
