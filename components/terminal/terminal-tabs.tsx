"use client";
import { Plus, Search, X } from "lucide-react";
import { Tabs } from "radix-ui";
import { useRef, useState, useSyncExternalStore } from "react";
import { MAX_TERMINALS } from "../../lab-server/protocol.ts";
import type { LabConnection } from "../lab/connection.ts";
import { Button } from "../ui/button.tsx";
import { TerminalNotices, TerminalState } from "./terminal-state.tsx";
import { TerminalView } from "./terminal-view.tsx";

/** The terminals of the page's sandbox, one in front. Those behind go on. */
export function TerminalTabs({ connection }: { connection: LabConnection }) {
  const snapshot = useSyncExternalStore(connection.subscribe, connection.getSnapshot, connection.getSnapshot);
  const { terminals, active } = snapshot;
  const [searching, setSearching] = useState(false);
  /** The page opens with the keyboard in the lesson; from the learner's first choice of a terminal on it goes there. */
  const [takesFocus, setTakesFocus] = useState(false);
  const list = useRef<HTMLDivElement>(null);

  const show = (id: number) => {
    setSearching(false);
    connection.setActive(id);
  };
  const add = () => {
    setTakesFocus(true);
    setSearching(false);
    connection.addTerminal();
  };
  return (
    <Tabs.Root value={String(active)} onValueChange={(value) => show(Number(value))} className="flex h-full flex-col">
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
              active={id === active}
              takesFocus={takesFocus}
              searching={searching && id === active}
              onSearch={setSearching}
              onLeave={() => list.current?.querySelector<HTMLElement>('[data-state="active"]')?.focus()}
            />
            <TerminalState connection={connection} snapshot={snapshot} terminal={id} />
          </Tabs.Content>
        ))}
      </section>
    </Tabs.Root>
  );
}

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
      className="flex h-7 shrink-0 items-center gap-1 rounded-sm px-2.5 text-[0.8125rem] text-muted-foreground hover:text-foreground data-[state=active]:bg-muted data-[state=active]:text-foreground"
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
