"use client";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import type { OutlineEntry } from "../../curriculum/lesson.ts";
import { TerminalTabs } from "../terminal/terminal-tabs.tsx";
import { AfterFrame } from "./after-frame.tsx";
import { Contents } from "./contents.tsx";
import { LabHeader } from "./header.tsx";
import { type LabClass, LabProvider, type LabTask, useLab } from "./lab-context.tsx";
import { PaneGroup } from "./pane-group.tsx";
import { LAB_PANES, type PaneLayout, TERMINAL_PANE } from "./panes.ts";
import { ShortcutKeys } from "./shortcuts.tsx";

// The terminal's code is on its way while React still hydrates. Where it cannot be had, the terminal itself says so.
if (typeof window !== "undefined") import("../terminal/terminal-screen.ts").catch(() => undefined);

type LabProps = {
  slug: string;
  title: string;
  tasks: readonly LabTask[];
  done: readonly string[];
  /** Null for a learner who is in no class with this lesson. */
  classroom: LabClass | null;
  outline: readonly OutlineEntry[];
  ticket: string;
  layout: PaneLayout;
  children: ReactNode;
};

/** The page of a lesson: the text, and beside it the terminals of the learner's sandbox. */
export function Lab({ slug, title, tasks, done, classroom, outline, ticket, layout, children }: LabProps) {
  return (
    <LabProvider slug={slug} tasks={tasks} done={done} classroom={classroom} ticket={ticket} isXrayOpen={layout.isXrayOpen}>
      <div className="flex h-dvh flex-col overflow-hidden">
        <a href="#lesson" className="skip-link">
          Skip to the lesson
        </a>
        <a href={`#${TERMINAL_PANE}`} className="skip-link">
          Skip to the terminal
        </a>
        <LabHeader title={title} />
        <InClass />
        <PaneGroup
          page={LAB_PANES}
          layout={layout}
          lesson={<Lesson outline={outline}>{children}</Lesson>}
          terminal={<Terminals />}
          xray={<XrayPane />}
        />
        <ShortcutKeys />
      </div>
    </LabProvider>
  );
}

/** What a class adds to the page. Its code is not fetched where there is none and nobody says anything. */
function InClass() {
  const { classroom, snapshot } = useLab();
  if (classroom === null && !snapshot?.shown && !snapshot?.messages.length && !snapshot?.helpers.length) return null;
  return <ClassLayer />;
}

function Lesson({ outline, children }: { outline: readonly OutlineEntry[]; children: ReactNode }) {
  return (
    <section
      id="lesson"
      aria-label="Lesson"
      tabIndex={-1}
      className="@container relative h-full overflow-y-auto overscroll-contain scroll-smooth outline-none"
    >
      <Contents outline={outline} />
      <AfterFrame>{children}</AfterFrame>
    </section>
  );
}

function Terminals() {
  const { connection } = useLab();
  return connection && <TerminalTabs connection={connection} />;
}

const ClassLayer = dynamic(() => import("../classroom/help/lab-class.tsx"));
const XrayPane = dynamic(() => import("../xray/pane.tsx"), { ssr: false });
