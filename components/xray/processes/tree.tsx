import { useEffect, useMemo, useRef } from "react";
import { type Reference, Table } from "../../../lab-server/protocol.ts";
import { ownStop, treeEvents, treeItemOf } from "../tree-keys.ts";
import type { Item, LookAt } from "./layout.ts";
import "./tree.css";
import { type TreeContext, TreeItems } from "./tree-items.tsx";

type TreeProps = {
  boxes: readonly Item[];
  look: LookAt;
  selected: Reference | undefined;
  select: (of: Reference) => void;
  onMore: (id: string) => void;
};

/**
 * A tree for the keyboard and for screen readers: one stop for the Tab key, arrow keys go through it, Enter explains. What can be
 * chosen carries `data-table` and `data-id`.
 */
export function ProcessTree({ boxes, look, selected, select, onMore }: TreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const chosen = selected && `${selected.table} ${selected.id}`;
  const context = useMemo((): TreeContext => ({ look, selected: chosen }), [look, chosen]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the rows change, one of them must be the stop
  useEffect(() => ownStop(tree.current), [boxes]);
  // What was chosen elsewhere comes in sight.
  useEffect(() => {
    if (selected) find(tree.current, selected)?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  const isFlat = look !== "pid" && look !== "user" && look !== "all";
  const rest = boxes.slice(1);
  const act = (target: Element): boolean => {
    const found = target.closest<HTMLElement>("[data-table], [data-more], [data-go]");
    if (!found) return false;
    const { table, id, more, go } = found.dataset;
    if (more !== undefined) onMore(more);
    else if (go !== undefined) treeItemOf(tree.current?.querySelector(`[data-pid="${CSS.escape(go)}"]`))?.focus();
    else if (id !== undefined) select({ table: Table.parse(table), id });
    return true;
  };
  return (
    <div
      ref={tree}
      role="tree"
      aria-label={look === "all" ? "Processes by all their namespaces" : `Processes by ${look} namespace`}
      className="process-tree"
      {...treeEvents(tree, act)}
    >
      {isFlat && rest.length > 0 ? (
        // Side by side where there is room: the sandbox's own, and what was made in it.
        <>
          <div className="process-column">
            <TreeItems items={boxes.slice(0, 1)} context={context} />
          </div>
          <div className="process-column">
            <TreeItems items={rest} context={context} />
          </div>
        </>
      ) : (
        <TreeItems items={boxes} context={context} />
      )}
    </div>
  );
}

function find(tree: HTMLElement | null, { table, id }: Reference): Element | null {
  const found = tree?.querySelector(`[role="treeitem"][data-table="${table}"][data-id="${CSS.escape(id)}"] > *`);
  return found?.querySelector(":scope > .box-head") ?? found ?? null;
}
