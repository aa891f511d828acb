"use client";
import type { ReactNode } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useLab } from "./lab-context.tsx";
import { LESSON_PANE, type PaneLayout, type PanePage, rememberPanes, SANDBOX_PANE, TERMINAL_PANE, XRAY_PANE } from "./panes.ts";
import { useNarrow } from "./use-narrow.ts";
import type { Pane } from "./use-panes.ts";

type PaneGroupProps = {
  page: PanePage;
  layout: PaneLayout;
  /** What the pane beside the terminal is called on a phone. */
  name?: string;
  lesson: ReactNode;
  terminal: ReactNode;
  xray: ReactNode;
};

/** The lesson, and beside it the terminal with the X-ray below it while that is open. On a phone they are tabs. */
export function PaneGroup({ page, layout, name = "Lesson", lesson, terminal, xray }: PaneGroupProps) {
  const { pane } = useLab();
  // Panes that lie over each other are one great edge to the group: it would take every touch for a drag.
  const narrow = useNarrow();
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PaneTabs lesson={name} />
      <Group
        id="lab-panes"
        disabled={narrow}
        className="lab-panes min-h-0 flex-1"
        data-pane={pane}
        defaultLayout={{ [LESSON_PANE]: layout.lesson, [SANDBOX_PANE]: 100 - layout.lesson }}
        onLayoutChanged={({ [LESSON_PANE]: lesson = layout.lesson }, { isUserInteraction }) =>
          isUserInteraction && rememberPanes(page, { lesson })
        }
      >
        <Panel id={LESSON_PANE} minSize="22rem">
          {lesson}
        </Panel>
        <Separator className="lab-separator" aria-label={`Width of the ${name.toLowerCase()}`} />
        <Panel id={SANDBOX_PANE} minSize="20rem">
          <SandboxPane page={page} xrayHeight={layout.xray} terminal={terminal} picture={xray} />
        </Panel>
      </Group>
    </main>
  );
}

type SandboxPaneProps = { page: PanePage; xrayHeight: number; terminal: ReactNode; picture: ReactNode };

function SandboxPane({ page, xrayHeight, terminal, picture }: SandboxPaneProps) {
  const { xray } = useLab();
  const narrow = useNarrow();
  return (
    <Group
      id="sandbox-panes"
      orientation="vertical"
      disabled={narrow}
      className="lab-column"
      defaultLayout={xray.isOpen ? { [TERMINAL_PANE]: 100 - xrayHeight, [XRAY_PANE]: xrayHeight } : { [TERMINAL_PANE]: 100 }}
      onLayoutChanged={({ [XRAY_PANE]: height }, { isUserInteraction }) =>
        isUserInteraction && height !== undefined && rememberPanes(page, { xray: height })
      }
    >
      <Panel id={TERMINAL_PANE} minSize="8rem">
        <div className="h-full bg-terminal" tabIndex={-1}>
          {terminal}
        </div>
      </Panel>
      {xray.isOpen && (
        <>
          <Separator className="lab-separator lab-separator-flat" aria-label="Height of the terminal" />
          <Panel id={XRAY_PANE} minSize="10rem" defaultSize={`${xrayHeight}%`}>
            <section aria-label="X-ray" className="h-full">
              {picture}
            </section>
          </Panel>
        </>
      )}
    </Group>
  );
}

const PANES: readonly Pane[] = ["lesson", "terminal", "xray"];
const CONTROLS: Record<Pane, string> = { lesson: LESSON_PANE, terminal: TERMINAL_PANE, xray: XRAY_PANE };

/** On a phone: which pane is in sight. */
function PaneTabs({ lesson }: { lesson: string }) {
  const { pane, show, xray } = useLab();
  const labels: Record<Pane, string> = { lesson, terminal: "Terminal", xray: "X-ray" };
  return (
    <div role="tablist" aria-label="Panes" className="grid shrink-0 grid-cols-3 border-b border-border md:hidden">
      {PANES.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${name}-tab`}
          aria-selected={pane === name}
          aria-controls={name === "xray" && !xray.isOpen ? undefined : CONTROLS[name]}
          onClick={() => show(name)}
          className="h-10 border-b-2 border-transparent text-sm font-medium text-muted-foreground aria-selected:border-accent aria-selected:text-foreground"
        >
          {labels[name]}
        </button>
      ))}
    </div>
  );
}
