"use client";
import { createContext, type ReactNode, useContext, useMemo, useState, useSyncExternalStore } from "react";
import type { ClassState } from "../../lab-server/protocol.ts";
import type { LabConnection } from "./connection.ts";
import { LAB_PANES, TERMINAL_PANE } from "./panes.ts";
import { INITIAL_SNAPSHOT, type LabSnapshot } from "./snapshot.ts";
import { useConnection } from "./use-connection.ts";
import { type LabXray, type Pane, usePanes } from "./use-panes.ts";

export type LabTask = { id: string; title: string };

/** The class in which the learner takes the lesson, as the page came with it. */
export type LabClass = {
  name: string;
  /** How many tasks are open, counted from the first; null where all are. */
  step: number | null;
  /** Whether terminals are recorded. */
  records: boolean;
  /** Days after which recordings are thrown away, where it is known. */
  retentionDays?: number | undefined;
};

export type Lab = {
  tasks: readonly LabTask[];
  /** Undefined in a page without a sandbox of its own. */
  connection: LabConnection | undefined;
  snapshot: LabSnapshot | undefined;
  /** Whether a terminal takes input. */
  ready: boolean;
  isDone(task: string): boolean;
  /** Whether the learner's class is as far as this task. Always so outside of a class, and where it goes at each one's own pace. */
  isOpen(task: string): boolean;
  /** Types a script into the terminal in front and goes there. */
  run(code: string): void;
  /** On a phone, which of the panes is in sight. */
  pane: Pane;
  show(pane: Pane): void;
  xray: LabXray;
  /** Null outside of a class. */
  classroom: LabClass | null;
  demonstration: LabDemonstration;
};

/** What the instructor shows in the class, beside the learner's own terminals. */
export type LabDemonstration = {
  /** Who shows their terminal now, and its size; undefined while nobody does. */
  now: NonNullable<ClassState["demonstration"]> | undefined;
  /** Whether it is in front of the learner's own terminals. */
  isInFront: boolean;
  bring(isInFront: boolean): void;
};

const Context = createContext<Lab | undefined>(undefined);

/** Makes the page around its children a lab, as the parts of a lesson know it. */
export const LabContext = Context.Provider;

/** The lab around this component. */
export function useLab(): Lab {
  const lab = useContext(Context);
  if (!lab) throw new Error("This component belongs inside a lab page.");
  return lab;
}

type LabProviderProps = {
  slug: string;
  tasks: readonly LabTask[];
  done: readonly string[];
  /** Null for a learner who is in no class with this lesson. */
  classroom: LabClass | null;
  ticket: string;
  isXrayOpen: boolean;
  children: ReactNode;
};

/** What the parts of a lesson's page know of each other, and the page's connection to the learner's sandbox. */
export function LabProvider({ slug, tasks, done, classroom: first, ticket, isXrayOpen, children }: LabProviderProps) {
  const connection = useConnection(slug, ticket);
  const { pane, show, xray } = usePanes(LAB_PANES, "lesson", isXrayOpen);
  const [isDemonstration, bring] = useState(false);

  const snapshot = useSyncExternalStore(connection.subscribe, connection.getSnapshot, () => INITIAL_SNAPSHOT);

  const told = snapshot.class;
  const classroom = useMemo(
    () => (told === undefined ? first : told && { retentionDays: first?.retentionDays, ...told }),
    [told, first],
  );
  const shownNow = told?.demonstration ?? undefined;
  const demonstration = useMemo(
    (): LabDemonstration => ({ now: shownNow, isInFront: isDemonstration && shownNow !== undefined, bring }),
    [shownNow, isDemonstration],
  );

  const lab = useMemo((): Lab => {
    const ready = snapshot.link.state === "open" && snapshot.terminals.length > 0;
    const open = classroom?.step ?? null;
    return {
      tasks,
      connection,
      snapshot,
      ready,
      isDone: (task) => snapshot.tasks[task]?.done ?? done.includes(task),
      isOpen: (task) => open === null || tasks.findIndex(({ id }) => id === task) < open,
      run(code) {
        if (!ready) return;
        show("terminal");
        bring(false);
        connection.type(`${code.trimEnd()}\n`);
        focusTerminal();
      },
      pane,
      show,
      xray,
      classroom,
      demonstration,
    };
  }, [connection, snapshot, tasks, done, classroom, pane, show, xray, demonstration]);
  return <Context value={lab}>{children}</Context>;
}

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
