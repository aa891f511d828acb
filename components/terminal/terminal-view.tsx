"use client";
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import type { LabConnection } from "../lab/connection.ts";
import { rememberSize } from "./last-size.ts";
import { SearchBar } from "./search-bar.tsx";
import type { TerminalScreen } from "./terminal-screen.ts";

type TerminalViewProps = {
  connection: LabConnection;
  id: number;
  /** Whether this terminal is in front. */
  active: boolean;
  /** Puts the keyboard into the terminal when it comes to the front. */
  takesFocus: boolean;
  searching: boolean;
  onSearch: (searching: boolean) => void;
  onLeave: () => void;
};

/** One terminal of the sandbox. */
export function TerminalView({ connection, id, active, takesFocus, searching, onSearch, onLeave }: TerminalViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<TerminalScreen>();
  const [problem, setProblem] = useState<string>();
  const description = useId();
  const search = useEffectEvent(() => onSearch(true));
  const leave = useEffectEvent(() => onLeave());

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let opened: TerminalScreen | undefined;
    let isGone = false;
    const open = async () => {
      const { TerminalScreen } = await import("./terminal-screen.ts");
      if (isGone) return;
      const made = await TerminalScreen.open(element, {
        input: (bytes) => type(connection, id, bytes),
        resize: (cols, rows) => {
          rememberSize({ cols, rows });
          connection.resize(id, cols, rows);
        },
        search,
        leave,
      });
      if (isGone) {
        made.dispose();
        return;
      }
      opened = made;
      made.describeBy(description);
      rememberSize(made);
      connection.openTerminal(id, made.cols, made.rows, made);
      setScreen(made);
    };
    open().catch((error: unknown) => {
      console.error("The terminal could not be loaded:", error);
      setProblem("The terminal could not be loaded. Reload the page.");
    });
    return () => {
      isGone = true;
      if (opened === undefined) return;
      connection.hideTerminal(id, opened);
      opened.dispose();
      setScreen(undefined);
    };
  }, [connection, id, description]);

  useEffect(() => {
    if (active && takesFocus) screen?.focus();
  }, [active, takesFocus, screen]);

  const closeSearch = () => {
    screen?.endSearch();
    screen?.focus();
    onSearch(false);
  };
  return (
    <div className="relative h-full">
      <p id={description} className="sr-only">
        The Tab key goes to the shell. Control, Shift and full stop take the keyboard out of the terminal.
      </p>
      <div ref={container} className="absolute inset-0 m-2 overflow-hidden" />
      {problem !== undefined && (
        <p role="alert" className="absolute inset-x-0 top-0 p-4">
          {problem}
        </p>
      )}
      {searching && screen !== undefined && (
        <SearchBar find={(text, direction) => screen.find(text, direction)} onClose={closeSearch} />
      )}
    </div>
  );
}

/** Where there is no shell any more the Enter key starts one. */
function type(connection: LabConnection, id: number, bytes: Uint8Array): void {
  const { exited, ended } = connection.getSnapshot();
  const isEnter = bytes.length === 1 && bytes[0] === 0x0d;
  if (ended !== undefined) {
    if (isEnter) connection.reset();
  } else if (id in exited) {
    if (isEnter) connection.restartTerminal(id);
  } else connection.input(id, bytes);
}
