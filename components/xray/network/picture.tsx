import { useEffect, useMemo, useRef, useState } from "react";
import { type Facts, Table } from "../../../lab-server/protocol.ts";
import { ownStop, treeEvents } from "../tree-keys.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { NetworkBoxItem } from "./box.tsx";
import { Cables } from "./cables.tsx";
import "./network.css";
import { FLOWS_FOR, NO_FLOWS, seeFlows } from "./traffic.ts";
import { wire } from "./wiring.ts";

/** Network namespaces as boxes, the sandbox's own beside those made in it, and the cables between them. */
export default function NetworkPicture({ facts, before, selected, select, focus, at, live }: ViewProps) {
  const { interfaces, namespaces, processes } = facts;
  const { boxes, cables } = useMemo(() => wire({ interfaces, namespaces, processes }), [interfaces, namespaces, processes]);
  const now = useNow(at, live);
  const flows = useFlows(interfaces, before?.interfaces, at, live);
  const root = useRef<HTMLDivElement>(null);
  const chosen = selected && `${selected.table} ${selected.id}`;
  const pointed = useMemo(
    () =>
      focus?.interface === undefined ? undefined : Object.keys(interfaces).find((id) => interfaces[id]?.name === focus.interface),
    [focus, interfaces],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the boxes change, one item must be the stop
  useEffect(() => ownStop(root.current), [boxes]);
  useEffect(() => {
    const id = selected?.id ?? pointed;
    if (id !== undefined)
      root.current?.querySelector(`[role="treeitem"][data-id="${CSS.escape(id)}"] > *`)?.scrollIntoView({ block: "nearest" });
  }, [selected, pointed]);

  const act = (target: Element): boolean => {
    const { table, id } = target.closest<HTMLElement | SVGElement>("[data-table]")?.dataset ?? {};
    if (table === undefined || id === undefined) return false;
    select({ table: Table.parse(table), id });
    return true;
  };

  const context = { facts, now, flows, selected: chosen, pointed };
  const [own, ...made] = boxes;
  if (!own) return <p className="p-4 text-muted-foreground">No network namespace can be seen.</p>;
  return (
    <div className="network-picture">
      <p className="network-says">
        Each box is a network stack of its own. What goes into one end of a cable comes out at the other.
      </p>
      <div
        ref={root}
        role="tree"
        tabIndex={-1}
        aria-label="Network namespaces and their interfaces"
        className="network-map"
        style={{ "--lanes": Math.min(8, cables.length) } as React.CSSProperties}
        data-alone={made.length === 0}
        {...treeEvents(root, act)}
      >
        <div className="network-column" data-column="left">
          <NetworkBoxItem box={own} context={context} />
        </div>
        {made.length > 0 && (
          <div className="network-column" data-column="right">
            {made.map((box) => (
              <NetworkBoxItem key={box.id} box={box} context={context} />
            ))}
          </div>
        )}
        <Cables root={root} wiring={boxes} cables={cables} flows={flows} selected={selected?.id ?? pointed} />
      </div>
      {boxes.every(({ isAlone }) => isAlone) && <Nothing isSingle={made.length === 0} />}
    </div>
  );
}

/** There is no cable yet. */
function Nothing({ isSingle }: { isSingle: boolean }) {
  return (
    <div className="network-nothing">
      <p>
        <b className="network-nothing-title">No way out: nothing is connected.</b> What is sent into <code>lo</code> comes back
        out of <code>lo</code>, so the processes here reach one another and nobody else.
      </p>
      <p>
        {isSingle && (
          <>
            <code>ip netns add blue</code> makes a second network stack.{" "}
          </>
        )}
        <code>ip link add veth0 type veth peer name eth0 netns blue</code> lays a cable to it.
      </p>
    </div>
  );
}

/** What flows now; while the learner looks back, what flowed at that moment. */
function useFlows(interfaces: Facts["interfaces"], before: Facts["interfaces"] | undefined, at: number, live: boolean) {
  const [seen, setSeen] = useState({ interfaces, flows: NO_FLOWS });
  const soon = useNow(at, live, FLOWS_FOR);
  if (live && seen.interfaces !== interfaces) {
    setSeen({ interfaces, flows: seeFlows(seen.flows, seen.interfaces, interfaces, at) });
  }
  return useMemo(
    () =>
      live
        ? seeFlows(seen.flows, seen.interfaces, seen.interfaces, soon)
        : seeFlows(NO_FLOWS, before ?? interfaces, interfaces, at),
    [live, seen, soon, before, interfaces, at],
  );
}
