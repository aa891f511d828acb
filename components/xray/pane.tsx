"use client";
import "./xray.css";
import { Tabs } from "radix-ui";
import { useLayoutEffect, useRef } from "react";
import { NO_FACTS } from "../../lab-server/protocol.ts";
import type { LabConnection } from "../lab/connection.ts";
import { useLab } from "../lab/lab-context.tsx";
import type { LabSnapshot } from "../lab/snapshot.ts";
import { ExplainPanel } from "./explain/panel.tsx";
import { FactView } from "./fact-view.tsx";
import { LeftOut } from "./left-out.tsx";
import { LookingBack, PointedAt } from "./notices.tsx";
import { XrayState } from "./state.tsx";
import { Strip } from "./strip.tsx";
import Timeline from "./timeline/timeline.tsx";
import { Player, TableSwitch, ViewTabs } from "./toolbar.tsx";
import { useLook } from "./use-look.ts";
import { usePrevious, useXraySnapshot, useXrayStore } from "./use-xray.ts";
import { type FocusTarget, VIEW_NAMES, type ViewProps } from "./view.ts";

/** The X-ray: what the kernel sees of the learner's sandbox, live. */
export default function XrayPane() {
  const { connection, snapshot, xray } = useLab();
  if (connection === undefined || snapshot === undefined) return null;
  return <Xray connection={connection} lab={snapshot} target={xray.target} onStartAgain={() => connection.reset()} />;
}

type XrayProps = {
  connection: Pick<LabConnection, "lookAtXray" | "askRaw">;
  lab: Pick<LabSnapshot, "link" | "ended">;
  target: FocusTarget | undefined;
  /** Makes another sandbox where one has ended. */
  onStartAgain?: () => void;
};

/** The X-ray of the sandbox at the other end of a connection. */
export function Xray({ connection, lab, target, onStartAgain }: XrayProps) {
  const store = useXrayStore(connection);
  const snapshot = useXraySnapshot(store);
  const look = useLook(store, snapshot, target);
  const { shown, live, events } = snapshot;
  const facts = shown?.facts ?? NO_FACTS;
  const previous = usePrevious(facts);
  const at = live ? snapshot.now : (shown?.at ?? 0);

  const frame = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  /** Where the keyboard was before it went to the explanation. */
  const origin = useRef<Element | null>(null);
  const { explained } = look;
  useLayoutEffect(() => {
    if (explained === undefined) return;
    const { activeElement } = document;
    if (activeElement?.closest(".xray-explain") == null) origin.current = activeElement;
    heading.current?.focus({ preventScroll: true });
    // The explanation takes its room from the picture, and what it explains should not be the part that goes.
    frame.current
      ?.querySelector('[data-selected="true"], [role="treeitem"][aria-selected="true"] > *')
      ?.scrollIntoView({ block: "nearest" });
  }, [explained]);
  const close = () => {
    look.select(undefined);
    const back = origin.current;
    const isThere = back instanceof HTMLElement || back instanceof SVGElement;
    if (isThere && back.isConnected && back !== document.body) back.focus({ preventScroll: true });
    else frame.current?.querySelector<HTMLElement>('[role="tabpanel"]')?.focus({ preventScroll: true });
  };

  const props: ViewProps = {
    facts,
    before: live ? previous : shown?.before,
    selected: look.selected,
    select: look.select,
    focus: look.focus,
    samples: (group) => store.samples(group, at),
    at,
    live,
  };
  return (
    <Tabs.Root
      ref={frame}
      value={look.view}
      onValueChange={(value) => {
        const view = VIEW_NAMES.find((name) => name === value);
        if (view !== undefined) look.show(view);
      }}
      className="xray @container flex h-full flex-col bg-background"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || look.selected === undefined) return;
        event.stopPropagation();
        close();
      }}
    >
      <div className="xray-toolbar flex shrink-0 items-center gap-1 border-b border-border bg-surface px-1.5">
        <ViewTabs facts={facts} events={events.length} />
        <span className="flex-1" />
        <div className="flex items-center">
          {look.view !== "timeline" && <TableSwitch asTable={look.asTable} onChange={look.setAsTable} />}
          <Player
            snapshot={snapshot}
            onPause={() => store.pause()}
            onResume={() => store.resume()}
            onStep={(direction) => store.step(direction)}
          />
        </div>
      </div>
      {!live && shown !== undefined && <LookingBack moment={shown} onResume={() => store.resume()} />}
      {look.awaited !== undefined && <PointedAt target={look.awaited} />}
      <div className="xray-body">
        <Tabs.Content value={look.view} tabIndex={-1} className="xray-view">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a large picture scrolls, and the keyboard must be able to scroll it */}
          <section aria-label={look.asTable ? "Table" : "Picture"} tabIndex={0} className="min-h-0 flex-1 overflow-auto">
            {look.view === "timeline" ? (
              <Timeline
                events={events}
                canGoTo={store.canGoTo}
                current={live ? undefined : shown?.events.at(-1)?.id}
                onChoose={look.choose}
                onGoTo={look.goTo}
              />
            ) : (
              shown !== undefined && <FactView name={look.view} asTable={look.asTable} props={props} />
            )}
          </section>
          <LeftOut facts={facts} view={look.view} />
        </Tabs.Content>
        {explained !== undefined && (
          <ExplainPanel
            of={explained}
            facts={facts}
            raw={snapshot.raw}
            askRaw={connection.askRaw}
            isOnline={lab.link.state === "open"}
            select={look.select}
            onClose={close}
            heading={heading}
          />
        )}
        <XrayState snapshot={lab} hasPicture={shown !== undefined} onStartAgain={onStartAgain} />
      </div>
      <Strip events={events} watch={snapshot.watch} isShown={look.view !== "timeline"} onChoose={look.choose} />
    </Tabs.Root>
  );
}
