import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Reference } from "../../lab-server/protocol.ts";
import { sameReference } from "./reference.ts";

export type Column<Row> = {
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  numeric?: boolean;
};

type FactTableProps<Row> = {
  caption: string;
  /** The first one names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  reference: (row: Row) => Reference;
  selected: Reference | undefined;
  select: (of: Reference) => void;
  /** Said in place of rows where there are none. */
  empty?: string;
};

/**
 * Facts as a table. A row is chosen by a click anywhere in it, or by the button that its first cell is: one stop for the Tab
 * key, and the arrow keys, Home and End go from row to row.
 */
export function FactTable<Row>({ caption, columns, rows, reference, selected, select, empty }: FactTableProps<Row>) {
  const [stop, setStop] = useState(0);
  const [first, ...rest] = columns;
  if (first === undefined) return null;
  const current = Math.min(stop, Math.max(0, rows.length - 1));

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and the keyboard must be able to scroll it
    <section aria-label={caption} tabIndex={0} className="fact-table">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ header, numeric }) => (
              <th key={header} scope="col" data-numeric={numeric}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {rows.map((row, index) => {
            const of = reference(row);
            const isSelected = sameReference(of, selected);
            return (
              <tr key={of.id} data-selected={isSelected} onClick={() => select(of)}>
                <th scope="row">
                  <button
                    type="button"
                    data-row
                    aria-pressed={isSelected}
                    tabIndex={index === current ? 0 : -1}
                    onFocus={() => setStop(index)}
                  >
                    {first.cell(row)}
                  </button>
                </th>
                {rest.map(({ header, cell, numeric }) => (
                  <td key={header} data-numeric={numeric}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && <p className="px-3 py-3 text-muted-foreground">{empty ?? "None."}</p>}
    </section>
  );
}
