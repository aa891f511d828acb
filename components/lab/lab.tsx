"use client";
import type { ReactNode } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import type { OutlineEntry } from "../../curriculum/lesson.ts";
import { TerminalTabs } from "../terminal/terminal-tabs.tsx";
import { Contents } from "./contents.tsx";
import { LabHeader } from "./header.tsx";
import { LabProvider, type LabTask, LESSON_PANE, type Pane, TERMINAL_PANE, useLab } from "./lab-context.tsx";
import { rememberPanes } from "./panes.ts";
import { ShortcutKeys } from "./shortcuts.tsx";
import { useNarrow } from "./use-narrow.ts";

// The terminal's code is on its way while React still hydrates. Where it cannot be had, the terminal itself says so.
if (typeof window !== "undefined") import("../terminal/terminal-screen.ts").catch(() => undefined);

type LabProps = {
  slug: string;
  title: string;
  tasks: readonly LabTask[];
  done: readonly string[];
  outline: readonly OutlineEntry[];
  ticket: string;
  /** Share of the width that the lesson takes, per cent. */
  lessonWidth: number;
  children: ReactNode;
};

/** The page of a lesson: the text, and beside it the terminals of the learner's sandbox. */
export function Lab({ slug, title, tasks, done, outline, ticket, lessonWidth, children }: LabProps) {
  return (
    <LabProvider slug={slug} tasks={tasks} done={done} ticket={ticket}>
      <div className="flex h-dvh flex-col overflow-hidden">
        <a href="#lesson" className="skip-link">
          Skip to the lesson
        </a>
        <a href={`#${TERMINAL_PANE}`} className="skip-link">
          Skip to the terminal
        </a>
        <LabHeader title={title} />
        <Panes outline={outline} lessonWidth={lessonWidth}>
          {children}
        </Panes>
        <ShortcutKeys />
      </div>
    </LabProvider>
  );
}

function Panes({
  outline,
  lessonWidth,
  children,
}: {
  outline: readonly OutlineEntry[];
  lessonWidth: number;
  children: ReactNode;
}) {
  const { connection, pane } = useLab();
  // Panes that lie over each other are one great edge to the group: it would take every touch for a drag.
  const narrow = useNarrow();
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PaneTabs />
      <Group
        id="lab-panes"
        disabled={narrow}
        className="lab-panes min-h-0 flex-1"
        data-pane={pane}
        defaultLayout={{ [LESSON_PANE]: lessonWidth, [TERMINAL_PANE]: 100 - lessonWidth }}
        onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && rememberPanes(layout[LESSON_PANE])}
      >
        <Panel id={LESSON_PANE} minSize="22rem">
          <section
            id="lesson"
            aria-label="Lesson"
            tabIndex={-1}
            className="@container relative h-full overflow-y-auto overscroll-contain scroll-smooth outline-none"
          >
            <Contents outline={outline} />
            {children}
          </section>
        </Panel>
        <Separator className="lab-separator" aria-label="Width of the lesson" />
        <Panel id={TERMINAL_PANE} minSize="20rem">
          <div className="h-full bg-terminal" tabIndex={-1}>
            {connection && <TerminalTabs connection={connection} />}
          </div>
        </Panel>
      </Group>
    </main>
  );
}

const PANES: readonly { pane: Pane; label: string }[] = [
  { pane: "lesson", label: "Lesson" },
  { pane: "terminal", label: "Terminal" },
];

/** On a phone: which pane is in sight. */
function PaneTabs() {
  const { pane, show } = useLab();
  return (
    <div role="tablist" aria-label="Panes" className="grid shrink-0 grid-cols-2 border-b border-border md:hidden">
      {PANES.map(({ pane: name, label }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${name}-tab`}
          aria-selected={pane === name}
          aria-controls={name === "lesson" ? LESSON_PANE : TERMINAL_PANE}
          onClick={() => show(name)}
          className="h-10 border-b-2 border-transparent text-sm font-medium text-muted-foreground aria-selected:border-accent aria-selected:text-foreground"
        >
          {label}
        </button>
      ))}
    </div>
  );
}
