"use client";
import {
  type ComponentType,
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Dialog } from "../ui/dialog.tsx";
import type { SearchDialogProps } from "./search-dialog.tsx";

type SearchControl = {
  /** Opens the search, with a text to begin with. */
  open(text?: string): void;
  /** Fetches its code ahead. */
  prepare(): void;
};

const Context = createContext<SearchControl | undefined>(undefined);

export function useSearch(): SearchControl {
  const control = useContext(Context);
  if (!control) throw new Error("This component belongs inside a SearchProvider.");
  return control;
}

/** Opens the search wherever the learner is: by ⌘K on a Mac, by Ctrl+K elsewhere. */
export function SearchProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<{ text: string }>();
  const [View, setView] = useState<ComponentType<SearchDialogProps>>();
  const [missing, setMissing] = useState(false);
  const loading = useRef<Promise<void>>(undefined);

  // The dialog's code is not part of every page.
  const prepare = useCallback(() => {
    loading.current ??= import("./search-dialog.tsx").then(
      ({ SearchDialog }) => {
        setMissing(false);
        setView(() => SearchDialog);
      },
      (error: unknown) => {
        console.error("The search could not be loaded:", error);
        loading.current = undefined;
        setMissing(true);
      },
    );
  }, []);
  const control = useMemo(
    () => ({
      prepare,
      open(text = "") {
        prepare();
        setOpened({ text });
      },
    }),
    [prepare],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isSearchKey(event)) return;
      event.preventDefault();
      event.stopPropagation();
      control.open();
    };
    // Before the terminal sees it.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [control]);

  const close = () => setOpened(undefined);
  return (
    <Context value={control}>
      {children}
      {opened && View && <View text={opened.text} onClose={close} />}
      {opened && missing && (
        <Dialog open onOpenChange={close} title="Search">
          <p>The search could not be loaded. Try again, or reload the page.</p>
        </Dialog>
      )}
    </Context>
  );
}

/** Ctrl+K in a terminal is the shell's: there it cuts to the end of the line. */
function isSearchKey(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey) return false;
  if (event.target instanceof Element && event.target.closest("[role=dialog], [role=alertdialog]")) return false;
  if (isMac()) return event.metaKey && !event.ctrlKey;
  return event.ctrlKey && !event.metaKey && !(event.target instanceof Element && event.target.closest(".xterm"));
}

export function isMac(): boolean {
  return /mac|iphone|ipad/i.test(navigator.platform);
}
