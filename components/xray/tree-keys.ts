/** The keyboard and the mouse in a tree: WAI-ARIA Authoring Practices, "Tree View", with everything open at all times. */

import type { KeyboardEvent, MouseEvent, RefObject } from "react";

const ITEM = '[role="treeitem"]';

/** The item of the tree that an element belongs to. */
export function treeItemOf(element: Element | null | undefined): HTMLElement | undefined {
  return element?.closest<HTMLElement>(ITEM) ?? undefined;
}

/** Sees to it that the Tab key finds one item of the tree. Items are drawn without being a stop, so React does not change it back. */
export function ownStop(tree: HTMLElement | null): void {
  if (!tree || tree.querySelector(`${ITEM}[tabindex="0"]`)) return;
  tree.querySelector(ITEM)?.setAttribute("tabindex", "0");
}

/**
 * What a tree listens to, so that its items need no functions of their own: a click, Enter and the space bar act on an item, and the
 * other keys go through it. `act` returns whether there was something to do.
 */
export function treeEvents(tree: RefObject<HTMLElement | null>, act: (target: Element) => boolean) {
  return {
    onClick(event: MouseEvent) {
      if (event.target instanceof Element) act(event.target);
    },
    onKeyDown(event: KeyboardEvent) {
      if (!(event.target instanceof Element) || event.ctrlKey || event.altKey || event.metaKey) return;
      const isHandled = event.key === "Enter" || event.key === " " ? act(event.target) : moveInTree(tree.current, event.key);
      if (isHandled) event.preventDefault();
    },
  };
}

/** Moves the focus as a key says. Returns whether it was a key of the tree. */
function moveInTree(tree: HTMLElement | null, key: string): boolean {
  const here = treeItemOf(document.activeElement);
  if (!tree || !here || !tree.contains(here)) return false;
  const items = [...tree.querySelectorAll<HTMLElement>(ITEM)];
  const next = neighbour(items, here, key);
  if (next === undefined) return false;
  if (next && tree.contains(next)) {
    for (const item of items) if (item.tabIndex === 0) item.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
  return true;
}

/** Undefined: not a key of the tree. null: there is nobody. */
function neighbour(items: readonly HTMLElement[], here: HTMLElement, key: string): HTMLElement | null | undefined {
  const index = items.indexOf(here);
  switch (key) {
    case "ArrowDown":
      return items[index + 1] ?? null;
    case "ArrowUp":
      return items[index - 1] ?? null;
    case "ArrowLeft":
      return treeItemOf(here.parentElement) ?? null;
    case "ArrowRight":
      return here.querySelector<HTMLElement>(ITEM);
    case "Home":
      return items[0] ?? null;
    case "End":
      return items.at(-1) ?? null;
  }
}
