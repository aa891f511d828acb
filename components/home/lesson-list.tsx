import { ArrowRight, Check, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { Lesson, LessonProblem } from "../../curriculum/lesson.ts";
import { InlineCode } from "../lesson/inline-code.tsx";
import { ProblemList } from "../lesson/problem-list.tsx";
import { TaskStrip } from "../lesson/task-strip.tsx";
import { LinkWheel } from "../ui/link-arrow.tsx";

export type LessonSummary = Pick<Lesson, "slug" | "title" | "summary" | "minutes" | "goals"> & {
  /** Titles of the lessons that this one builds on. */
  needs: readonly string[];
  tasks: number;
  done: number;
};

/** The curriculum: one row a lesson, each row a link. */
export function LessonList({ lessons, firstNumber = 1 }: { lessons: readonly LessonSummary[]; firstNumber?: number }) {
  return (
    <ol className="border-t border-border">
      {lessons.map((lesson, index) => (
        <li key={lesson.slug} className="relative border-b border-border hover:bg-muted/60">
          <div className="grid grid-cols-[2rem_1fr] gap-x-3 gap-y-3 px-1 py-6 md:grid-cols-[2.5rem_minmax(0,1fr)_17rem] md:gap-x-6 md:px-3">
            <span className="pt-0.5 font-mono text-sm text-muted-foreground tabular-nums">
              {String(firstNumber + index).padStart(2, "0")}
            </span>
            <div className="min-w-0">
              <h3 className="text-[1.0625rem] font-semibold tracking-[-0.01em]">
                <Link
                  href={`/lessons/${lesson.slug}`}
                  prefetch={false}
                  className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
                >
                  {lesson.title} <LinkWheel size={15} />
                </Link>
              </h3>
              <p className="mt-1 max-w-[65ch] text-muted-foreground">{lesson.summary}</p>
              <details className="group relative mt-2 w-fit max-w-[65ch]">
                <summary className="list-none rounded-sm text-[0.8125rem] font-medium text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
                  <ChevronRight size={14} aria-hidden className="-ml-0.5 inline align-[-2px] group-open:rotate-90" /> What you
                  will be able to do
                </summary>
                <ul className="mt-1.5 space-y-1 text-sm">
                  {lesson.goals.map((goal) => (
                    <li key={goal} className="flex gap-2">
                      <Check size={15} aria-hidden className="mt-[3px] shrink-0 text-muted-foreground" />
                      <span>
                        <InlineCode text={goal} />
                      </span>
                    </li>
                  ))}
                </ul>
              </details>
            </div>
            <div className="col-start-2 flex flex-col gap-1.5 md:col-start-3 md:items-end md:text-right">
              <TaskStrip total={lesson.tasks} done={lesson.done} />
              <span className="text-[0.8125rem] text-muted-foreground">
                about {lesson.minutes} min
                {lesson.needs.length > 0 && <> · builds on {lesson.needs.join(", ")}</>}
              </span>
              <span aria-hidden className="mt-1 inline-flex items-center gap-1 text-[0.8125rem] font-medium text-accent">
                {lesson.done === 0 ? "Start" : lesson.done < lesson.tasks ? "Continue" : "Open again"} <ArrowRight size={14} />
              </span>
            </div>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Lessons that cannot be shown. Their authors, who run the site for themselves, see why. */
export function BrokenLessons({
  broken,
  explain,
}: {
  broken: readonly { slug: string; problems: readonly LessonProblem[] }[];
  explain: boolean;
}) {
  return (
    <ul className="border-b border-border">
      {broken.map(({ slug, problems }) => (
        <li key={slug} className="border-t border-border px-1 py-5 first:border-t-0 md:px-3">
          <p>
            <span className="font-mono text-sm">{slug}</span>{" "}
            <span className="text-muted-foreground">is unavailable: its file has mistakes.</span>
          </p>
          {explain && <ProblemList problems={problems} />}
        </li>
      ))}
    </ul>
  );
}
