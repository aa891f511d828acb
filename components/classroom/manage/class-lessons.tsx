"use client";
import { ListPlus } from "lucide-react";
import { useOptimistic, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";
import { ChooseLessons, type LibraryLesson } from "./choose-lessons.tsx";
import { ClassLessonRow } from "./class-lesson-row.tsx";

export type LessonRow = {
  slug: string;
  title: string;
  /** Undefined where the lesson is not on this site any more. */
  minutes: number | undefined;
  /** Their titles. */
  tasks: readonly string[];
  open: boolean;
  /** How many tasks are open; null: each learner at their own pace. */
  step: number | null;
  dueAt: number | null;
};

export type LessonChange = { open?: boolean; step?: number | null; dueAt?: number | null };

type ClassLessonsProps = {
  rows: readonly LessonRow[];
  library: readonly LibraryLesson[];
  isArchived: boolean;
  choose(lessons: string[]): Promise<Answer>;
  move(lesson: string, by: number): Promise<Answer>;
  change(lesson: string, change: LessonChange): Promise<Answer>;
  openNext(lesson: string, after: number): Promise<Answer>;
};

type Shown = { do: "move"; slug: string; by: number } | { do: "change"; slug: string; change: LessonChange };

/** The class's lessons: one row each, everything one click away. What was clicked is shown at once. */
export function ClassLessons({ rows, library, isArchived, choose, move, change, openNext }: ClassLessonsProps) {
  const { act, problem } = useAct();
  const [shown, show] = useOptimistic(rows, shownAfter);
  const [choosing, setChoosing] = useState(false);
  const open = shown.filter((row) => row.open).length;
  return (
    <section aria-labelledby="lessons">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="lessons" className="sr-only">
          Lessons
        </h2>
        <p className="text-sm text-muted-foreground">
          {shown.length === 0
            ? "No lessons yet"
            : `${shown.length} ${shown.length === 1 ? "lesson" : "lessons"}, ${open === 0 ? "none" : open} open`}
        </p>
        {shown.length > 0 && (
          <Button size="small" disabled={isArchived} onClick={() => setChoosing(true)}>
            <ListPlus size={15} aria-hidden />
            Choose lessons
          </Button>
        )}
      </div>
      <Problem className="mb-3">{problem}</Problem>
      {shown.length === 0 ? (
        <div className="border-y border-border py-12">
          <p className="font-medium">Choose what this class works on</p>
          <p className="mt-1 max-w-[58ch] text-muted-foreground">
            Learners see the lessons in your order. Each begins closed: open it when the class is there, all at once or task by
            task.
          </p>
          <Button look="primary" className="mt-5" disabled={isArchived} onClick={() => setChoosing(true)}>
            <ListPlus size={16} aria-hidden />
            Choose lessons
          </Button>
        </div>
      ) : (
        <ol className="border-t border-border">
          {shown.map((row, index) => (
            <ClassLessonRow
              key={row.slug}
              row={row}
              number={index + 1}
              isLast={index === shown.length - 1}
              disabled={isArchived}
              onMove={(by) =>
                act(() => {
                  show({ do: "move", slug: row.slug, by });
                  return move(row.slug, by);
                })
              }
              onChange={(changes) =>
                act(() => {
                  show({ do: "change", slug: row.slug, change: changes });
                  return change(row.slug, changes);
                })
              }
              onNext={(after) =>
                act(() => {
                  show({ do: "change", slug: row.slug, change: { open: true, step: after + 1 } });
                  return openNext(row.slug, after);
                })
              }
            />
          ))}
        </ol>
      )}
      <ChooseLessons
        open={choosing}
        onOpenChange={setChoosing}
        library={library}
        chosen={rows.map(({ slug }) => slug)}
        choose={choose}
      />
    </section>
  );
}

function shownAfter(rows: readonly LessonRow[], what: Shown): readonly LessonRow[] {
  if (what.do === "change") return rows.map((row) => (row.slug === what.slug ? { ...row, ...what.change } : row));
  const order = [...rows];
  const from = order.findIndex(({ slug }) => slug === what.slug);
  const to = Math.min(order.length - 1, Math.max(0, from + what.by));
  order.splice(to, 0, ...order.splice(from, 1));
  return order;
}
