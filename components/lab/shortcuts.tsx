"use client";
import { useEffect, useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { focusLesson, focusTerminal, useLab } from "./lab-context.tsx";
import { TERMINAL_PANE } from "./panes.ts";

const SHORTCUTS = [
  { keys: "Ctrl `", does: "From the lesson to the terminal, and back" },
  { keys: "Ctrl K", does: "Search lessons and glossary; in the terminal the shell has it. On a Mac ⌘ K, there too" },
  { keys: "Ctrl Shift X", does: "Open and close the X-ray" },
  { keys: "Alt ↓", does: "To the next task" },
  { keys: "Alt ↑", does: "To the task before" },
  { keys: "Ctrl Shift .", does: "Out of the terminal, to its tab" },
  { keys: "Ctrl Shift C", does: "Copy what is selected in the terminal" },
  { keys: "Ctrl Shift V", does: "Paste into the terminal" },
  { keys: "Ctrl Shift F", does: "Search in the terminal" },
  { keys: "Ctrl Shift E", does: "In a class: end that somebody else types into your terminal" },
  { keys: "?", does: "This list, while the keyboard is not in the terminal" },
] as const;

type OpenProps = { open: boolean; onOpenChange: (open: boolean) => void };

export function ShortcutsDialog({ open, onOpenChange }: OpenProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5 text-[0.9375rem]">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(" ").map((key) => (
                <kbd key={key} className="kbd">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** Listens for the shortcuts of the page. What the terminal has the keyboard for goes to the terminal, save the way out. */
export function ShortcutKeys() {
  const { show, xray } = useLab();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      const inTerminal = target?.closest(`#${TERMINAL_PANE}`) != null;
      if (event.ctrlKey && event.code === "Backquote") {
        show(inTerminal ? "lesson" : "terminal");
        if (inTerminal) focusLesson();
        else focusTerminal();
      } else if (event.ctrlKey && event.shiftKey && event.code === "KeyX") {
        xray.open(!xray.isOpen);
      } else if (inTerminal || target?.closest("input, textarea, [role=dialog], [role=alertdialog]")) {
        return;
      } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        toTask(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey) {
        setOpen(true);
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the terminal sees it.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [show, xray]);
  return <ShortcutsDialog open={open} onOpenChange={setOpen} />;
}

/** Scrolls to the task after (1) or before (-1) the one at the top of the lesson, and focuses it. */
function toTask(direction: 1 | -1): void {
  const top = (document.getElementById("lesson")?.getBoundingClientRect().top ?? 0) + 80;
  const tasks = [...document.querySelectorAll<HTMLElement>("[data-task]")];
  const target =
    direction === 1
      ? tasks.find((task) => task.getBoundingClientRect().top > top)
      : tasks.findLast((task) => task.getBoundingClientRect().top < top - 16);
  if (!target) return;
  target.scrollIntoView();
  target.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
}
