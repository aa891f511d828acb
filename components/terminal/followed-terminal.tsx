"use client";
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import type { TerminalScreen } from "./terminal-screen.ts";

type FollowedTerminalProps = {
  /** Names it for screen readers. */
  label: string;
  size: { cols: number; rows: number };
  /** Begins to draw into the screen. Returns what ends it. */
  attach: (screen: TerminalScreen) => () => void;
  /** What is typed, where keys are taken. Without it the terminal is only to look at. */
  onInput?: ((bytes: Uint8Array) => void) | undefined;
};

/** Somebody else's terminal: in their size, scaled so that all of it is in sight. */
export function FollowedTerminal({ label, size, attach, onInput }: FollowedTerminalProps) {
  const container = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<TerminalScreen>();
  const [problem, setProblem] = useState<string>();
  const description = useId();
  const begin = useEffectEvent((made: TerminalScreen) => attach(made));
  const input = useEffectEvent((bytes: Uint8Array) => onInput?.(bytes));
  const firstSize = useEffectEvent(() => size);
  const mayType = onInput !== undefined;
  const { cols, rows } = size;

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let end: (() => void) | undefined;
    let opened: TerminalScreen | undefined;
    let isGone = false;
    const open = async () => {
      const { TerminalScreen } = await import("./terminal-screen.ts");
      if (isGone) return;
      const events = { input, resize: () => undefined, search: () => undefined, leave: () => element.focus() };
      const made = await TerminalScreen.open(element, events, firstSize());
      if (isGone) {
        made.dispose();
        return;
      }
      opened = made;
      made.describeBy(description);
      end = begin(made);
      setScreen(made);
    };
    open().catch((error: unknown) => {
      console.error("The terminal could not be loaded:", error);
      setProblem("The terminal could not be loaded. Reload the page.");
    });
    return () => {
      isGone = true;
      end?.();
      opened?.dispose();
      setScreen(undefined);
    };
  }, [description]);

  useEffect(() => screen?.follow(cols, rows), [screen, cols, rows]);
  useEffect(() => {
    screen?.letType(mayType);
    if (mayType) screen?.focus();
  }, [screen, mayType]);

  return (
    <section aria-label={label} className="relative h-full">
      <p id={description} className="sr-only">
        {mayType
          ? "What you type goes to this shell. Control, Shift and full stop take the keyboard out of the terminal."
          : "This terminal is only to look at."}
      </p>
      <div ref={container} tabIndex={-1} className="followed-terminal absolute inset-2 overflow-hidden outline-none" />
      {problem !== undefined && (
        <p role="alert" className="absolute inset-x-0 top-0 p-4">
          {problem}
        </p>
      )}
    </section>
  );
}
