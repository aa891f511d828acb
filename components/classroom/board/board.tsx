"use client";
import "./board.css";
import { MessageSquare, Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { LinkFailed, LinkNotice } from "../link-notice.tsx";
import { useStaffLink } from "../use-staff-link.ts";
import { Announcer } from "./announcer.tsx";
import { BoardProvider, useBoard, useHead } from "./board-context.tsx";
import type { Head } from "./board-store.ts";
import { Counts } from "./counts.tsx";
import { DemonstrationButton, DemonstrationStrip } from "./demonstration.tsx";
import { Grid } from "./grid.tsx";
import { LearnerPanel } from "./learner-panel.tsx";
import { Legend } from "./legend.tsx";
import { LessonTabs } from "./lesson-tabs.tsx";
import { MessageForm } from "./message-form.tsx";
import { NoLessons, NoMatch, Waiting } from "./nothing-yet.tsx";
import { SORT_NAMES, SORTS } from "./order.ts";
import { type OpenNext, Pace } from "./pace.tsx";
import { Statistics } from "./statistics.tsx";
import { type ChosenView, useView } from "./use-view.ts";

export type BoardProps = {
  classId: string;
  /** The ticket that came with the page. */
  ticket: string;
  /** How learners come into the class: its code, link and picture of the link. Shown large while nobody is there. */
  invitation: ReactNode;
  openNext: OpenNext;
};

/** The live board of a class: who is where, who is stuck, and what can be done about it. */
export function Board({ classId, ticket, invitation, openNext }: BoardProps) {
  return (
    <BoardProvider classId={classId} ticket={ticket}>
      <Live invitation={invitation} openNext={openNext} />
    </BoardProvider>
  );
}

function Live({ invitation, openNext }: Pick<BoardProps, "invitation" | "openNext">) {
  const { classId, connection, chosen } = useBoard();
  const link = useStaffLink(connection);
  const head = useHead();
  const [view, change] = useView();

  if (link.state === "failed") return <LinkFailed link={link} connection={connection} />;
  if (head === undefined) return <Connecting>{<LinkNotice link={link} connection={connection} />}</Connecting>;
  const { lesson, tally } = head;
  if (lesson === undefined) return <NoLessons classId={classId} />;
  return (
    <div className="board-frame" data-panel={chosen !== undefined || undefined}>
      <div className="board min-w-0" data-stale={link.state !== "open" || undefined}>
        <div className="space-y-2.5">
          <LinkNotice link={link} connection={connection} />
          <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
            <div className="min-w-0 flex-1 basis-80">
              <LessonTabs
                lessons={head.lessons}
                shares={head.shares}
                chosen={lesson.slug}
                onChoose={(slug) => change({ lesson: slug })}
              />
            </div>
            {tally.learners > 0 && (
              <div className="flex flex-wrap gap-2">
                <MessageToAll />
                {head.demonstration === null && <DemonstrationButton lesson={lesson} />}
              </div>
            )}
          </div>
          <Pace
            lesson={lesson}
            openNext={openNext}
            ready={lesson.step === null ? undefined : head.tasks[lesson.step - 1]?.done}
          />
          {head.demonstration && <DemonstrationStrip from={head.demonstration.from} />}
          {tally.learners > 0 && <Tools head={head} view={view} change={change} />}
        </div>
        {tally.learners === 0 ? (
          <Waiting invitation={invitation} />
        ) : view.tab === "tasks" ? (
          <Statistics lesson={lesson} learners={tally.learners} />
        ) : (
          <>
            <Grid lesson={lesson} />
            <NoMatch view={view} onAll={() => change({ show: "all", find: "" })} />
          </>
        )}
        <Announcer />
      </div>
      {chosen !== undefined && <LearnerPanel learner={chosen} lesson={lesson} />}
    </div>
  );
}

type ToolsProps = { head: Head; view: ChosenView; change: (to: Partial<ChosenView>) => void };

function Tools({ head, view, change }: ToolsProps) {
  const { lesson, tally } = head;
  if (lesson === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <Counts tally={tally} show={view.show} onShow={(show) => change({ show, tab: "learners" })} />
      <div className="flex min-w-0 flex-1 basis-72 flex-wrap items-center gap-2 sm:justify-end">
        <fieldset className="flex rounded-md border border-border-strong bg-surface p-0.5">
          <legend className="sr-only">View</legend>
          {(["learners", "tasks"] as const).map((tab) => (
            <button
              key={tab}
              type="button"
              aria-pressed={view.tab === tab}
              onClick={() => change({ tab })}
              className="h-7 rounded-sm px-3 text-[0.8125rem] font-medium text-muted-foreground hover:text-foreground aria-pressed:bg-muted aria-pressed:text-foreground"
            >
              {tab === "learners" ? "Learners" : "Tasks"}
            </button>
          ))}
        </fieldset>
        {view.tab === "learners" && (
          <>
            <Find value={view.find} onChange={(find) => change({ find })} />
            <label className="flex items-center gap-2 text-[0.8125rem] text-muted-foreground">
              <span className="max-sm:sr-only">Order</span>
              <select
                value={view.sort}
                onChange={(event) => change({ sort: SORTS.find((sort) => sort === event.target.value) ?? "help" })}
                className="h-8 rounded-md border border-border-strong bg-surface px-2 text-[0.8125rem] text-foreground"
              >
                {SORTS.map((sort) => (
                  <option key={sort} value={sort}>
                    {SORT_NAMES[sort]}
                  </option>
                ))}
              </select>
            </label>
          </>
        )}
        <Legend lesson={lesson} />
      </div>
    </div>
  );
}

/** Part of a name. `/` goes there, Escape clears it. */
function Find({ value, onChange }: { value: string; onChange: (find: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, [role=dialog]")) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", go);
    return () => document.removeEventListener("keydown", go);
  }, []);
  return (
    <span className="relative">
      <Search
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground"
      />
      <input
        ref={input}
        type="search"
        value={value}
        aria-label="Find a learner"
        placeholder="Find a learner"
        maxLength={100}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          onChange("");
          event.currentTarget.blur();
        }}
        className="h-8 w-44 rounded-md border border-border-strong bg-surface pr-2 pl-8 text-[0.8125rem] placeholder:text-muted-foreground"
      />
    </span>
  );
}

function MessageToAll() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <MessageSquare size={15} aria-hidden />
        Message all
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title="Message to all who are here">
        <MessageForm to="all" autoFocus />
      </Dialog>
    </>
  );
}

/** Before the lab-server has said anything. */
function Connecting({ children }: { children: ReactNode }) {
  return (
    <div className="py-4">
      {children}
      <p role="status" className="search-wait py-10 text-muted-foreground">
        Connecting to the class…
      </p>
    </div>
  );
}
