import { CircleCheck, TriangleAlert } from "lucide-react";
import type { Done, Reading } from "./send-roster.ts";

/** Rows that are shown of what will be taken. */
const SHOWN = 5;

/** What was read of a roster's file: the good rows, the bad ones with their numbers, and what came of it. */
export function RosterPreview({
  reading: { rows, problems, repeated, isWestern },
  done,
}: {
  reading: Reading;
  done: Done | undefined;
}) {
  return (
    <div className="mt-4 space-y-4 text-sm">
      {done ? (
        <p className="flex items-start gap-2 text-[0.9375rem]">
          <CircleCheck size={17} aria-hidden className="mt-[3px] shrink-0 text-success" />
          {doneText(done)}
        </p>
      ) : (
        rows.length > 0 && (
          <table className="w-full table-fixed border-y border-border text-left">
            <caption className="pb-2 text-left text-muted-foreground">
              {rows.length} {rows.length === 1 ? "person" : "people"} can be imported
            </caption>
            <thead className="text-muted-foreground">
              <tr className="border-b border-border">
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  Name
                </th>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  E-mail
                </th>
                <th scope="col" className="w-[26%] py-1.5 font-medium">
                  Reference
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map(({ row, name, email, reference }) => (
                <tr key={row}>
                  <td className="truncate py-1 pr-3">{name}</td>
                  <td className="truncate py-1 pr-3 text-muted-foreground">{email}</td>
                  <td className="truncate py-1 text-muted-foreground">{reference}</td>
                </tr>
              ))}
              {rows.length > SHOWN && (
                <tr>
                  <td colSpan={3} className="py-1 pb-2 text-muted-foreground">
                    and {rows.length - SHOWN} more
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        )
      )}
      {problems.length > 0 && (
        <div className="rounded-md border border-border-strong px-3.5 py-3">
          <p className="flex items-center gap-2 font-medium text-warning">
            <TriangleAlert size={15} aria-hidden className="shrink-0" />
            {problems.length === 1 ? "One row is left out" : `${problems.length} rows are left out`}
          </p>
          <ul className="mt-2 max-h-40 space-y-1 overflow-y-auto">
            {problems.map(({ row, problem }) => (
              <li key={row}>
                <span className="font-medium tabular-nums">Row {row}.</span> {problem}
              </li>
            ))}
          </ul>
        </div>
      )}
      {repeated.length > 0 && (
        <p className="text-muted-foreground">
          {repeated.length === 1 ? "One row says" : `${repeated.length} rows say`} again what an earlier one says:{" "}
          {repeated
            .slice(0, SHOWN)
            .map(({ row, of }) => `${row} as ${of}`)
            .join(", ")}
          {repeated.length > SHOWN && ", …"}
        </p>
      )}
      {isWestern && !done && (
        <p className="text-muted-foreground">
          The file is not UTF-8; it was read as Windows-1252 (latin1). Look whether names with accents are right.
        </p>
      )}
    </div>
  );
}

function doneText({ added, changed, same }: Done): string {
  const parts = [
    added > 0 && `${added} added`,
    changed > 0 && `${changed} brought up to date`,
    same > 0 && `${same} ${same === 1 ? "was" : "were"} there already`,
  ].filter((part) => part !== false);
  return `${new Intl.ListFormat("en-GB").format(parts)}.`;
}
