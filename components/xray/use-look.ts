"use client";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Reference, XrayEvent } from "../../lab-server/protocol.ts";
import type { XraySnapshot, XrayStore } from "./store.ts";
import { findTarget, targetName } from "./target.ts";
import { type FocusTarget, VIEW_NAMES, type ViewName } from "./view.ts";
import { viewOf } from "./views.ts";

export type Look = {
  view: ViewName;
  show: (view: ViewName) => void;
  asTable: boolean;
  setAsTable: (asTable: boolean) => void;
  /** What is marked in the picture. */
  selected: Reference | undefined;
  /** The same, where the learner chose it and wants to know what it is. */
  explained: Reference | undefined;
  /** Marks and explains. */
  select: (of: Reference | undefined) => void;
  /** What the lesson pointed at last. */
  focus: FocusTarget | undefined;
  /** That, while it is not there. */
  awaited: FocusTarget | undefined;
  /** Shows what an event is about, as it is now, or as it was then where it is gone since. */
  choose: (event: XrayEvent) => void;
  /** Shows the moment of an event, and what it is about. */
  goTo: (event: XrayEvent) => void;
};

/** What the learner looks at: which view, which thing in it. A lesson that points at something moves the look there once. */
export function useLook(store: XrayStore, { shown }: XraySnapshot, target: FocusTarget | undefined): Look {
  const [view, show] = useState<ViewName>(() => target?.view ?? lastView());
  const [asTable, setAsTable] = useState(false);
  const [chosen, setChosen] = useState<{ of: Reference; isExplained: boolean }>();
  const [focus, setFocus] = useState<FocusTarget>();
  const [isAwaited, setAwaited] = useState(false);

  useEffect(() => sessionStorage.setItem(LAST_VIEW, view), [view]);

  if (target !== focus) {
    setFocus(target);
    if (target !== undefined) show(target.view);
    setAwaited(target !== undefined && isThing(target));
    setChosen(undefined);
  }
  const found = useMemo(
    () => (isAwaited && focus !== undefined && shown !== undefined ? findTarget(focus, shown.facts) : undefined),
    [isAwaited, focus, shown],
  );
  if (found !== undefined) {
    setAwaited(false);
    setChosen({ of: found, isExplained: false });
  }

  const select = useCallback((of: Reference | undefined) => {
    setAwaited(false);
    setChosen(of && { of, isExplained: true });
    if (of !== undefined) show((view) => (shows(view, of) ? view : viewOf(of)));
  }, []);
  const toEvent = useCallback(
    ({ about }: XrayEvent) => {
      const [of] = about;
      select(of);
      if (of !== undefined) show(viewOf(of));
    },
    [select],
  );
  const goTo = useCallback(
    (event: XrayEvent) => {
      store.goTo(event.id);
      toEvent(event);
    },
    [store, toEvent],
  );
  const choose = useCallback(
    (event: XrayEvent) => {
      const [of] = event.about;
      const { shown } = store.getSnapshot();
      if (of !== undefined && shown !== undefined && !Object.hasOwn(shown.facts[of.table], of.id)) store.goTo(event.id);
      toEvent(event);
    },
    [store, toEvent],
  );
  return {
    view,
    show,
    asTable,
    setAsTable,
    selected: chosen?.of,
    explained: chosen?.isExplained ? chosen.of : undefined,
    select,
    focus,
    awaited: isAwaited ? focus : undefined,
    choose,
    goTo,
  };
}

const LAST_VIEW = "unboxed_xray_view";

/** The view that was looked at before the page was loaded again. */
function lastView(): ViewName {
  const last = sessionStorage.getItem(LAST_VIEW);
  return VIEW_NAMES.find((name) => name === last) ?? "processes";
}

/** A network namespace has its place among the processes' namespaces too. */
function shows(view: ViewName, of: Reference): boolean {
  return viewOf(of) === view || (of.table === "namespaces" && view === "processes");
}

function isThing(target: FocusTarget): boolean {
  return target.namespace === undefined && targetName(target) !== undefined;
}
