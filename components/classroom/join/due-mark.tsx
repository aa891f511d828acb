"use client";
import { useSyncExternalStore } from "react";
import { LocalTime } from "../local-time.tsx";

/** When a lesson that is not done is due; whether that is past is known where the clock is. */
export function DueMark({ at }: { at: number }) {
  const isPast = useSyncExternalStore(
    everyMinute,
    () => Date.now() > at,
    () => false,
  );
  return (
    <span className={isPast ? "font-medium text-warning" : ""}>
      {isPast ? "was due " : "due "}
      <LocalTime at={at} />
    </span>
  );
}

function everyMinute(changed: () => void): () => void {
  const timer = setInterval(changed, 60_000);
  return () => clearInterval(timer);
}
