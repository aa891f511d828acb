import type { LessonProblem } from "../../curriculum/lesson.ts";
import { InlineCode } from "./inline-code.tsx";

/** What is wrong with a lesson's file: line, mistake and cure of each. */
export function ProblemList({ problems }: { problems: readonly LessonProblem[] }) {
  return (
    <ol className="prose mt-3 space-y-3 text-[0.9375rem]">
      {problems.map(({ file, line, column, message, cure }) => (
        <li key={`${line}:${column}:${message}`} className="border-l-2 border-danger pl-3">
          <p className="font-mono text-[0.8125rem] break-all text-muted-foreground">
            {file}:{line}:{column}
          </p>
          <p className="mt-0.5">
            <InlineCode text={message} />
          </p>
          <p className="text-muted-foreground">
            <InlineCode text={cure} />
          </p>
        </li>
      ))}
    </ol>
  );
}
