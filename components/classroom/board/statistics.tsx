"use client";
import { BookOpen, Lightbulb } from "lucide-react";
import { useEffect, useState } from "react";
import type { BoardLesson, TaskStatistics } from "../../../lab-server/staff/wire.ts";
import { lengthOfTime } from "../minutes.ts";
import { useStaffLink } from "../use-staff-link.ts";
import { useBoard } from "./board-context.tsx";

/** Milliseconds between two questions. */
const BEAT = 5_000;
/** Learners who must have done a task before their median says something. */
const ENOUGH = 3;

/** How the class fares with each task: who is where, how long it takes, what helps, what checks say. */
export function Statistics({ lesson, learners }: { lesson: BoardLesson; learners: number }) {
  const { found, problem } = useStatistics(lesson.slug);
  if (found === undefined)
    return (
      <p role="status" className="py-10 text-muted-foreground">
        {problem ?? "Counting…"}
      </p>
    );
  const slowest = Math.max(...found.map(({ medianMs, done }) => (done >= ENOUGH ? (medianMs ?? 0) : 0)));
  return (
    <div className="mt-2">
      {problem && <p className="pb-2 text-[0.8125rem] text-danger">{problem}</p>}
      <ol aria-label={`${lesson.title}: tasks`} className="border-t border-border-strong">
        {lesson.tasks.map(({ id, title }, index) => {
          const task = found.find((each) => each.task === id);
          return (
            <li
              key={id}
              className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 gap-y-2 border-b border-border py-4 md:grid-cols-[1.75rem_minmax(0,1fr)_minmax(0,1.1fr)] lg:grid-cols-[1.75rem_minmax(0,1fr)_9rem_minmax(0,1.1fr)] lg:gap-x-6"
            >
              <span className="pt-px text-sm text-muted-foreground tabular-nums">{index + 1}</span>
              <div className="min-w-0">
                <h2 className="font-medium">{title}</h2>
                {task && <Flow task={task} learners={learners} />}
              </div>
              {task && (
                <>
                  <Time task={task} slowest={slowest} />
                  <Reasons task={task} />
                </>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** What became of the learners: did it, at it, gave up, not begun; as a bar and in words. */
function Flow({
  task: { done, working, gaveUp, begun, hints, solutions },
  learners,
}: {
  task: TaskStatistics;
  learners: number;
}) {
  const parts = [
    { count: done, look: "bg-success" },
    { count: working, look: "bg-accent" },
    { count: gaveUp, look: "bg-warning" },
  ];
  return (
    <>
      <span aria-hidden className="mt-2 flex h-2 gap-px overflow-hidden rounded-full bg-border">
        {parts.map(({ count, look }) => (
          <span
            key={look}
            className={`${look} transition-[width] duration-300`}
            style={{ width: `${(100 * count) / Math.max(1, learners)}%` }}
          />
        ))}
      </span>
      <p className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-[0.8125rem] text-muted-foreground tabular-nums">
        <span className={done > 0 ? "text-success" : ""}>
          {done} of {learners} did it
        </span>
        {working > 0 && <span className="text-accent">{working} at it now</span>}
        {gaveUp > 0 && <span className="text-warning">{gaveUp} began it and left</span>}
        {begun === 0 && done === 0 && <span>nobody has begun it</span>}
        {hints > 0 && (
          <span>
            <Lightbulb size={13} aria-hidden className="mr-1 inline align-[-2px]" />
            {hints} took {hints === 1 ? "a hint" : "hints"}
          </span>
        )}
        {solutions > 0 && (
          <span>
            <BookOpen size={13} aria-hidden className="mr-1 inline align-[-2px]" />
            {solutions} saw the solution
          </span>
        )}
      </p>
    </>
  );
}

/** The median, where enough did the task for there to be one. */
function Time({ task: { medianMs, slowestMs, done }, slowest }: { task: TaskStatistics; slowest: number }) {
  if (medianMs === null || slowestMs === null) return <p className="max-lg:col-start-2 lg:text-sm" />;
  if (done < ENOUGH)
    return (
      <p className="text-[0.8125rem] text-muted-foreground max-md:col-start-2 max-lg:col-start-2">
        Up to {lengthOfTime(slowestMs)}; too few for a median yet
      </p>
    );
  return (
    <div className="text-sm max-lg:col-start-2">
      <p className="tabular-nums">
        <span className="font-medium">{lengthOfTime(medianMs)}</span> <span className="text-muted-foreground">median</span>
      </p>
      <span aria-hidden className="mt-1.5 block h-1 rounded-full bg-border">
        <span
          className="block h-full rounded-full bg-foreground/55"
          style={{ width: `${slowest > 0 ? (100 * medianMs) / slowest : 0}%` }}
        />
      </span>
      <p className="mt-1 text-[0.75rem] text-muted-foreground tabular-nums">slowest {lengthOfTime(slowestMs)}</p>
    </div>
  );
}

function Reasons({ task: { reasons } }: { task: TaskStatistics }) {
  if (reasons.length === 0) return <span />;
  return (
    <ul className="min-w-0 space-y-1 text-[0.8125rem] max-lg:col-start-2" aria-label="What its check says most">
      {reasons.slice(0, 3).map(({ reason, learners }) => (
        <li key={reason} className="flex gap-2">
          <span className="w-7 shrink-0 text-right font-medium text-warning tabular-nums">{learners}×</span>
          <span className="text-muted-foreground">{reason}</span>
        </li>
      ))}
    </ul>
  );
}

/** Asked for anew as long as it is looked at. */
function useStatistics(lesson: string): { found: readonly TaskStatistics[] | undefined; problem: string | undefined } {
  const { connection } = useBoard();
  const isOpen = useStaffLink(connection).state === "open";
  const [known, setKnown] = useState<{ lesson: string; tasks: readonly TaskStatistics[] }>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (connection === undefined || !isOpen) return;
    let isOver = false;
    const ask = async () => {
      try {
        const answer = await connection.ask({ type: "statistics", lesson });
        if (isOver || answer.type !== "statistics") return;
        setKnown({ lesson, tasks: answer.tasks });
        setProblem(undefined);
      } catch (error) {
        if (!isOver) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    void ask();
    const timer = setInterval(ask, BEAT);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [connection, isOpen, lesson]);
  return { found: known?.lesson === lesson ? known.tasks : undefined, problem };
}
