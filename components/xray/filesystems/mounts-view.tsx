import { memo, useMemo, useState } from "react";
import type { Facts, Reference } from "../../../lab-server/protocol.ts";
import { sameReference } from "../reference.ts";
import type { ViewProps } from "../view.ts";
import { countBelow, isFurniture, type MountNode, mountTree } from "./mount-tree.ts";

type MountsViewProps = {
  mounts: Facts["mounts"];
  /** All namespaces. */
  all: Facts["namespaces"];
  leftOut: number | undefined;
  selected: Reference | undefined;
  select: ViewProps["select"];
};

/** The mounts of one mount namespace as a tree. */
export const MountsView = memo(function MountsView({ mounts, all, leftOut = 0, selected, select }: MountsViewProps) {
  const namespaces = Object.entries(all)
    .filter(([id, { type }]) => type === "mnt" && Object.values(mounts).some((mount) => mount.namespace === id))
    .sort(([, one], [, other]) => ORDER.compare(one.name, other.name));
  const sandbox = namespaces.find(([, { origin }]) => origin === "sandbox")?.[0];
  const [chosen, choose] = useState<string>();
  const pointed = selected?.table === "mounts" ? mounts[selected.id]?.namespace : undefined;
  const shown = [chosen, pointed, sandbox].find((id) => namespaces.some(([known]) => known === id)) ?? namespaces[0]?.[0];
  const tree = useMemo(() => (shown === undefined ? [] : mountTree(mounts, shown, sandbox)), [mounts, shown, sandbox]);
  if (shown === undefined) return null;
  return (
    <section aria-label="Mounts">
      <div className="mb-1.5 flex flex-wrap items-center gap-x-2 gap-y-1">
        <h3 className="text-[0.8125rem] font-semibold">Mounts</h3>
        <fieldset className="flex flex-wrap gap-1">
          <legend className="sr-only">Mount namespace</legend>
          {namespaces.map(([id, { name, origin }]) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === shown}
              onClick={() => choose(id)}
              className="h-6 rounded-sm border border-border-strong px-1.5 text-xs font-medium text-muted-foreground hover:text-foreground aria-pressed:text-foreground"
              style={id === shown ? { borderColor: "var(--ns-mnt)", boxShadow: "inset 0 -2px 0 var(--ns-mnt)" } : undefined}
            >
              {name}
              {origin === "sandbox" && " (the sandbox's)"}
            </button>
          ))}
        </fieldset>
      </div>
      <Nodes nodes={tree} selected={selected} select={select} />
      {leftOut > 0 && (
        <p className="mt-1 text-xs text-muted-foreground">{leftOut.toLocaleString("en")} more mounts are not shown.</p>
      )}
    </section>
  );
});

const ORDER = new Intl.Collator("en", { numeric: true });

type NodesProps = { nodes: readonly MountNode[]; selected: Reference | undefined; select: ViewProps["select"] };

function Nodes({ nodes, selected, select }: NodesProps) {
  return (
    <ul className="flex flex-col">
      {nodes.map((node) => (
        <li key={node.id}>
          <Mount node={node} selected={selected} select={select} />
          {node.children.length > 0 && (
            <div className="ml-2 border-l border-border pl-2.5">
              {isFurniture(node) ? (
                <details>
                  <summary className="text-xs text-muted-foreground">
                    {countBelow(node)} more below {node.mount.point}
                  </summary>
                  <Nodes nodes={node.children} selected={selected} select={select} />
                </details>
              ) : (
                <Nodes nodes={node.children} selected={selected} select={select} />
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Mount({ node, selected, select }: { node: MountNode } & Omit<NodesProps, "nodes">) {
  const { id, mount, own, covered } = node;
  const of: Reference = { table: "mounts", id };
  const isSelected = sameReference(of, selected);
  const readOnly = /(^|,)ro(,|$)/.test(mount.options);
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      data-selected={isSelected}
      onClick={() => select(of)}
      className={`xray-new flex w-full flex-wrap items-baseline gap-x-2 rounded-sm px-1.5 py-0.5 text-left text-xs hover:bg-muted ${isSelected ? "outline-2 -outline-offset-2 outline-accent" : ""}`}
    >
      <span className={`font-mono break-all ${own ? "font-semibold" : ""}`}>{mount.point}</span>
      <span className="text-muted-foreground">
        {mount.type}
        {mount.root !== "/" && ` of ${mount.root}`}
        {mount.source !== mount.type && mount.source !== "none" && `, ${mount.source}`}
      </span>
      {readOnly && <span className="text-muted-foreground">read-only</span>}
      {mount.propagation !== "" && mount.propagation !== "private" && (
        <span className="text-muted-foreground">{mount.propagation}</span>
      )}
      {covered && <span className="text-muted-foreground">covered</span>}
      {own && (
        <span className="font-medium" style={{ color: "var(--ns-mnt)" }}>
          only here
        </span>
      )}
    </button>
  );
}
