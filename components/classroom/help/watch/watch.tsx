"use client";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { useLab } from "../../../lab/lab-context.tsx";
import { PaneGroup } from "../../../lab/pane-group.tsx";
import { type PaneLayout, TERMINAL_PANE, WATCH_PANES } from "../../../lab/panes.ts";
import type { RenderedTask } from "../../../lesson/render.tsx";
import { BoardProvider, useBoard } from "../../board/board-context.tsx";
import { LinkFailed } from "../../link-notice.tsx";
import { useStaffLink } from "../../use-staff-link.ts";
import { HelpPane } from "./help-pane.tsx";
import { useWatch, type Watched, WatchProvider } from "./watch-context.tsx";
import { WatchHeader } from "./watch-header.tsx";
import { WatchedTerminals } from "./watched-terminals.tsx";

export type WatchProps = {
  watched: Watched;
  tasks: readonly RenderedTask[];
  /** Tickets that came with the page: for the learner's terminals, and for the board of the class. */
  tickets: { watch: string; board: string };
  layout: PaneLayout;
  /** Gives a task's solution. */
  reveal: (task: string) => Promise<ReactNode>;
};

/** A learner's terminals and X-ray, live, and beside them what they are at and what can be done for them. */
export function Watch({ watched, tasks, tickets, layout, reveal }: WatchProps) {
  return (
    <BoardProvider classId={watched.classId} ticket={tickets.board}>
      <WatchProvider watched={watched} tasks={tasks} ticket={tickets.watch} isXrayOpen={layout.isXrayOpen}>
        <Page tasks={tasks} layout={layout} reveal={reveal} />
      </WatchProvider>
    </BoardProvider>
  );
}

function Page({ tasks, layout, reveal }: Pick<WatchProps, "tasks" | "layout" | "reveal">) {
  const { connection } = useBoard();
  const link = useStaffLink(connection);
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <a href="#learner" className="skip-link">
        Skip to the learner
      </a>
      <a href={`#${TERMINAL_PANE}`} className="skip-link">
        Skip to the terminal
      </a>
      <WatchHeader />
      {link.state === "failed" ? (
        <main className="mx-auto w-full max-w-[72rem] px-5">
          <LinkFailed link={link} connection={connection} />
        </main>
      ) : (
        <PaneGroup
          page={WATCH_PANES}
          layout={layout}
          name="Learner"
          lesson={<HelpPane tasks={tasks} reveal={reveal} />}
          terminal={<WatchedTerminals />}
          xray={<WatchedXray />}
        />
      )}
    </div>
  );
}

const Xray = dynamic(() => import("../../../xray/pane.tsx").then((pane) => pane.Xray), { ssr: false });

function WatchedXray() {
  const { xray } = useLab();
  const { connection, snapshot, name } = useWatch();
  if (connection === undefined) return null;
  // There is nothing to look at yet; the X-ray would say that it takes long.
  if (snapshot.sandbox === undefined && snapshot.learner?.present === false)
    return <p className="p-4 text-sm text-muted-foreground">The X-ray shows what happens once {name} has a sandbox.</p>;
  return <Xray connection={connection} lab={snapshot} target={xray.target} />;
}
