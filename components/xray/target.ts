/** What a lesson points at, and whether it is there yet. */
import type { Facts, Reference } from "../../lab-server/protocol.ts";
import type { FocusTarget } from "./view.ts";

/** The thing itself; undefined where it is not there (yet), or where the lesson points at a whole view. */
export function findTarget({ group, overlay, interface: name }: FocusTarget, facts: Facts): Reference | undefined {
  if (group !== undefined && Object.hasOwn(facts.groups, group)) return { table: "groups", id: group };
  const of = (table: "overlays" | "interfaces", id: string | undefined): Reference | undefined =>
    id === undefined ? undefined : { table, id };
  if (overlay !== undefined)
    return of(
      "overlays",
      idOf(facts.overlays, ({ point }) => point === overlay),
    );
  if (name !== undefined)
    return of(
      "interfaces",
      idOf(facts.interfaces, (row) => row.name === name),
    );
  return undefined;
}

/** How a lesson's target is called in a sentence; undefined where it is a whole view. */
export function targetName({ group, overlay, interface: name, namespace }: FocusTarget): string | undefined {
  if (group !== undefined) return `group ${group.replace(/^\//, "")}`;
  if (overlay !== undefined) return `the overlay at ${overlay}`;
  if (name !== undefined) return `interface ${name}`;
  if (namespace !== undefined) return `${namespace} namespaces`;
  return undefined;
}

function idOf<Row>(rows: Readonly<Record<string, Row>>, fits: (row: Row) => boolean): string | undefined {
  return Object.entries(rows).find(([, row]) => fits(row))?.[0];
}
