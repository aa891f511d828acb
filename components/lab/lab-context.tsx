"use client";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { SOCKET_PATH } from "../../lab-server/protocol.ts";
import { LabConnection, type LabSnapshot } from "./connection.ts";
import { ticketSource } from "./tickets.ts";

export type LabTask = { id: string; title: string };

export type Lab = {
  tasks: readonly LabTask[];
  /** Undefined until the page has started its connection. */
  connection: LabConnection | undefined;
  snapshot: LabSnapshot | undefined;
  /** Whether a terminal takes input. */
  ready: boolean;
  isDone(task: string): boolean;
  /** Types a script into the terminal in front and goes there. */
  run(code: string): void;
  /** On a phone, which of the two panes is in sight. */
  pane: Pane;
  show(pane: Pane): void;
};

export type Pane = "lesson" | "terminal";

const Context = createContext<Lab | undefined>(undefined);

/** The lab around this component. */
export function useLab(): Lab {
  const lab = useContext(Context);
  if (!lab) throw new Error("This component belongs inside a lab page.");
  return lab;
}

type LabProviderProps = { slug: string; tasks: readonly LabTask[]; done: readonly string[]; ticket: string; children: ReactNode };

/** Opens the page's one connection, with the ticket that came with the page, and closes it when the learner leaves. */
export function LabProvider({ slug, tasks, done, ticket, children }: LabProviderProps) {
  const [connection, setConnection] = useState<LabConnection>();
  const [pane, show] = useState<Pane>("lesson");

  useEffect(() => {
    const url = new URL(SOCKET_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const opened = new LabConnection({ url: url.href, ticket: ticketSource(slug, ticket) });
    opened.connect();
    setConnection(opened);
    return () => {
      opened.dispose();
      setConnection(undefined);
    };
  }, [slug, ticket]);

  // A link to a place in the lesson brings the lesson in sight.
  useEffect(() => {
    const onHash = () => show("lesson");
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);

  const snapshot = useSyncExternalStore(
    useCallback((changed) => connection?.subscribe(changed) ?? (() => {}), [connection]),
    () => connection?.getSnapshot(),
    () => undefined,
  );

  const lab = useMemo((): Lab => {
    const ready = snapshot?.link.state === "open" && snapshot.terminals.length > 0;
    return {
      tasks,
      connection,
      snapshot,
      ready,
      isDone: (task) => snapshot?.tasks[task]?.done ?? done.includes(task),
      run(code) {
        if (!connection || !ready) return;
        show("terminal");
        connection.type(`${code.trimEnd()}\n`);
        focusTerminal();
      },
      pane,
      show,
    };
  }, [connection, snapshot, tasks, done, pane]);
  return <Context value={lab}>{children}</Context>;
}

export const LESSON_PANE = "lesson-pane";
export const TERMINAL_PANE = "terminal-pane";

/** Puts the keyboard into the terminal in front, once the pane is in sight. */
export function focusTerminal(): void {
  requestAnimationFrame(() => {
    const inputs = document.querySelectorAll<HTMLTextAreaElement>(`#${TERMINAL_PANE} textarea`);
    [...inputs].find((input) => input.checkVisibility({ visibilityProperty: true }))?.focus();
  });
}

/** Puts the keyboard into the lesson, where arrow and page keys scroll it. */
export function focusLesson(): void {
  requestAnimationFrame(() => document.getElementById("lesson")?.focus());
}
