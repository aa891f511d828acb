"use client";
import { CircleHelp } from "lucide-react";
import { useState } from "react";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { STUCK_RULE } from "./stuck.ts";
import { Tile } from "./tile.tsx";

const SAMPLES = [
  { cell: { state: "done", minutes: 0, failed: 0, hints: 0 }, words: "Done on their own" },
  { cell: { state: "hints", minutes: 0, failed: 0, hints: 1 }, words: "Done with hints" },
  { cell: { state: "solution", minutes: 0, failed: 0, hints: 0 }, words: "Done after looking at the solution" },
  { cell: { state: "now", minutes: 4, failed: 2, hints: 0 }, words: "At it now: minutes in it, and failed checks" },
  { cell: { state: "failing", minutes: 0, failed: 3, hints: 0 }, words: "Tried: so many failed checks, and went on" },
  { cell: { state: "begun", minutes: 1, failed: 0, hints: 0 }, words: "Begun and left" },
  { cell: { state: "untouched", minutes: 0, failed: 0, hints: 0 }, words: "Not begun" },
] as const;

/** What the board's signs mean, when somebody counts as stuck, and the tasks by number. */
export function Legend({ lesson }: { lesson: BoardLesson }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setOpen(true)}>
        <CircleHelp size={15} aria-hidden />
        Legend
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title="What the board shows">
        <div className="text-sm">
          <ul className="space-y-1.5">
            {SAMPLES.map(({ cell, words }) => (
              <li key={cell.state} className="flex items-center gap-3">
                <span aria-hidden className="w-12 shrink-0">
                  <Tile cell={cell} />
                </span>
                {words}
              </li>
            ))}
          </ul>
          <p className="mt-4 text-muted-foreground">{STUCK_RULE}</p>
          <h3 className="mt-4 mb-1.5 font-semibold">{lesson.title}</h3>
          <ol className="space-y-0.5">
            {lesson.tasks.map(({ id, title }, index) => (
              <li key={id} className="flex gap-2">
                <span className="w-5 shrink-0 text-right text-muted-foreground tabular-nums">{index + 1}</span>
                {title}
              </li>
            ))}
          </ol>
          <h3 className="mt-4 mb-1.5 font-semibold">Keys</h3>
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-muted-foreground">
            {KEYS.map(([key, does]) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="kbd">{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Dialog>
    </>
  );
}

const KEYS = [
  ["h", "to the next raised hand"],
  ["/", "find a learner"],
  ["Arrows", "move in the board"],
  ["Enter", "open a learner"],
  ["Esc", "close"],
] as const;
