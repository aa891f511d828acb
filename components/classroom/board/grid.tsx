"use client";
import { type CSSProperties, type RefObject, useEffect, useRef, useSyncExternalStore } from "react";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { useBoard, useHead } from "./board-context.tsx";
import { focusLearner, learnerOf, moveInGrid, ownGridStop } from "./grid-keys.ts";
import { LearnerRow } from "./learner-row.tsx";
import { TaskHead } from "./task-head.tsx";

const NOBODY: readonly string[] = [];

/** Learners by tasks. Arrow keys move in it, Enter opens a learner, `h` goes to the next hand, Escape closes. */
export function Grid({ lesson }: { lesson: BoardLesson }) {
  const { store, chosen, choose } = useBoard();
  const head = useHead();
  const order = useSyncExternalStore(store.subscribe, store.order, () => NOBODY);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => ownGridStop(table.current));
  useNextHand(table);
  useEffect(() => {
    // Nor does a row move away under the eyes of who scrolls to it.
    document.addEventListener("scroll", store.hold, { passive: true });
    return () => document.removeEventListener("scroll", store.hold);
  }, [store]);

  // Closed by Escape or by its cross, the panel gives the focus back to the row that it was opened from.
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (chosen === undefined && before.current !== undefined) focusLearner(table.current, before.current);
    before.current = chosen;
  }, [chosen]);

  const open = (element: Element) => {
    const learner = learnerOf(element);
    if (learner !== undefined) choose(learner);
    return learner !== undefined;
  };
  const columns: CSSProperties & Record<"--tasks", number> = { "--tasks": lesson.tasks.length };
  return (
    <table
      ref={table}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that one moves in with arrow keys is a grid
      role="grid"
      aria-label={`${lesson.title}: learners by tasks`}
      aria-readonly
      aria-rowcount={order.length + 1}
      className="board-table"
      style={columns}
      onPointerMove={store.hold}
      onClick={({ target }) => target instanceof Element && open(target)}
      onKeyDown={(event) => {
        if (!(event.target instanceof Element) || event.altKey || event.metaKey) return;
        store.hold();
        if (event.key === "Escape") choose(undefined);
        const isHandled = event.key === "Enter" || event.key === " " ? open(event.target) : moveInGrid(table.current, event);
        if (isHandled) event.preventDefault();
      }}
    >
      <thead className="board-head">
        <tr className="board-row" aria-rowindex={1}>
          <th
            scope="col"
            tabIndex={-1}
            className="flex items-end px-3 pb-1.5 text-left text-[0.8125rem] font-medium text-muted-foreground"
          >
            Learner
          </th>
          {lesson.tasks.map((task, index) => (
            <TaskHead
              key={task.id}
              title={task.title}
              number={index + 1}
              isClosed={lesson.step !== null && index >= lesson.step}
              tally={head?.tasks[index]}
              learners={head?.tally.learners ?? 0}
            />
          ))}
        </tr>
      </thead>
      <tbody className="board-body">
        {order.map((learner, index) => (
          <LearnerRow key={learner} learner={learner} number={index + 2} isChosen={learner === chosen} />
        ))}
      </tbody>
    </table>
  );
}

/** `h`, anywhere on the page but where one writes, goes to the hand after the one that has the focus. */
function useNextHand(table: RefObject<HTMLTableElement | null>): void {
  const { store } = useBoard();
  useEffect(() => {
    const next = (event: KeyboardEvent) => {
      if (event.key !== "h" || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], [role=dialog]"))
        return;
      const shown = new Set(store.order());
      const queue = store.queue().filter((learner) => shown.has(learner));
      const here = queue.indexOf(learnerOf(document.activeElement) ?? "");
      const learner = queue[(here + 1) % queue.length];
      if (learner !== undefined) focusLearner(table.current, learner);
    };
    document.addEventListener("keydown", next);
    return () => document.removeEventListener("keydown", next);
  }, [store, table]);
}
