import type { ViewProps } from "../view.ts";
import { GroupView } from "./group-view.tsx";
import { type GroupNode, groupTree } from "./tree.ts";

/** The sandbox's cgroups as a tree, each with its processes and what its controllers count. */
export default function GroupsPicture(props: ViewProps) {
  const nodes = groupTree(props.facts.groups);
  const leftOut = props.facts.leftOut.groups ?? 0;
  return (
    <div className="flex flex-col gap-3 p-3">
      <Nodes nodes={nodes} view={props} />
      {nodes.length === 1 && nodes[0]?.children.length === 0 && (
        <p className="px-1 text-sm text-muted-foreground">
          No group of yours so far. Make one with <code className="font-mono text-[0.8125rem]">mkdir</code> below{" "}
          <code className="font-mono text-[0.8125rem]">/sys/fs/cgroup</code>, and it stands here.
        </p>
      )}
      {props.focus?.group !== undefined && props.facts.groups[props.focus.group] === undefined && (
        <p className="rounded-lg border border-dashed border-border-strong px-3 py-2.5 text-sm text-muted-foreground">
          Group <code className="font-mono text-[0.8125rem]">{props.focus.group}</code> appears here when you make it.
        </p>
      )}
      {leftOut > 0 && (
        <p className="px-1 text-sm text-muted-foreground">{leftOut.toLocaleString("en")} more groups are not shown.</p>
      )}
    </div>
  );
}

function Nodes({ nodes, view }: { nodes: readonly GroupNode[]; view: ViewProps }) {
  const { facts, selected, focus, select, samples, at, live } = view;
  return (
    <ul className="flex flex-col gap-2">
      {nodes.map(({ group, children }) => (
        <li key={group.path} className="flex flex-col gap-2">
          <GroupView
            group={group}
            usage={facts.usage[group.path]}
            samples={samples(group.path)}
            processes={facts.processes}
            selected={selected?.table === "groups" && selected.id === group.path}
            focused={focus?.group === group.path}
            select={select}
            at={at}
            live={live}
          />
          {children.length > 0 && (
            <div className="ml-1.5 border-l border-border-strong pl-3">
              <Nodes nodes={children} view={view} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
