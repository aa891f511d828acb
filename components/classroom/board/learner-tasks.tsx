"use client";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { lengthOfTime } from "../minutes.ts";
import { useBoard, useRow } from "./board-context.tsx";
import { Tile } from "./tile.tsx";

/** How a learner stands with each task of the lesson: the time in it, hints, the solution, failed checks. */
export function LearnerTasks({ learner, lesson }: { learner: string; lesson: BoardLesson }) {
  const { store } = useBoard();
  const row = useRow(learner);
  if (row === undefined) return null;
  const cells = store.learner(learner)?.cells[lesson.slug] ?? {};
  return (
    <section aria-label={lesson.title}>
      <h3 className="flex items-baseline gap-2 text-sm font-semibold">
        {lesson.title}
        <span className="font-normal text-muted-foreground tabular-nums">
          {row.done} of {lesson.tasks.length}
        </span>
      </h3>
      <ol className="mt-2">
        {lesson.tasks.map(({ id, title }, index) => {
          const cell = cells[id];
          const view = row.cells[index];
          return (
            <li
              key={id}
              className="grid grid-cols-[2.5rem_1fr_auto] items-center gap-x-3 border-t border-border py-1.5 first:border-t-0"
            >
              {view && <Tile cell={{ ...view, failed: 0 }} />}
              <span className="min-w-0">
                <span className={`block truncate text-[0.8125rem] ${cell ? "" : "text-muted-foreground"}`} title={title}>
                  {index + 1}. {title}
                </span>
                {cell && <span className="block text-[0.75rem] text-muted-foreground empty:hidden">{help(cell)}</span>}
              </span>
              <span className="text-[0.8125rem] text-muted-foreground tabular-nums">
                {cell && cell.activeMs > 0 ? lengthOfTime(cell.activeMs) : ""}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function help({ failed, hints, solution }: { failed: number; hints: number; solution: boolean }): string {
  const parts = [
    failed > 0 ? `${failed} failed ${failed === 1 ? "check" : "checks"}` : "",
    hints > 0 ? `${hints} ${hints === 1 ? "hint" : "hints"}` : "",
    solution ? "solution" : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
