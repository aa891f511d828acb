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
import { SOCKET_PATH } from "../../../../lab-server/protocol.ts";
import { focusTerminal, type Lab, LabContext, type LabDemonstration, type LabTask } from "../../../lab/lab-context.tsx";
import { WATCH_PANES } from "../../../lab/panes.ts";
import { usePanes } from "../../../lab/use-panes.ts";
import { WatchConnection } from "../../../lab/watch-connection.ts";
import { INITIAL_WATCH, type WatchSnapshot } from "../../../lab/watch-snapshot.ts";
import { ticketSource } from "../../../link/tickets.ts";

/** Whom the page watches, and where. */
export type Watched = { classId: string; learner: string; name: string; lesson: string; lessonTitle: string };

type Watch = Watched & {
  /** Undefined until the page has started its connection. */
  connection: WatchConnection | undefined;
  snapshot: WatchSnapshot;
};

const Context = createContext<Watch | undefined>(undefined);

/** What the page knows of the learner whom it watches. */
export function useWatch(): Watch {
  const watch = useContext(Context);
  if (!watch) throw new Error("This component belongs inside a page that watches a learner.");
  return watch;
}

type WatchProviderProps = {
  watched: Watched;
  tasks: readonly LabTask[];
  ticket: string;
  isXrayOpen: boolean;
  children: ReactNode;
};

const noDemonstration: LabDemonstration = { now: undefined, isInFront: false, bring: () => undefined };

/** Opens the page's connection to the learner's terminals. To the parts of a lesson it is a lab whose terminal is the learner's. */
export function WatchProvider({ watched, tasks, ticket, isXrayOpen, children }: WatchProviderProps) {
  const { classId, learner, lesson } = watched;
  const [connection, setConnection] = useState<WatchConnection>();
  const { pane, show, xray } = usePanes(WATCH_PANES, "terminal", isXrayOpen);

  // A ticket that comes later with the same page is not needed: the connection asks for its own.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first ticket only
  useEffect(() => {
    const url = new URL(SOCKET_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const tickets = ticketSource("/api/watch-ticket", { class: classId, learner, lesson }, ticket);
    const opened = new WatchConnection({ url: url.href, ticket: tickets });
    opened.connect();
    setConnection(opened);
    return () => {
      opened.dispose();
      setConnection(undefined);
    };
  }, [classId, learner, lesson]);

  const snapshot = useSyncExternalStore(
    useCallback((changed) => connection?.subscribe(changed) ?? (() => {}), [connection]),
    () => connection?.getSnapshot() ?? INITIAL_WATCH,
    () => INITIAL_WATCH,
  );
  const watch = useMemo((): Watch => ({ ...watched, connection, snapshot }), [watched, connection, snapshot]);

  const lab = useMemo((): Lab => {
    const ready = snapshot.typing === "yes" && snapshot.link.state === "open" && snapshot.terminals.length > 0;
    return {
      tasks,
      connection: undefined,
      snapshot,
      ready,
      isDone: (task) => snapshot.tasks[task]?.done ?? false,
      isOpen: () => true,
      run(code) {
        if (!connection || !ready) return;
        show("terminal");
        connection.type(`${code.trimEnd()}\n`);
        focusTerminal();
      },
      pane,
      show,
      xray,
      classroom: null,
      demonstration: noDemonstration,
    };
  }, [connection, snapshot, tasks, pane, show, xray]);

  return (
    <Context value={watch}>
      <LabContext value={lab}>{children}</LabContext>
    </Context>
  );
}
