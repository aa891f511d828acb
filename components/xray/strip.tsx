import { Info } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { EventKind, Watch, XrayEvent } from "../../lab-server/protocol.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { clock } from "./clock.ts";
import { EventMark, GRAVE } from "./event-mark.tsx";

/** Milliseconds between two announcements to a screen reader: a fork storm must not talk without end. */
const QUIET = 3_000;

type StripProps = {
  events: readonly XrayEvent[];
  watch: Watch | undefined;
  /** Whether the timeline, which shows them all, is another view just now. */
  isShown: boolean;
  onChoose: (event: XrayEvent) => void;
};

/** The last thing that happened, in one line below the picture. */
export function Strip({ events, watch, isShown, onChoose }: StripProps) {
  const last = mostTelling(events);
  return (
    <div className="flex h-8 shrink-0 items-center gap-1 border-t border-border bg-surface pr-1 pl-2 text-[0.8125rem]">
      {isShown && last !== undefined ? (
        <button
          key={last.id}
          type="button"
          onClick={() => onChoose(last)}
          className="xray-arrives flex min-w-0 items-center gap-2 rounded-sm px-1 py-0.5 text-left hover:bg-muted"
        >
          <span className="font-mono text-xs text-muted-foreground tabular-nums">{clock(last.at)}</span>
          <EventMark event={last} />
          <span className="truncate">{last.text}</span>
        </button>
      ) : (
        <span className="truncate px-1 text-muted-foreground">
          {isShown ? "Nothing has happened yet." : watch && watchText(watch)}
        </span>
      )}
      <span className="flex-1" />
      {watch !== undefined && <WatchLine watch={watch} />}
      <Announcement events={events} />
    </div>
  );
}

/** Of what happened last, at one time, what says the most: a process begins and ends with nearly everything else. */
function mostTelling(events: readonly XrayEvent[]): XrayEvent | undefined {
  const last = events.at(-1);
  const together = events.slice(-12).filter(({ at }) => at === last?.at);
  return together.findLast(({ kind }) => GRAVE.includes(kind)) ?? together.findLast(({ kind }) => !COMMON.includes(kind)) ?? last;
}

const COMMON: readonly EventKind[] = ["process-started", "process-ended", "process-became"];

/** How soon this host tells what happens. */
function WatchLine({ watch }: { watch: Watch }) {
  const text = watchText(watch);
  return (
    <Tooltip label={text}>
      <button
        type="button"
        aria-label={`About this picture. ${text}`}
        className="shrink-0 rounded-sm p-1 text-muted-foreground hover:bg-muted"
      >
        <Info size={14} aria-hidden />
      </button>
    </Tooltip>
  );
}

function watchText(watch: Watch): string {
  const told = Object.entries(watch).flatMap(([subject, how]) => (how === "events" ? [subject] : []));
  const polled = Object.entries(watch).flatMap(([subject, how]) => (how === "polling" ? [subject] : []));
  return [
    told.length > 0 ? `This host tells at once of ${told.join(", ")}.` : "",
    polled.length > 0 ? `It is asked again and again about ${polled.join(", ")}: what lives very shortly can be missed.` : "",
  ]
    .join(" ")
    .trim();
}

/** Reads to a screen reader what happened, not too often. */
function Announcement({ events }: { events: readonly XrayEvent[] }) {
  const [said, setSaid] = useState("");
  const newest = events.at(-1)?.id ?? 0;
  /** What happened before this was here is not news. */
  const heard = useRef(newest);
  const spokeAt = useRef(0);
  useEffect(() => {
    if (newest < heard.current) heard.current = newest;
    if (newest === heard.current) return;
    const timer = setTimeout(
      () => {
        const fresh = events.filter(({ id }) => id > heard.current);
        const last = fresh.at(-1);
        if (last === undefined) return;
        heard.current = last.id;
        spokeAt.current = performance.now();
        setSaid(fresh.length === 1 ? last.text : `${last.text}. ${fresh.length - 1} more before it.`);
      },
      Math.max(0, spokeAt.current + QUIET - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [events, newest]);
  return (
    <p role="status" aria-label="What happened in the sandbox" className="sr-only">
      {said}
    </p>
  );
}
