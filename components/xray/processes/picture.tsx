import { useMemo, useState } from "react";
import { type Facts, NAMESPACE_TYPES, type NamespaceType } from "../../../lab-server/protocol.ts";
import type { ViewProps } from "../view.ts";
import { Chooser } from "./chooser.tsx";
import { fold } from "./fold.ts";
import { type Box, type Item, type LookAt, placeProcesses } from "./layout.ts";
import { Moves } from "./moves.tsx";
import "./processes.css";
import { useNow } from "../use-now.ts";
import { shareBoxes } from "./share.ts";
import { ProcessTree } from "./tree.tsx";
import { useLookAt } from "./use-look-at.ts";
import { SHARED } from "./words.ts";

/** Processes in the boxes of their namespaces, by one type of namespace or by all at once. */
export default function ProcessesPicture({ facts, selected, select, focus, at, live }: ViewProps) {
  const { look, setLook, chosenHere } = useLookAt(focus, selected);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { processes, namespaces } = facts;
  const now = useNow(at, live);
  const layout = useMemo(() => placeProcesses({ processes, namespaces }, look, now), [processes, namespaces, look, now]);
  const keep = selected?.table === "processes" ? Number(selected.id) : undefined;
  const boxes = useShared(useMemo(() => fold(layout.boxes, { opened, keep }), [layout, opened, keep]));
  const numbers = useMemo(() => namespacesOfTypes(namespaces), [namespaces]);
  const isNested = useMemo(() => Object.values(processes).some(({ pids }) => pids.length > 1), [processes]);

  if (Object.keys(processes).length === 0) {
    return <p className="p-4 text-muted-foreground">No process runs in the sandbox: not even its shell.</p>;
  }
  return (
    <div className="processes-picture">
      <Chooser look={look} onLook={setLook} numbers={numbers} />
      <p className="processes-says">
        {SHARED[look]}
        {isNested && (look === "pid" || look === "all") && (
          <span className="processes-key">
            <span className="font-mono">
              <b>1</b> ← 16
            </span>{" "}
            is pid 1 inside, and pid 16 one box further out.
          </span>
        )}
      </p>
      <Moves boxOf={layout.boxOf} look={look} live={live}>
        <ProcessTree
          boxes={boxes}
          look={look}
          selected={selected}
          select={(of) => {
            chosenHere(of);
            select(of);
          }}
          onMore={(id) =>
            setOpened((before) => {
              const after = new Set(before);
              if (!after.delete(id)) after.add(id);
              return after;
            })
          }
        />
      </Moves>
    </div>
  );
}

/** The boxes, with every part that did not change as it was. */
function useShared(boxes: readonly Box[]): readonly Item[] {
  const [known, setKnown] = useState({ of: boxes, ...shareBoxes(boxes, new Map()) });
  if (known.of === boxes) return known.boxes;
  const next = { of: boxes, ...shareBoxes(boxes, known.known) };
  setKnown(next);
  return next.boxes;
}

/** How many namespaces there are of each type; of all types at once, how many were made in the sandbox. */
function namespacesOfTypes(namespaces: Facts["namespaces"]): ReadonlyMap<LookAt, number> {
  const all = Object.values(namespaces);
  const ofType = (type: NamespaceType) => all.filter((namespace) => namespace.type === type).length;
  return new Map<LookAt, number>(NAMESPACE_TYPES.map((type) => [type, ofType(type)]));
}
