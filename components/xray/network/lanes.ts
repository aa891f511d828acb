/**
 * How cables run. The boxes leave a gutter free, and each cable has a lane in it: out of its plug to the lane, along the lane, and in to
 * the other plug. Cables that would lie over each other have different lanes.
 */

/** Where a cable comes out of a box, pixels; `side`: the box lies on this side of the gutter. */
export type Plug = { x: number; y: number; side: "left" | "right" };
export type Gutter = { left: number; right: number };
export type Run = { id: string; path: string /** Where a cable ends that leads nowhere. */; end: Plug | undefined };

type Ends = { id: string; ends: readonly string[] };

const RADIUS = 7;
const LOOSE = 16;
/** So far apart two cables in one lane are not taken for one, pixels. */
const APART = 6;

export function layCables(cables: readonly Ends[], plugs: ReadonlyMap<string, Plug>, gutter: Gutter): Run[] {
  const loose: Run[] = [];
  const spans: { id: string; from: Plug; to: Plug; top: number; bottom: number; lane: number }[] = [];
  for (const { id, ends } of cables) {
    const [from, to] = ends.map((end) => plugs.get(end));
    if (!from) continue;
    if (to) spans.push({ id, from, to, top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y), lane: 0 });
    else if (ends.length === 1) {
      const x = from.x + (from.side === "left" ? LOOSE : -LOOSE);
      loose.push({ id, path: `M${from.x} ${from.y}H${x}`, end: { ...from, x } });
    }
  }
  // The short ones first: they stay next to the boxes, and the long ones go around them.
  spans.sort((a, b) => a.bottom - a.top - (b.bottom - b.top) || a.top - b.top);
  const lanes: { top: number; bottom: number }[][] = [];
  for (const span of spans) {
    const free = lanes.findIndex((taken) =>
      taken.every(({ top, bottom }) => bottom + APART < span.top || span.bottom + APART < top),
    );
    span.lane = free === -1 ? lanes.length : free;
    const lane = lanes[span.lane];
    if (lane) lane.push(span);
    else lanes.push([span]);
  }
  const step = (gutter.right - gutter.left) / (lanes.length + 1);
  return [
    ...loose,
    ...spans.map(({ id, from, to, lane }) => ({ id, path: way(from, to, gutter.left + step * (lane + 1)), end: undefined })),
  ];
}

/** Straight where it can be, with round corners where not. */
function way(from: Plug, to: Plug, lane: number): string {
  if (Math.abs(from.y - to.y) < 1 && from.side !== to.side) return `M${from.x} ${from.y}H${to.x}`;
  const down = Math.sign(to.y - from.y) || 1;
  const radius = Math.min(RADIUS, Math.abs(to.y - from.y) / 2, Math.abs(lane - from.x), Math.abs(lane - to.x));
  const out = lane > from.x ? 1 : -1;
  const back = to.x > lane ? 1 : -1;
  return [
    `M${from.x} ${from.y}`,
    `H${lane - out * radius}`,
    `Q${lane} ${from.y} ${lane} ${from.y + down * radius}`,
    `V${to.y - down * radius}`,
    `Q${lane} ${to.y} ${lane + back * radius} ${to.y}`,
    `H${to.x}`,
  ].join("");
}
