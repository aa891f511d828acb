import { green, red } from "../start/step.ts";
import type { Row } from "./row.ts";

/** One line a row, columns aligned, numbers to three digits. */
export function printRows(rows: readonly Row[]): void {
  const head = ["", "value", "against", "ratio", "goal", ""];
  const cells = rows.map(({ name, value, unit, against, ratio, goal, ok, note }) => [
    name,
    value === null ? "-" : `${digits(value)} ${unit}`,
    against === undefined ? "" : `${digits(against)} ${unit}`,
    ratio === undefined ? "" : `${digits(ratio)} ×`,
    note ?? goal ?? "",
    ok === undefined ? "" : ok ? green("ok") : red("missed"),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...cells]) {
    console.log(
      `  ${row.map((cell, column) => (column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ")}`.trimEnd(),
    );
  }
}

function digits(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: false });
}
