import { Check, LockKeyhole } from "lucide-react";
import Link from "next/link";
import { TaskStrip } from "../../lesson/task-strip.tsx";
import { Button } from "../../ui/button.tsx";
import { LinkArrow, LinkWheel } from "../../ui/link-arrow.tsx";
import type { Answer } from "../use-act.ts";
import { DueMark } from "./due-mark.tsx";
import { LeaveClass } from "./leave-class.tsx";
import { WhatIsSeen } from "./what-is-seen.tsx";

export type HomeLesson = {
  slug: string;
  title: string;
  summary: string;
  minutes: number;
  tasks: number;
  done: number;
  open: boolean;
  /** How many tasks are open; null where all are. */
  step: number | null;
  dueAt: number | null;
};

type ClassHomeProps = {
  joined: {
    name: string;
    archivedAt: number | null;
    records: boolean;
    retentionDays: number;
    learnerName: string;
    instructors: readonly string[];
  };
  lessons: readonly HomeLesson[];
  /** Where the learner sees what the instructor sees of them. */
  record: string;
  /** The lesson opened last, anywhere. */
  last: string | undefined;
  leave(): Promise<Answer>;
};

/** A learner's class: its lessons in the instructor's order, what is open, what is due, and the way on. */
export function ClassHome({ joined, lessons, record, last, leave }: ClassHomeProps) {
  const todo = lessons.filter(({ open, done, tasks }) => open && done < tasks);
  const next = todo.find(({ slug }) => slug === last) ?? todo[0];
  return (
    <div className="grid gap-x-14 gap-y-10 pt-8 pb-24 md:grid-cols-[minmax(0,1fr)_17rem] md:pt-10">
      <div className="min-w-0">
        <p className="text-sm text-muted-foreground">Your class</p>
        <h1 className="mt-0.5 text-[1.75rem] leading-tight font-semibold tracking-[-0.024em] break-words md:text-[2rem]">
          {joined.name}
        </h1>
        <p className="mt-1.5 text-muted-foreground">
          {joined.instructors.length > 0 && `with ${new Intl.ListFormat("en-GB").format(joined.instructors)} · `}
          you are {joined.learnerName}
        </p>
        {joined.archivedAt !== null && (
          <p className="mt-4 text-sm text-muted-foreground">This class is over. Its lessons stay open to you.</p>
        )}
        <div className="mt-6 min-h-11">
          {next ? (
            <Button asChild look="primary" size="large" className="max-w-full">
              <Link href={`/lessons/${next.slug}`} prefetch={false}>
                <span className="truncate">
                  {next.done > 0 ? "Continue with" : "Start with"} {next.title}
                </span>
                <LinkArrow size={17} />
              </Link>
            </Button>
          ) : (
            <p className="text-muted-foreground">{nothingToDo(lessons)}</p>
          )}
        </div>
        <ol className="mt-8 border-t border-border">
          {lessons.map((lesson, index) => (
            <HomeRow key={lesson.slug} lesson={lesson} number={index + 1} />
          ))}
        </ol>
      </div>
      <aside className="md:pt-1">
        <div className="[&>section]:mt-0 [&>section]:border-t-0 [&>section]:pt-0">
          <WhatIsSeen records={joined.records} retentionDays={joined.retentionDays} />
        </div>
        <p className="mt-3 text-sm">
          <Link href={record} className="rounded-sm font-medium text-accent underline-offset-2 hover:underline">
            My record
          </Link>
        </p>
        <div className="mt-6">
          <LeaveClass name={joined.name} records={joined.records} leave={leave} />
        </div>
      </aside>
    </div>
  );
}

function HomeRow({ lesson, number }: { lesson: HomeLesson; number: number }) {
  const { slug, title, summary, minutes, tasks, done, open, step, dueAt } = lesson;
  const isDone = done === tasks;
  return (
    <li className={`relative border-b border-border ${open ? "hover:bg-muted/60" : ""}`}>
      <div className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 px-1 py-5 md:px-3">
        <span className="pt-0.5 font-mono text-sm text-muted-foreground tabular-nums">{String(number).padStart(2, "0")}</span>
        <div className="min-w-0">
          <h2 className={`text-[1.0625rem] font-semibold tracking-[-0.01em] ${open ? "" : "text-muted-foreground"}`}>
            {open ? (
              <Link
                href={`/lessons/${slug}`}
                prefetch={false}
                className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
              >
                {title} <LinkWheel size={15} />
              </Link>
            ) : (
              title
            )}
          </h2>
          <p className="mt-0.5 max-w-[62ch] text-sm text-muted-foreground">{summary}</p>
          <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-[0.8125rem] text-muted-foreground">
            {open ? (
              <TaskStrip total={tasks} done={done} />
            ) : (
              <span className="inline-flex items-center gap-1.5">
                <LockKeyhole size={13} aria-hidden />
                Not open yet
              </span>
            )}
            {isDone ? (
              <span className="inline-flex items-center gap-1 font-medium text-success">
                <Check size={14} aria-hidden />
                Done
              </span>
            ) : (
              <>
                {open && step !== null && step < tasks && <span>open up to task {step}</span>}
                {dueAt !== null && <DueMark at={dueAt} />}
                {dueAt === null && <span>about {minutes} min</span>}
              </>
            )}
          </p>
        </div>
      </div>
    </li>
  );
}

function nothingToDo(lessons: readonly HomeLesson[]): string {
  if (lessons.length === 0) return "Your instructor has not chosen the lessons yet. They come here by themselves.";
  if (lessons.some(({ done, tasks }) => done < tasks))
    return "Nothing is open yet. When your instructor opens a lesson it opens here by itself.";
  return "You have done everything in this class.";
}
