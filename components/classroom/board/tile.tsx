"use client";
import { BookOpen, Lightbulb } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { minutesInWords, shortMinutes } from "../minutes.ts";
import { type CellView, isDone, sameCell } from "./row.ts";

/** A task of a learner: how it stands with it, drawn and in words. It fills before the instructor's eyes if it turned done just now. */
export const Tile = memo(
  function Tile({ cell }: { cell: CellView }) {
    const done = isDone(cell.state);
    const before = useRef(done);
    const [fresh, setFresh] = useState(false);
    useEffect(() => {
      if (done !== before.current) setFresh(done);
      before.current = done;
    }, [done]);
    return (
      <span
        className="tile"
        data-state={cell.state}
        data-fresh={fresh || undefined}
        data-failed={(!done && cell.failed > 0) || undefined}
      >
        <Mark cell={cell} />
        <span className="sr-only">{inWords(cell)}</span>
      </span>
    );
  },
  ({ cell: a }, { cell: b }) => sameCell(a, b),
);

function Mark({ cell: { state, minutes, failed } }: { cell: CellView }) {
  switch (state) {
    case "done":
      return <TickMark />;
    case "hints":
      return <Lightbulb size={14} strokeWidth={2.25} aria-hidden />;
    case "solution":
      return <BookOpen size={14} strokeWidth={2.25} aria-hidden />;
    case "now":
      return (
        <>
          <span aria-hidden>{shortMinutes(minutes) || "·"}</span>
          {failed > 0 && <Fails count={failed} />}
        </>
      );
    case "failing":
      return <span aria-hidden>×{failed}</span>;
    case "begun":
      return <span aria-hidden>{shortMinutes(minutes) || "·"}</span>;
    case "untouched":
      return null;
  }
}

function Fails({ count }: { count: number }) {
  return (
    <span aria-hidden className="fails">
      ×{count}
    </span>
  );
}

function TickMark() {
  return (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.25"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M3 8.5l3.2 3.2L13 4.8" />
    </svg>
  );
}

function inWords({ state, minutes, failed, hints }: CellView): string {
  const time = minutes > 0 ? `, ${minutesInWords(minutes)}` : "";
  const fails = failed > 0 ? `, ${failed} failed ${failed === 1 ? "check" : "checks"}` : "";
  switch (state) {
    case "done":
      return `done${time}`;
    case "hints":
      return `done with ${hints} ${hints === 1 ? "hint" : "hints"}${time}`;
    case "solution":
      return `done with the solution${time}`;
    case "now":
      return `at it now${time}${fails}`;
    case "failing":
    case "begun":
      return `begun${time}${fails}`;
    case "untouched":
      return "not begun";
  }
}
