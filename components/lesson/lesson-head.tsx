import type { Lesson } from "../../curriculum/lesson.ts";
import { LabServerNotice } from "../lab/lab-server-notice.tsx";
import { InlineCode } from "./inline-code.tsx";

/** What the lesson is and what it leads to. */
export function LessonHead({ lesson, labServerMissing }: { lesson: Lesson; labServerMissing: boolean }) {
  return (
    <header className="mb-10">
      {labServerMissing && <LabServerNotice />}
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
