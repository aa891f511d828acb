"use client";
import type { Show } from "./order.ts";
import type { Tally } from "./tally.ts";

type CountsProps = { tally: Tally; show: Show; onShow: (show: Show) => void };

/** The class in four numbers. Each is a filter: press it, and the board shows those learners; press it again, and all are back. */
export function Counts({ tally, show, onShow }: CountsProps) {
  const counts = [
    { show: "here", count: tally.here, name: "here now", tone: "" },
    { show: "hands", count: tally.hands, name: tally.hands === 1 ? "hand up" : "hands up", tone: "text-accent" },
    { show: "stuck", count: tally.stuck, name: "stuck", tone: "text-warning" },
    { show: "finished", count: tally.finished, name: "finished", tone: "text-success" },
  ] as const;
  return (
    <fieldset className="board-counts -ml-2 sm:-ml-2.5 flex flex-wrap">
      <legend className="sr-only">Show only those who are</legend>
      {counts.map(({ show: which, count, name, tone }) => (
        <button
          key={which}
          type="button"
          aria-pressed={show === which}
          onClick={() => onShow(show === which ? "all" : which)}
          className="flex items-baseline gap-1 sm:gap-1.5 rounded-md px-2 py-1 sm:px-2.5 hover:bg-muted aria-pressed:bg-muted aria-pressed:outline-1 aria-pressed:outline-border-strong"
        >
          <span
            className={`text-[1.25rem] leading-8 font-semibold sm:text-[1.625rem] tracking-[-0.02em] tabular-nums ${count > 0 ? tone : "text-muted-foreground"}`}
          >
            {count}
          </span>
          <span className="text-[0.8125rem] text-muted-foreground">{name}</span>
        </button>
      ))}
    </fieldset>
  );
}
