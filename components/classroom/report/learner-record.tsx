import { Check, Play, X } from "lucide-react";
import { LocalTime } from "../local-time.tsx";
import { lengthOfTime } from "../minutes.ts";
import { type Punctuality, PunctualityMark } from "./punctuality.tsx";
import { TableFrame } from "./table-frame.tsx";

/** Times are milliseconds since the epoch. */
export type RecordedTask = {
  id: string;
  title: string;
  doneAt: number | null;
  activeMs: number;
  failed: number;
  reason: string | null;
  hints: number;
  solution: boolean;
  /** Whether anything is known of it. */
  begun: boolean;
  recordings: readonly RecordingLink[];
};

export type RecordingLink = { href: string; startedAt: number; terminal: number; lengthMs: number };

export type RecordedLesson = {
  slug: string;
  title: string;
  dueAt: number | null;
  done: number;
  total: number;
  activeMs: number;
  completedAt: number | null;
  due: Punctuality | null;
  tasks: readonly RecordedTask[];
  /** `right`: null where it is not answered. */
  quizzes: readonly { id: string; question: string; right: boolean | null }[];
  /** Of tasks that the lesson has no more. */
  otherRecordings: readonly RecordingLink[];
};

/** What one learner did, lesson by lesson, task by task. `heading`: of a lesson. */
export function LearnerRecord({ lessons, heading: Heading }: { lessons: readonly RecordedLesson[]; heading: "h2" | "h3" }) {
  return (
    <div className="report space-y-10">
      {lessons.map((lesson) => (
        <section key={lesson.slug} aria-labelledby={`lesson-${lesson.slug}`}>
          <div className="mb-2 flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
            <Heading id={`lesson-${lesson.slug}`} className="font-semibold">
              {lesson.title}
            </Heading>
            <p className="text-sm text-muted-foreground">
              <span className="tabular-nums">
                {lesson.done} of {lesson.total} {lesson.total === 1 ? "task" : "tasks"}
              </span>
              {lesson.activeMs > 0 && <> · {lengthOfTime(lesson.activeMs)} active</>}
              {lesson.completedAt !== null && (
                <>
                  {" "}
                  · completed <LocalTime at={lesson.completedAt} />
                </>
              )}
              {lesson.dueAt !== null && (
                <>
                  {" "}
                  · due <LocalTime at={lesson.dueAt} />
                </>
              )}
            </p>
            <PunctualityMark due={lesson.due} />
          </div>
          <Work lesson={lesson} />
          {lesson.otherRecordings.length > 0 && (
            <p className="mt-3 flex flex-wrap items-center gap-x-3 text-sm text-muted-foreground">
              Recordings of tasks that the lesson has no more:
              <Replays recordings={lesson.otherRecordings} task="a task that is gone" />
            </p>
          )}
        </section>
      ))}
    </div>
  );
}

function Work({ lesson }: { lesson: RecordedLesson }) {
  if (lesson.total === 0) return <p className="text-sm text-muted-foreground">This lesson cannot be opened now.</p>;
  const isBegun = lesson.tasks.some(({ begun }) => begun) || lesson.quizzes.some(({ right }) => right !== null);
  if (!isBegun) return <p className="border-t border-border pt-2 text-sm text-muted-foreground">Not begun.</p>;
  return (
    <>
      <Tasks lesson={lesson} />
      {lesson.quizzes.length > 0 && <Quizzes quizzes={lesson.quizzes} />}
    </>
  );
}

function Tasks({ lesson: { title, tasks } }: { lesson: RecordedLesson }) {
  const hasRecordings = tasks.some(({ recordings }) => recordings.length > 0);
  return (
    <TableFrame label={`Tasks of ${title}`}>
      <table className="w-full min-w-[44rem] border-collapse text-sm">
        <thead>
          <tr className="border-b border-border-strong text-left text-muted-foreground">
            {["Task", "Done", "Time active", "Failed checks", "Hints", "Solution"].map((name, index) => (
              <th key={name} scope="col" className={`py-1.5 pr-4 font-medium ${index === 0 ? "w-[38%]" : ""}`}>
                {name}
              </th>
            ))}
            {hasRecordings && (
              <th scope="col" className="no-print py-1.5 font-medium">
                Replay
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <tr key={task.id} className="border-b border-border align-top">
              <th scope="row" className="py-2 pr-4 text-left font-normal">
                {task.title}
                {task.doneAt === null && task.reason !== null && (
                  <span className="mt-0.5 block text-[0.8125rem] break-words text-muted-foreground">{task.reason}</span>
                )}
              </th>
              <td className="py-2 pr-4 whitespace-nowrap">
                {task.doneAt !== null ? (
                  <LocalTime at={task.doneAt} />
                ) : (
                  <span className="text-muted-foreground">{task.begun ? "begun" : "–"}</span>
                )}
              </td>
              <td className="py-2 pr-4 whitespace-nowrap tabular-nums">
                {task.activeMs > 0 ? lengthOfTime(task.activeMs) : "–"}
              </td>
              <td className="py-2 pr-4 tabular-nums">{task.begun ? task.failed : "–"}</td>
              <td className="py-2 pr-4 tabular-nums">{task.hints > 0 ? task.hints : "–"}</td>
              <td className="py-2 pr-4">{task.solution ? "seen" : "–"}</td>
              {hasRecordings && (
                <td className="no-print py-2">
                  <Replays recordings={task.recordings} task={task.title} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Replays({ recordings, task }: { recordings: readonly RecordingLink[]; task: string }) {
  return (
    <span className="flex flex-col gap-1">
      {recordings.map(({ href, startedAt, terminal, lengthMs }) => (
        // A page of its own, not one that is drawn over this: what it may run differs.
        <a
          key={href}
          href={href}
          className="inline-flex items-center gap-1.5 whitespace-nowrap text-accent underline-offset-2 hover:underline"
        >
          <Play size={13} aria-hidden className="shrink-0" />
          <span>
            <span className="sr-only">Replay of {task}, </span>
            <LocalTime at={startedAt} />, {lengthOfTime(lengthMs)}
            {terminal > 1 && <>, terminal {terminal}</>}
          </span>
        </a>
      ))}
    </span>
  );
}

function Quizzes({ quizzes }: { quizzes: RecordedLesson["quizzes"] }) {
  const answered = quizzes.filter(({ right }) => right !== null);
  const right = answered.filter((quiz) => quiz.right).length;
  return (
    <div className="mt-3 text-sm">
      <p className="text-muted-foreground">
        {answered.length === 0
          ? `Questions: none of ${quizzes.length} answered`
          : `Questions: ${answered.length} of ${quizzes.length} answered, ${right} right`}
      </p>
      <ul className="mt-1 space-y-0.5">
        {answered.map((quiz) => (
          <li key={quiz.id} className="flex items-start gap-2">
            {quiz.right ? (
              <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-success" />
            ) : (
              <X size={16} aria-hidden className="mt-0.5 shrink-0 text-danger" />
            )}
            <span>
              {quiz.question}
              <span className="sr-only">{quiz.right ? " Answered right." : " Answered wrong."}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
