"use client";
import { useEffect, useRef, useState } from "react";

/** A task's number, and a tick in its place once the task is done. The tick draws itself only if it turned done before the learner's eyes. */
export function Tick({ done, number }: { done: boolean; number: number }) {
  const before = useRef(done);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (done && !before.current) setDrawn(true);
    before.current = done;
  }, [done]);
  return (
    <span
      aria-hidden
      className={`flex size-7 shrink-0 items-center justify-center rounded-md border font-mono text-[0.8125rem] tabular-nums ${done ? "border-success bg-success text-surface" : "border-border-strong text-muted-foreground"}`}
    >
      {done ? (
        <svg
          viewBox="0 0 16 16"
          width="15"
          height="15"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          className={drawn ? "tick-drawn" : ""}
          aria-hidden="true"
        >
          <path d="M3 8.5l3.2 3.2L13 4.8" />
        </svg>
      ) : (
        number
      )}
    </span>
  );
}
