import Link from "next/link";
import { LinkWheel } from "../../ui/link-arrow.tsx";
import { LocalTime } from "../local-time.tsx";

type ClassListProps = {
  classes: readonly {
    id: string;
    name: string;
    code: string;
    createdAt: number;
    archivedAt: number | null;
    learners: number;
    lessons: number;
  }[];
};

/** Classes that somebody teaches: one row each, each row a link. */
export function ClassList({ classes }: ClassListProps) {
  return (
    <ul className="border-t border-border">
      {classes.map(({ id, name, code, createdAt, archivedAt, learners, lessons }) => (
        <li key={id} className="relative border-b border-border hover:bg-muted/60">
          <div className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-6 gap-y-1 px-1 py-4.5 md:grid-cols-[minmax(0,1fr)_8rem_7rem_6.5rem] md:px-3">
            <h3 className="min-w-0 text-[1.0625rem] font-semibold tracking-[-0.01em] break-words max-md:col-span-2">
              <Link
                href={`/classes/${id}`}
                className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
              >
                {name} <LinkWheel size={15} />
              </Link>
            </h3>
            <span className="text-sm tabular-nums">
              {learners} {learners === 1 ? "learner" : "learners"}
              <span className="text-muted-foreground md:hidden">
                {" "}
                · {lessons} {lessons === 1 ? "lesson" : "lessons"}
              </span>
            </span>
            <span className="text-sm text-muted-foreground tabular-nums max-md:hidden">
              {lessons} {lessons === 1 ? "lesson" : "lessons"}
            </span>
            <span className="text-right text-sm text-muted-foreground">
              {archivedAt === null ? (
                <span className="font-mono tracking-[0.04em]">
                  <span className="sr-only">Code </span>
                  {code}
                </span>
              ) : (
                <LocalTime at={createdAt} date />
              )}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
