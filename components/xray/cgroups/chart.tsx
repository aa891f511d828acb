import { CHART_SPAN, type Lane, LOW } from "./lanes.ts";

const WIDTH = 240;
const HEIGHT = 32;

/** The last minute of a lane, its limit as a dashed line. Decoration to a screen reader: the reading stands beside it in words. */
export function Chart({ lane, at }: { lane: Lane; at: number }) {
  const peak = Math.max(...lane.points.map(({ value }) => value), 0);
  // Where there is a limit, it is the scale; else the highest reading is, unless it is next to nothing.
  const top =
    lane.limit !== null && lane.limit > 0 ? Math.max(lane.limit, peak) * 1.12 : Math.max(peak, LOW[lane.controller]) * 1.25;
  const x = (moment: number) => WIDTH * (1 - (at - moment) / CHART_SPAN);
  const y = (value: number) => HEIGHT * (1 - value / top);
  const line = lane.points.map((point) => `${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join("L");
  const first = lane.points[0];
  const last = lane.points.at(-1);
  const colour = `var(--cg-${lane.controller})`;
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-8 w-full overflow-hidden">
      {first && last && (
        <>
          <path d={`M${x(first.at)} ${HEIGHT}L${line}L${x(last.at)} ${HEIGHT}Z`} fill={colour} fillOpacity="0.16" />
          <path d={`M${line}`} fill="none" stroke={colour} strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        </>
      )}
      {lane.limit !== null && (
        <path
          d={`M0 ${y(lane.limit)}H${WIDTH}`}
          stroke="var(--danger)"
          strokeWidth="1"
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path d={`M0 ${HEIGHT}H${WIDTH}`} stroke="var(--border-strong)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
