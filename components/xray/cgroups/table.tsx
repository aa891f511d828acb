import type { GroupFact } from "../../../lab-server/protocol.ts";
import { type Column, FactTable } from "../fact-table.tsx";
import type { ViewProps } from "../view.ts";
import { type Controller, type Lane, lanesOf } from "./lanes.ts";
import { membersOf } from "./tree.ts";

/** The groups as a table: one row each, in the order of their paths. */
export default function GroupsTable({ facts, samples, at, selected, select }: ViewProps) {
  const lanes = (group: GroupFact) => lanesOf(group, samples(group.path), facts.usage[group.path], at);
  const lane = (controller: Controller): Column<GroupFact>["cell"] =>
    function cell(group) {
      const found = lanes(group).find((own) => own.controller === controller);
      return found ? inWords(found) : "not counted here";
    };
  const columns: readonly Column<GroupFact>[] = [
    { header: "Group", cell: ({ path }) => path },
    { header: "Processes", cell: (group) => processesOf(group, facts) },
    { header: "Memory", cell: lane("memory") },
    { header: "CPU", cell: lane("cpu") },
    { header: "Pids", cell: lane("pids") },
    { header: "I/O", cell: lane("io") },
    { header: "State", cell: ({ frozen }) => (frozen ? "frozen" : "running") },
    { header: "Controllers", cell: ({ controllers }) => controllers.join(", ") || "none" },
  ];
  const rows = Object.values(facts.groups).sort((one, other) => ORDER.compare(one.path, other.path));
  return (
    <FactTable
      caption="cgroups"
      columns={columns}
      rows={rows}
      reference={({ path }) => ({ table: "groups", id: path })}
      selected={selected}
      select={select}
      empty="No group can be seen."
    />
  );
}

const ORDER = new Intl.Collator("en", { numeric: true });

function processesOf(group: GroupFact, { processes }: ViewProps["facts"]): string {
  const names = membersOf(group, processes).map(
    ({ process, only }) => `${process.comm} ${process.pids[0] ?? ""}${only.length > 0 ? ` (${only.join(", ")} only)` : ""}`,
  );
  return names.join(", ") || "none";
}

function inWords({ reading, limitReading, marks, pressure }: Lane): string {
  const against = limitReading ? `${reading} ${limitReading}` : `${reading}, no limit`;
  return [against, ...marks.map(({ text }) => text), ...(pressure ? [pressure] : [])].join("; ");
}
