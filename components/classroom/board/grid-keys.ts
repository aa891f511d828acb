/** The keyboard in the grid: WAI-ARIA Authoring Practices, "Grid". One stop for the Tab key, arrows from there. */
import type { KeyboardEvent } from "react";

const CELLS = "th, td";
/** Rows that Page Up and Page Down go over. */
const PAGE = 10;

/** Sees to it that the Tab key finds one cell. Cells are drawn without being a stop, so React does not change it back. */
export function ownGridStop(table: HTMLTableElement | null): void {
  if (!table || table.querySelector(':is(th, td)[tabindex="0"]')) return;
  const first = table.tBodies[0]?.rows[0]?.cells[0];
  if (first) first.tabIndex = 0;
}

/** The id of the learner in whose row an element is. */
export function learnerOf(element: Element | null | undefined): string | undefined {
  return element?.closest<HTMLElement>("[data-learner]")?.dataset.learner;
}

/** Puts the focus on a learner's name. */
export function focusLearner(table: HTMLTableElement | null, learner: string): void {
  const row = [...(table?.tBodies[0]?.rows ?? [])].find((each) => each.dataset.learner === learner);
  const cell = row?.cells[0];
  if (table && cell) focusCell(table, cell);
}

/** Moves the focus as a key says. Returns whether it was a key of the grid. */
export function moveInGrid(table: HTMLTableElement | null, event: KeyboardEvent): boolean {
  const here = document.activeElement?.closest<HTMLTableCellElement>(CELLS);
  if (!table || !here || !table.contains(here)) return false;
  const rows = [...table.rows];
  const row = rows.findIndex((each) => each.contains(here));
  const to = target(rows, row, here.cellIndex, event);
  if (to === undefined) return false;
  const cells = rows[clamp(to.row, rows.length)]?.cells;
  const cell = cells?.[clamp(to.column, cells.length)];
  if (cell) focusCell(table, cell);
  return true;
}

function target(rows: readonly HTMLTableRowElement[], row: number, column: number, { key, ctrlKey }: KeyboardEvent) {
  switch (key) {
    case "ArrowDown":
      return { row: row + 1, column };
    case "ArrowUp":
      return { row: row - 1, column };
    case "ArrowLeft":
      return { row, column: column - 1 };
    case "ArrowRight":
      return { row, column: column + 1 };
    case "PageDown":
      return { row: row + PAGE, column };
    case "PageUp":
      return { row: row - PAGE, column };
    case "Home":
      return ctrlKey ? { row: 1, column: 0 } : { row, column: 0 };
    case "End":
      return ctrlKey ? { row: rows.length - 1, column: Number.MAX_SAFE_INTEGER } : { row, column: Number.MAX_SAFE_INTEGER };
  }
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}

function focusCell(table: HTMLTableElement, cell: HTMLTableCellElement): void {
  for (const stop of table.querySelectorAll<HTMLElement>(':is(th, td)[tabindex="0"]')) stop.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  // Below the head, which stays in sight, and clear of the window's edge.
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}
