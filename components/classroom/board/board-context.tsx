"use client";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { ticketSource } from "../../link/tickets.ts";
import { StaffConnection } from "../staff-connection.ts";
import { BoardStore, type Head } from "./board-store.ts";
import type { RowView } from "./row.ts";

type Board = {
  classId: string;
  store: BoardStore;
  /** Undefined until the page has started its connection. */
  connection: StaffConnection | undefined;
  /** The learner whose panel is open. */
  chosen: string | undefined;
  choose: (learner: string | undefined) => void;
};

const Context = createContext<Board | undefined>(undefined);

/** Keeps the board's connection for as long as the page is there. `ticket`: the one that came with the page. */
export function BoardProvider({ classId, ticket, children }: { classId: string; ticket: string; children: ReactNode }) {
  const [store] = useState(() => new BoardStore());
  const [connection, setConnection] = useState<StaffConnection>();
  const [chosen, choose] = useState<string>();
  // Next renders the page again and again; the connection asks for its later tickets itself.
  const [first] = useState(ticket);

  useEffect(() => {
    const opened = new StaffConnection({
      ticket: ticketSource("/api/staff-ticket", { class: classId }, first),
      onNews: (news) => {
        if (news.type !== "operations") store.apply(news);
      },
    });
    const stop = store.start();
    opened.connect();
    setConnection(opened);
    return () => {
      opened.dispose();
      stop();
    };
  }, [classId, first, store]);

  const board = useMemo((): Board => ({ classId, store, connection, chosen, choose }), [classId, store, connection, chosen]);
  return <Context.Provider value={board}>{children}</Context.Provider>;
}

export function useBoard(): Board {
  const board = useContext(Context);
  if (board === undefined) throw new Error("There is no board around this component.");
  return board;
}

/** What stands around the rows; undefined until the lab-server has said something. */
export function useHead(): Head | undefined {
  const { store } = useBoard();
  return useSyncExternalStore(store.subscribe, store.head, () => undefined);
}

/** A learner's row; undefined where the learner is gone. */
export function useRow(learner: string): RowView | undefined {
  const { store } = useBoard();
  return useSyncExternalStore(
    store.subscribe,
    () => store.row(learner),
    () => undefined,
  );
}
