import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";
import "./cables.css";
import { type Gutter, layCables, type Plug, type Run } from "./lanes.ts";
import { directionsOf, type Flows } from "./traffic.ts";
import type { Cable, NetworkBox } from "./wiring.ts";

/** Where a cable leaves the card of its interface: beside its name, pixels from the card's top. */
const BESIDE_NAME = 17;

type Measured = { width: number; height: number; gutter: Gutter; plugs: ReadonlyMap<string, Plug> };

type CablesProps = {
  root: RefObject<HTMLElement | null>;
  /** Whenever it changes, things may lie elsewhere. */
  wiring: readonly NetworkBox[];
  cables: readonly Cable[];
  flows: Flows;
  /** Id of an interface. */
  selected: string | undefined;
};

/** The cables, over the boxes. All that they say is said by the cards in words too. */
export function Cables({ root, wiring, cables, flows, selected }: CablesProps) {
  const measured = usePlaces(root, wiring);
  // What was there from the beginning does not draw itself.
  const [old] = useState(() => new Set(cables.map(({ id }) => id)));
  if (!measured) return null;
  const { width, height, gutter, plugs } = measured;
  const runs = new Map(layCables(cables, plugs, gutter).map((run) => [run.id, run]));
  return (
    <svg className="cables" width={width} height={height} aria-hidden="true" role="presentation">
      {cables.map((cable) => {
        const run = runs.get(cable.id);
        if (!run) return null;
        const isSelected = selected !== undefined && cable.ends.some((end) => end === selected);
        return (
          <CableLine
            key={cable.id}
            cable={cable}
            run={run}
            plugs={plugs}
            flows={flows}
            isNew={!old.has(cable.id)}
            isSelected={isSelected}
          />
        );
      })}
    </svg>
  );
}

type CableLineProps = {
  cable: Cable;
  run: Run;
  plugs: ReadonlyMap<string, Plug>;
  flows: Flows;
  isNew: boolean;
  isSelected: boolean;
};

function CableLine({ cable: { ends, isUp }, run: { path, end }, plugs, flows, isNew, isSelected }: CableLineProps) {
  const { there, back } = directionsOf(ends, flows);
  return (
    <g className="cable" data-table="interfaces" data-id={ends[0]} data-up={isUp} data-new={isNew} data-selected={isSelected}>
      <path className="cable-reach" d={path} />
      <path className="cable-edge" d={path} />
      <path className="cable-line" d={path} />
      {isNew && <path className="cable-drawn" d={path} pathLength={1} />}
      {there && <path className="cable-flow" d={path} />}
      {back && <path className="cable-flow" data-back d={path} />}
      {ends.map((id) => {
        const plug = plugs.get(id);
        return plug && <rect key={id} className="cable-plug" x={plug.x - 4} y={plug.y - 5.5} width={8} height={11} rx={2} />;
      })}
      {end && <LooseEnd {...end} />}
    </g>
  );
}

/** Frayed: its other end is somewhere else. */
function LooseEnd({ x, y, side }: Plug) {
  const out = side === "left" ? 1 : -1;
  return <path className="cable-line" d={`M${x} ${y}l${7 * out} -5M${x} ${y}h${8 * out}M${x} ${y}l${7 * out} 5`} />;
}

/** Measures the cards whenever they may have moved. */
function usePlaces(root: RefObject<HTMLElement | null>, wiring: readonly NetworkBox[]): Measured | undefined {
  const [measured, setMeasured] = useState<Measured>();
  const measure = useCallback(() => {
    if (root.current) {
      const next = placesIn(root.current);
      setMeasured((before) => (before && same(before, next) ? before : next));
    }
  }, [root]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another wiring is drawn elsewhere
  useLayoutEffect(measure, [measure, wiring]);
  useEffect(() => {
    if (!root.current) return;
    const observer = new ResizeObserver(measure);
    observer.observe(root.current);
    for (const column of root.current.children) observer.observe(column);
    return () => observer.disconnect();
  }, [root, measure]);
  return measured;
}

function placesIn(root: HTMLElement): Measured {
  const origin = root.getBoundingClientRect();
  const columnOf = (side: string) => root.querySelector(`[data-column="${side}"]`)?.getBoundingClientRect();
  const [left, right] = [columnOf("left"), columnOf("right")];
  const isBeside = left !== undefined && right !== undefined && right.left >= left.right;
  const plugs = new Map<string, Plug>();
  for (const card of root.querySelectorAll<HTMLElement>("[data-plug]")) {
    const { left: from, right: to, top } = card.getBoundingClientRect();
    const isRight = isBeside && card.closest('[data-column="right"]') !== null;
    const x = (isRight ? from : to) - origin.left;
    plugs.set(card.dataset.plug ?? "", { x, y: top - origin.top + BESIDE_NAME, side: isRight ? "right" : "left" });
  }
  const gutter = {
    left: (left?.right ?? origin.left) - origin.left,
    right: (isBeside ? right.left : origin.right) - origin.left,
  };
  return { width: origin.width, height: origin.height, gutter, plugs };
}

function same(one: Measured, other: Measured): boolean {
  return (
    one.width === other.width &&
    one.height === other.height &&
    one.gutter.left === other.gutter.left &&
    one.gutter.right === other.gutter.right &&
    one.plugs.size === other.plugs.size &&
    [...one.plugs].every(([id, { x, y, side }]) => {
      const plug = other.plugs.get(id);
      return plug?.x === x && plug.y === y && plug.side === side;
    })
  );
}
