import { History } from "lucide-react";
import { type KeyboardEvent, memo, useMemo } from "react";
import type { XrayEvent } from "../../../lab-server/protocol.ts";
import { clock } from "../clock.ts";
import { EventMark } from "../event-mark.tsx";

type TimelineProps = {
  /** Oldest first. */
  events: readonly XrayEvent[];
  /** Ids of the first event whose moment can be gone back to. */
  canGoTo: (event: number) => boolean;
  /** Id of the event at which the learner looks; undefined in the present. */
  current: number | undefined;
  onChoose: (event: XrayEvent) => void;
  onGoTo: (event: XrayEvent) => void;
};

/** What happened, the newest first. The arrow keys go from line to line. */
export default function Timeline({ events, canGoTo, current, onChoose, onGoTo }: TimelineProps) {
  const newestFirst = useMemo(() => events.toReversed(), [events]);
  const onKeyDown = (event: KeyboardEvent<HTMLOListElement>) => {
    const lines = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-event]")];
    const at = lines.findIndex((line) => line.matches(":focus"));
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 };
    const next = steps[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    lines[Math.max(0, Math.min(lines.length - 1, next))]?.focus();
  };
  if (events.length === 0)
    return (
      <p className="p-5 text-muted-foreground">
        Nothing has happened yet. Try `unshare --pid --fork bash` in the terminal: a line appears here for what the kernel did.
      </p>
    );
  return (
    <ol aria-label="What happened, the newest first" className="py-1" onKeyDown={onKeyDown}>
      {newestFirst.map((event, index) => (
        <Line
          key={event.id}
          event={event}
          isStop={current === undefined ? index === 0 : event.id === current}
          isCurrent={event.id === current}
          isLater={current !== undefined && event.id > current}
          hasMoment={canGoTo(event.id)}
          onChoose={onChoose}
          onGoTo={onGoTo}
        />
      ))}
    </ol>
  );
}

type LineProps = {
  event: XrayEvent;
  isStop: boolean;
  isCurrent: boolean;
  isLater: boolean;
  hasMoment: boolean;
  onChoose: (event: XrayEvent) => void;
  onGoTo: (event: XrayEvent) => void;
};

const Line = memo(function Line({ event, isStop, isCurrent, isLater, hasMoment, onChoose, onGoTo }: LineProps) {
  return (
    <li
      aria-current={isCurrent ? "step" : undefined}
      className={`group flex items-stretch border-l-2 pr-2 ${isCurrent ? "border-accent bg-muted" : "border-transparent"} ${isLater ? "text-muted-foreground" : ""}`}
    >
      <button
        type="button"
        data-event
        tabIndex={isStop ? 0 : -1}
        onClick={() => onChoose(event)}
        className="flex min-w-0 flex-1 items-baseline gap-2.5 px-3 py-1 text-left text-sm hover:bg-muted"
      >
        <span className="font-mono text-xs text-muted-foreground tabular-nums">{clock(event.at)}</span>
        <span className="self-center">
          <EventMark event={event} />
        </span>
        <span className="min-w-0 break-words">{event.text}</span>
      </button>
      {hasMoment && (
        <button
          type="button"
          tabIndex={isStop ? 0 : -1}
          aria-label={`As it was then: ${event.text}`}
          title="As it was then"
          onClick={() => onGoTo(event)}
          className="shrink-0 self-center rounded-sm p-1 text-muted-foreground hover:bg-muted hover:text-foreground"
        >
          <History size={14} aria-hidden />
        </button>
      )}
    </li>
  );
});
