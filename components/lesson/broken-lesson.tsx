import Link from "next/link";
import type { LessonProblem } from "../../curriculum/lesson.ts";
import { Button } from "../ui/button.tsx";
import { Message } from "../ui/message.tsx";
import { PageFrame } from "../ui/page-frame.tsx";
import { ProblemList } from "./problem-list.tsx";

/** In the place of a lesson whose file has mistakes. Its author sees which. */
export function BrokenLesson({
  slug,
  problems,
  explain,
}: {
  slug: string;
  problems: readonly LessonProblem[];
  explain: boolean;
}) {
  return (
    <PageFrame>
      <Message
        title="This lesson is unavailable"
        actions={
          <Button asChild>
            <Link href="/">All lessons</Link>
          </Button>
        }
      >
        {explain ? (
          <>
            <p>
              The file of <span className="font-mono text-[0.88em]">{slug}</span> has{" "}
              {problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}. Save it without, and this page shows the
              lesson.
            </p>
            <div className="text-foreground">
              <ProblemList problems={problems} />
            </div>
          </>
        ) : (
          <p>Its file has a mistake that its author must mend. The other lessons work.</p>
        )}
      </Message>
    </PageFrame>
  );
}
