import { useSearchParams } from "next/navigation";
import { useCallback, useLayoutEffect, useState } from "react";
import { useBoard } from "./board-context.tsx";
import { SHOWS, type Show, SORTS, type Sort } from "./order.ts";

export type ChosenView = {
  /** Undefined: the board chooses. */
  lesson: string | undefined;
  sort: Sort;
  show: Show;
  find: string;
  /** Learners by tasks, or the tasks' statistics. */
  tab: "learners" | "tasks";
};

/** What the instructor chose to see. It stands in the address, so that a reload and a colleague see the same; but for what is sought. */
export function useView(): [ChosenView, (change: Partial<ChosenView>) => void] {
  const { store } = useBoard();
  const address = useSearchParams();
  const [find, setFind] = useState("");
  const view: ChosenView = {
    lesson: address.get("lesson") ?? undefined,
    sort: SORTS.find((sort) => sort === address.get("sort")) ?? "help",
    show: SHOWS.find((show) => show === address.get("show")) ?? "all",
    find,
    tab: address.get("tab") === "tasks" ? "tasks" : "learners",
  };
  const { lesson, sort, show } = view;
  useLayoutEffect(() => store.look({ lesson, sort, show, find }), [store, lesson, sort, show, find]);

  const change = useCallback((to: Partial<ChosenView>) => {
    if (to.find !== undefined) setFind(to.find);
    const url = new URL(location.href);
    for (const name of ["lesson", "sort", "show", "tab"] as const) {
      const value = to[name];
      if (value === undefined) continue;
      if (value === DEFAULTS[name]) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href !== location.href) history.replaceState(null, "", url);
  }, []);
  return [view, change];
}

const DEFAULTS: Partial<Record<"lesson" | "sort" | "show" | "tab", string>> = { sort: "help", show: "all", tab: "learners" };
