import type { LessonProblem } from "../../curriculum/lesson.ts";

/** What is wrong with a lesson's file: line, mistake and cure of each. */
export function ProblemList({ problems }: { problems: readonly LessonProblem[] }) {
  return (
    <ol className="mt-3 space-y-3">
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

/** Sets what stands between backticks in monospace. */
function InlineCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
      <code key={index} className="rounded-sm bg-muted px-1 font-mono text-[0.88em]">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
