import { Snowflake } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import type { GroupFact, ProcessFact, UsageFact } from "../../../lab-server/protocol.ts";
import type { Sample, ViewProps } from "../view.ts";
import { LaneView } from "./lane-view.tsx";
import { type Lane, lanesOf } from "./lanes.ts";
import { groupName, isRemarkable, type Member, membersOf } from "./tree.ts";

/** Processes that a group names before it only counts. */
const MOST_NAMED = 6;

type GroupViewProps = {
  group: GroupFact;
  usage: UsageFact | undefined;
  samples: readonly Sample[];
  processes: Readonly<Record<string, ProcessFact>>;
  selected: boolean;
  /** Whether a lesson points here. */
  focused: boolean;
  select: ViewProps["select"];
  at: number;
  live: boolean;
};

/** A group with its processes and its controllers' lanes; one where nothing was set and nobody is, in one line. */
export const GroupView = memo(function GroupView(props: GroupViewProps) {
  const { group, usage, samples, selected, focused, select, at, live } = props;
  const lanes = lanesOf(group, samples, usage, at);
  const open = selected || focused || isRemarkable(group);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (focused) box.current?.scrollIntoView({ block: "nearest" });
  }, [focused]);
  return (
    <article
      ref={box}
      aria-label={`Group ${group.path}`}
      data-group={group.path}
      data-selected={selected}
      data-focused={focused}
      className={`xray-new @container rounded-lg border bg-surface px-3 py-2.5 ${group.frozen ? "border-dashed border-accent" : "border-border"} data-[focused=true]:border-accent data-[selected=true]:outline-2 data-[selected=true]:outline-accent`}
    >
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <button
          type="button"
          aria-pressed={selected}
          onClick={() => select({ table: "groups", id: group.path })}
          className="min-w-0 rounded-sm font-mono text-[0.8125rem] font-semibold break-all hover:text-accent"
        >
          {groupName(group)}
        </button>
        {group.path === "/" && <span className="text-xs text-muted-foreground">the sandbox's own group</span>}
        {group.frozen && (
          <span className="inline-flex items-center gap-1 text-xs font-medium text-accent">
            <Snowflake aria-hidden="true" className="size-3.5" />
            frozen
          </span>
        )}
        {group.kind.includes("threaded") && <span className="text-xs text-muted-foreground">{group.kind}</span>}
        {!open && <OneLine lanes={lanes} />}
        <Members group={group} processes={props.processes} select={select} />
      </header>
      {open && lanes.length > 0 && (
        <dl className="mt-2 grid grid-cols-2 gap-x-4 gap-y-2.5 @md:grid-cols-4">
          {lanes.map((lane) => (
            <LaneView key={lane.controller} lane={lane} at={at} live={live} />
          ))}
        </dl>
      )}
      {open && lanes.length === 0 && (
        <p className="mt-1 text-xs text-muted-foreground">No controller counts here: the group above hands none down to it.</p>
      )}
    </article>
  );
});

function OneLine({ lanes }: { lanes: readonly Lane[] }) {
  return (
    <span className="text-xs text-muted-foreground tabular-nums">
      {lanes
        .filter(({ controller }) => controller === "memory" || controller === "cpu")
        .map(({ controller, reading }) => `${controller} ${reading}`)
        .join(" · ")}
    </span>
  );
}

function Members({ group, processes, select }: Pick<GroupViewProps, "group" | "processes" | "select">) {
  const members = membersOf(group, processes);
  if (members.length === 0) return null;
  const more = group.processes.length - Math.min(members.length, MOST_NAMED);
  return (
    <ul aria-label="Processes" className="ml-auto flex flex-wrap justify-end gap-1">
      {members.slice(0, MOST_NAMED).map((member) => (
        <li key={member.process.pid}>
          <Process member={member} select={select} />
        </li>
      ))}
      {more > 0 && <li className="px-1 text-xs leading-6 text-muted-foreground">and {more} more</li>}
    </ul>
  );
}

function Process({ member: { process, only }, select }: { member: Member; select: ViewProps["select"] }) {
  return (
    <button
      type="button"
      title={process.command}
      onClick={() => select({ table: "processes", id: String(process.pid) })}
      className="xray-new inline-flex h-6 items-center gap-1 rounded-sm border border-border-strong bg-background px-1.5 font-mono text-xs hover:border-accent"
    >
      {process.comm}
      <span className="text-muted-foreground">{process.pids[0]}</span>
      {only.length > 0 && <span className="font-sans text-muted-foreground">{only.join(", ")} only</span>}
    </button>
  );
}
