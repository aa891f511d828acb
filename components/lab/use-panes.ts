"use client";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { FocusTarget } from "../xray/view.ts";
import { type PanePage, rememberPanes } from "./panes.ts";

export type Pane = "lesson" | "terminal" | "xray";

export type LabXray = {
  isOpen: boolean;
  open(isOpen: boolean): void;
  /** What a lesson pointed at last; a new object each time. */
  target: FocusTarget | undefined;
  /** Opens the X-ray and points at something in it. */
  point(target: FocusTarget): void;
};

/** Which panes are open, and on a phone which is in sight. */
export function usePanes(
  page: PanePage,
  first: Pane,
  isXrayOpen: boolean,
): { pane: Pane; show(pane: Pane): void; xray: LabXray } {
  const [pane, setPane] = useState(first);
  const [isOpen, setOpen] = useState(isXrayOpen);
  const [target, setTarget] = useState<FocusTarget>();

  // A link to a place in the lesson brings the lesson in sight.
  useEffect(() => {
    const onHash = () => setPane("lesson");
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);

  const open = useCallback(
    (isOpen: boolean) => {
      setOpen(isOpen);
      rememberPanes(page, { isXrayOpen: isOpen });
    },
    [page],
  );
  const show = useCallback(
    (pane: Pane) => {
      setPane(pane);
      if (pane === "xray") open(true);
    },
    [open],
  );
  const xray = useMemo(
    (): LabXray => ({
      isOpen,
      open,
      target,
      point(target) {
        setTarget({ ...target });
        show("xray");
      },
    }),
    [isOpen, open, show, target],
  );
  return { pane, show, xray };
}
