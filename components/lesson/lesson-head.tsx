import { TriangleAlert } from "lucide-react";
import type { Lesson } from "../../curriculum/lesson.ts";
import { InlineCode } from "./inline-code.tsx";

/** What the lesson is and what it leads to. */
export function LessonHead({ lesson, labServerMissing }: { lesson: Lesson; labServerMissing: boolean }) {
  return (
    <header className="mb-10">
      {labServerMissing && (
        <p
          role="status"
          className="mb-8 flex gap-2.5 rounded-lg border border-border-strong bg-surface px-4 py-3 text-[0.9375rem] leading-snug"
        >
          <TriangleAlert size={17} aria-hidden className="mt-0.5 shrink-0 text-warning" />
          <span>
            The lab-server does not answer, so there is no sandbox for now. You can read on; the terminal connects by itself when
            it is back.
          </span>
        </p>
      )}
      <p className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em] text-balance" aria-hidden>
        {lesson.title}
      </p>
      <p className="!mt-3 text-[1.0625rem] text-muted-foreground">{lesson.summary}</p>
      <details className="group !mt-4 text-[0.9375rem]" open>
        <summary className="list-none text-[0.8125rem] font-medium text-muted-foreground [&::-webkit-details-marker]:hidden">
          About {lesson.minutes} minutes. Afterwards you can
        </summary>
        <ul className="mt-1 list-disc pl-[1.4em]">
          {lesson.goals.map((goal) => (
            <li key={goal}>
              <InlineCode text={goal} />
            </li>
          ))}
        </ul>
      </details>
    </header>
  );
}
