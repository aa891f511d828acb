/** Where the lessons stand on the map, and how the arrows run: each lesson below those that it builds on. */
import { Graph, type GraphLabel, layout, type NodeLabel, type Point } from "@dagrejs/dagre";

export type MapLesson = { slug: string; needs: readonly string[] };

export type MapLayout = {
  width: number;
  height: number;
  /** Left upper corners of the lessons' boxes, by slug. */
  places: ReadonlyMap<string, Point>;
  /** An arrow from a lesson to one that builds on it: an SVG path, and its point. */
  arrows: readonly (Edge & { path: string; tip: Point })[];
};

/** Size of a lesson's box, and the room between boxes, in pixels. */
export const BOX = { width: 284, height: 100 };
const GAP = { beside: 44, below: 72 };
/** An arrow ends so far above its box: its head has room. */
const HEAD = 5;
/** A box that is no further from a column stands in it, so that arrows down the column run straight. */
const COLUMN = 24;

/**
 * Lays the lessons out in rows. An arrow that others say already is left out: where c builds on b and b on a, none leads from a
 * to c. Lessons that need each other in a circle, or some that is not there, are laid out all the same.
 */
export function layOutLessons(lessons: readonly MapLesson[]): MapLayout {
  const course = JSON.stringify(lessons.map(({ slug, needs }) => [slug, needs]));
  if (latest?.course !== course) latest = { course, layout: bestLayout(lessons) };
  return latest.layout;
}

/** The map of one course stays the same until its lessons change. */
let latest: { course: string; layout: MapLayout } | undefined;

function bestLayout(lessons: readonly MapLesson[]): MapLayout {
  const edges = neededArrows(lessons);
  // dagre orders a row by what it met first, and not always without crossings: of several beginnings the best is kept.
  const tries = lessons.flatMap((_, index) => {
    const turned = [...lessons.slice(index), ...lessons.slice(0, index)];
    return [draw(turned, edges), draw(turned.toReversed(), edges)];
  });
  const [first, ...others] = tries;
  if (!first) return { width: 0, height: 0, places: new Map(), arrows: [] };
  const { width, height, places, ways } = others.reduce(
    (best, other) => (crossings(other) < crossings(best) ? other : best),
    first,
  );
  return { width, height, places, arrows: ways.map(({ from, to, stops }) => arrow(from, to, stops)) };
}

type Edge = { from: string; to: string };
/** An arrow's way: points between which it runs, from row to row. */
type Way = Edge & { stops: readonly Point[] };
type Drawing = Pick<MapLayout, "width" | "height" | "places"> & { ways: readonly Way[] };

function draw(lessons: readonly MapLesson[], edges: readonly Edge[]): Drawing {
  const graph = new Graph<GraphLabel, NodeLabel>();
  graph.setGraph({ rankdir: "TB", nodesep: GAP.beside, ranksep: GAP.below, marginx: 1, marginy: 1 });
  for (const { slug } of lessons) graph.setNode(slug, { ...BOX });
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);

  const middles = inColumns(lessons.map(({ slug }) => ({ slug, x: graph.node(slug).x ?? 0, y: graph.node(slug).y ?? 0 })));
  const rows = [...new Set([...middles.values()].map(({ y }) => y))].toSorted((a, b) => a - b);
  return {
    // A box's border lies half outside of it.
    width: Math.max(...[...middles.values()].map(({ x }) => x)) + BOX.width / 2 + 1,
    height: Math.max(...rows) + BOX.height / 2 + 1,
    places: new Map([...middles].map(([slug, { x, y }]) => [slug, { x: x - BOX.width / 2, y: y - BOX.height / 2 }])),
    ways: edges.flatMap(({ from, to }) => {
      const [start, end] = [middles.get(from), middles.get(to)];
      return start && end ? [{ from, to, stops: stopsOf(start, end, rows, graph.edge(from, to).points ?? []) }] : [];
    }),
  };
}

/** Moves what is almost in one column into it. The fullest row has the columns. */
function inColumns(middles: readonly (Point & { slug: string })[]): Map<string, Point> {
  const rows = [...Map.groupBy(middles, ({ y }) => y).values()];
  const fullest = rows.reduce((best, row) => (row.length > best.length ? row : best), []);
  return new Map(
    middles.map(({ slug, x, y }) => [slug, { x: fullest.find((other) => Math.abs(other.x - x) <= COLUMN)?.x ?? x, y }]),
  );
}

/** The arrows that no chain of others replaces. */
function neededArrows(lessons: readonly MapLesson[]): Edge[] {
  const needsOf = new Map(lessons.map(({ slug, needs }) => [slug, needs]));
  /** Whether a way leads from one lesson down to another by its needs. */
  const reaches = (from: string, to: string, met = new Set<string>()): boolean =>
    (needsOf.get(from) ?? []).some((need) => {
      if (need === to) return true;
      if (met.has(need)) return false;
      met.add(need);
      return reaches(need, to, met);
    });
  return lessons.flatMap(({ slug, needs }) =>
    needs
      .filter((need) => need !== slug && needsOf.has(need))
      .filter((need) => !needs.some((other) => other !== need && other !== slug && reaches(other, need)))
      .map((need) => ({ from: need, to: slug })),
  );
}

/**
 * From the lower edge of one box to above the upper edge of another. Past rows that lie between it runs straight down, where
 * dagre has made room.
 */
function stopsOf(start: Point, end: Point, rows: readonly number[], points: readonly Point[]): Point[] {
  const half = BOX.height / 2;
  const between = rows.filter((row) => row > start.y && row < end.y);
  return [
    { x: start.x, y: start.y + half },
    ...between.flatMap((row) => {
      const x = xAt(points, row);
      return [
        { x, y: row - half },
        { x, y: row + half },
      ];
    }),
    { x: end.x, y: end.y - half - HEAD },
  ];
}

function arrow(from: string, to: string, stops: readonly Point[]): MapLayout["arrows"][number] {
  const path = stops.map(({ x, y }, index) => {
    const last = stops[index - 1];
    if (!last) return `M${round(x)} ${round(y)}`;
    if (last.x === x) return `V${round(y)}`;
    const middle = round((last.y + y) / 2);
    return `C${round(last.x)} ${middle} ${round(x)} ${middle} ${round(x)} ${round(y)}`;
  });
  return { from, to, path: path.join(""), tip: stops.at(-1) ?? { x: 0, y: 0 } };
}

/** How often arrows cross. */
function crossings({ ways }: Drawing): number {
  const pieces = ways.flatMap(({ stops }) => stops.slice(1).map((end, index) => ({ start: stops[index] ?? end, end })));
  let count = 0;
  for (const [index, a] of pieces.entries()) {
    for (const b of pieces.slice(index + 1)) {
      if (a.start.y === b.start.y && (a.start.x - b.start.x) * (a.end.x - b.end.x) < 0) count++;
    }
  }
  return count;
}

/** Where a way crosses a height. */
function xAt(points: readonly Point[], y: number): number {
  const index = points.findIndex((point) => point.y >= y);
  const [before, after] = [points[Math.max(0, index - 1)], points[index]];
  if (!after) return points.at(-1)?.x ?? 0;
  if (!before || after.y === before.y) return after.x;
  return before.x + ((after.x - before.x) * (y - before.y)) / (after.y - before.y);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
