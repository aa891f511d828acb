import { OctagonAlert, TriangleAlert } from "lucide-react";
import { Chart } from "./chart.tsx";
import { type Controller, isIdle, type Lane, type Mark } from "./lanes.ts";

const LABELS: Readonly<Record<Controller, string>> = { memory: "memory", cpu: "cpu", pids: "pids", io: "io" };
/** From this share of its limit on, a lane says that it is nearly full. */
const NEARLY_FULL = 0.9;

/** One controller of a group: the reading against the limit in words, as a bar, and over the last minute. */
export function LaneView({ lane, at, live }: { lane: Lane; at: number; live: boolean }) {
  const colour = `var(--cg-${lane.controller})`;
  const full = lane.share !== null && lane.share >= NEARLY_FULL && lane.controller !== "cpu";
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <dt className="flex items-baseline gap-1.5 text-xs">
        <span className="font-semibold" style={{ color: colour }}>
          {LABELS[lane.controller]}
        </span>
        {full && <span className="font-medium text-danger">nearly full</span>}
      </dt>
      <dd className="flex flex-col gap-1">
        <p className="truncate text-[0.8125rem] leading-tight tabular-nums">
          <span className="font-medium">{lane.reading}</span>{" "}
          {lane.limitReading && (
            // A limit that was just set is another element, and shows itself.
            <span key={lane.limitReading} className="xray-changed text-muted-foreground" title={lane.limitReading}>
              {lane.limitReading}
            </span>
          )}
        </p>
        {!isIdle(lane) && (
          <>
            <Bar lane={lane} full={full} live={live} />
            <Chart lane={lane} at={at} />
          </>
        )}
        {lane.marks.map((mark) => (
          <MarkView key={mark.text} mark={mark} />
        ))}
        {lane.pressure && <p className="text-xs text-muted-foreground">{lane.pressure}</p>}
      </dd>
    </div>
  );
}

/** What is in use of the limit. Page cache is hatched: it can be dropped. */
function Bar({ lane, full, live }: { lane: Lane; full: boolean; live: boolean }) {
  if (lane.share === null) return <span className="h-1.5" aria-hidden="true" />;
  const colour = full ? "var(--danger)" : `var(--cg-${lane.controller})`;
  const move = live ? "transition-[width] duration-200 ease-out" : "";
  return (
    <span aria-hidden="true" className="flex h-1.5 overflow-hidden rounded-sm bg-muted">
      <span className={`h-full ${move}`} style={{ width: `${lane.share * (1 - lane.cache) * 100}%`, background: colour }} />
      <span
        className={`h-full ${move}`}
        style={{
          width: `${lane.share * lane.cache * 100}%`,
          background: `repeating-linear-gradient(135deg, ${colour} 0 2px, color-mix(in oklab, ${colour} 35%, transparent) 2px 5px)`,
        }}
      />
    </span>
  );
}

export function MarkView({ mark: { level, text } }: { mark: Mark }) {
  const Icon = level === "alarm" ? OctagonAlert : TriangleAlert;
  return (
    <p
      key={text}
      className={`xray-changed flex items-start gap-1 text-xs font-medium ${level === "alarm" ? "text-danger" : "text-warning"}`}
    >
      <Icon aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      {text}
    </p>
  );
}
