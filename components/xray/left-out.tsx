import { type Facts, Table } from "../../lab-server/protocol.ts";
import type { ViewName } from "./view.ts";
import { viewOf } from "./views.ts";

const NAMES: Record<Table, readonly [one: string, many: string]> = {
  processes: ["process", "processes"],
  namespaces: ["namespace", "namespaces"],
  groups: ["group", "groups"],
  usage: ["group's usage", "groups' usage"],
  mounts: ["mount", "mounts"],
  overlays: ["overlay", "overlays"],
  files: ["file", "files"],
  interfaces: ["interface", "interfaces"],
};

/** Says how much of what a view shows there is no room for. */
export function LeftOut({ facts, view }: { facts: Facts; view: ViewName }) {
  const left = Table.options.flatMap((table) => {
    const count = facts.leftOut[table] ?? 0;
    if (count === 0 || viewOf({ table, id: "" }) !== view) return [];
    return [`${COUNT.format(count)} ${NAMES[table][count === 1 ? 0 : 1]}`];
  });
  if (left.length === 0) return null;
  return (
    <p className="shrink-0 border-t border-border bg-surface px-3 py-1.5 text-[0.8125rem] text-muted-foreground">
      Not shown, as there are too many: {left.join(", ")}.
    </p>
  );
}

const COUNT = new Intl.NumberFormat("en");
