"use client";
import { Plus, Search, X } from "lucide-react";
import dynamic from "next/dynamic";
import { Tabs } from "radix-ui";
import { useRef, useState, useSyncExternalStore } from "react";
import { MAX_TERMINALS } from "../../lab-server/protocol.ts";
import type { LabConnection } from "../lab/connection.ts";
import { useLab } from "../lab/lab-context.tsx";
import { INITIAL_SNAPSHOT } from "../lab/snapshot.ts";
import { Button } from "../ui/button.tsx";
import { TerminalNotices, TerminalState } from "./terminal-state.tsx";
import { TerminalView } from "./terminal-view.tsx";

const Demonstration = dynamic(() => import("../classroom/help/demonstration.tsx"), { ssr: false });
const DEMONSTRATION_TAB = "demonstration";

/** The terminals of the page's sandbox, one in front. Those behind go on. */
export function TerminalTabs({ connection }: { connection: LabConnection }) {
  const snapshot = useSyncExternalStore(connection.subscribe, connection.getSnapshot, () => INITIAL_SNAPSHOT);
  const { terminals, active, helpers } = snapshot;
  const { demonstration } = useLab();
  const mayAnotherType = helpers.some(({ typing }) => typing === "yes");
  const [searching, setSearching] = useState(false);
  /** The page opens with the keyboard in the lesson; from the learner's first choice of a terminal on it goes there. */
  const [takesFocus, setTakesFocus] = useState(false);
  const list = useRef<HTMLDivElement>(null);

  const show = (tab: string) => {
    setSearching(false);
    demonstration.bring(tab === DEMONSTRATION_TAB);
    if (tab !== DEMONSTRATION_TAB) connection.setActive(Number(tab));
  };
  const add = () => {
    setTakesFocus(true);
    setSearching(false);
    demonstration.bring(false);
    connection.addTerminal();
  };
  return (
    <Tabs.Root
      value={demonstration.isInFront ? DEMONSTRATION_TAB : String(active)}
      onValueChange={show}
      className="flex h-full flex-col"
    >
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-border bg-surface px-1.5">
        <Tabs.List ref={list} aria-label="Terminals" className="flex min-w-0 items-center gap-1 overflow-x-auto p-0.5">
          {terminals.map((id) => (
            <Tab
              key={id}
              id={id}
              onChoose={() => setTakesFocus(true)}
              onClose={terminals.length > 1 ? () => connection.closeTerminal(id) : undefined}
            />
          ))}
          {demonstration.now && (
            <Tabs.Trigger value={DEMONSTRATION_TAB} className={TAB}>
              <span aria-hidden className="size-2 rounded-full bg-danger" />
              <span className="max-w-40 truncate">{demonstration.now.from}’s terminal</span> (live)
            </Tabs.Trigger>
          )}
        </Tabs.List>
        <Button look="quiet" size="icon" aria-label="New terminal" disabled={terminals.length >= MAX_TERMINALS} onClick={add}>
          <Plus size={16} aria-hidden />
        </Button>
        <span className="flex-1" />
        <Button look="quiet" size="icon" aria-label="Search in the terminal" onClick={() => setSearching(!searching)}>
          <Search size={16} aria-hidden />
        </Button>
      </div>
      <TerminalNotices connection={connection} snapshot={snapshot} />
      <section aria-label="Terminal" className="relative min-h-0 flex-1 bg-terminal">
        {terminals.map((id) => (
          // biome-ignore format: one rule a state
          <Tabs.Content key={id} value={String(id)} forceMount tabIndex={-1} className="absolute inset-0 outline-none data-[state=inactive]:invisible">
            <TerminalView
              connection={connection}
              id={id}
              active={id === active && !demonstration.isInFront}
              takesFocus={takesFocus}
              searching={searching && id === active}
              onSearch={setSearching}
              onLeave={() => list.current?.querySelector<HTMLElement>('[data-state="active"]')?.focus()}
            />
            <TerminalState connection={connection} snapshot={snapshot} terminal={id} />
          </Tabs.Content>
        ))}
        {demonstration.now && (
          <Tabs.Content value={DEMONSTRATION_TAB} tabIndex={-1} className="absolute inset-0 outline-none">
            <Demonstration connection={connection} from={demonstration.now.from} size={demonstration.now} />
          </Tabs.Content>
        )}
        {mayAnotherType && !demonstration.isInFront && (
          <div aria-hidden className="pointer-events-none absolute inset-0 z-20 border-3 border-warning" />
        )}
      </section>
    </Tabs.Root>
  );
}

/** How a tab of a terminal looks. */
export const TAB =
  "flex h-7 shrink-0 items-center gap-1.5 rounded-sm px-2.5 text-[0.8125rem] text-muted-foreground hover:text-foreground data-[state=active]:bg-muted data-[state=active]:text-foreground";

type TabProps = { id: number; onChoose: () => void; onClose: (() => void) | undefined };

/** A tab with a cross for the mouse; on the keyboard Delete closes it, for a button inside a tab would be out of reach. */
function Tab({ id, onChoose, onClose }: TabProps) {
  return (
    <Tabs.Trigger
      value={String(id)}
      aria-keyshortcuts={onClose && "Delete"}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === "Delete") onClose?.();
      }}
      className={TAB}
    >
      {id === 1 ? "Terminal" : `Terminal ${id}`}
      {onClose !== undefined && (
        <span
          aria-hidden
          title="Close"
          className="-mr-1.5 rounded-sm p-0.5 hover:bg-border"
          onPointerDown={(event) => event.stopPropagation()}
          onMouseDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            onClose();
          }}
        >
          <X size={12} />
        </span>
      )}
    </Tabs.Trigger>
  );
}
