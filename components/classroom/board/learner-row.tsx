"use client";
import { Hand } from "lucide-react";
import { memo } from "react";
import { minutesInWords } from "../minutes.ts";
import { useRow } from "./board-context.tsx";
import { isFinished } from "./order.ts";
import { PresenceMark } from "./presence-mark.tsx";
import type { RowView } from "./row.ts";
import { Tile } from "./tile.tsx";

/** One learner: who, what they need, and a tile for each task. */
export const LearnerRow = memo(function LearnerRow({
  learner,
  number,
  isChosen,
}: {
  learner: string;
  number: number;
  isChosen: boolean;
}) {
  const row = useRow(learner);
  if (row === undefined) return null;
  return (
    <tr
      className="board-row"
      aria-rowindex={number}
      data-learner={learner}
      data-needs={row.hand ? "hand" : row.stuck ? "stuck" : undefined}
      data-chosen={isChosen || undefined}
    >
      <th scope="row" tabIndex={-1} className="min-w-0 py-1.5 pr-3 pl-3 text-left font-normal">
        <Who row={row} />
      </th>
      {row.cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its task's place
        <td key={index} tabIndex={-1} className="board-cell">
          <Tile cell={cell} />
        </td>
      ))}
    </tr>
  );
});

function Who({ row }: { row: RowView }) {
  return (
    <>
      <span className="flex items-center gap-2">
        <PresenceMark presence={row.presence} />
        <span className="min-w-0 truncate text-[0.9375rem] leading-5 font-medium" title={row.name}>
          {row.name}
        </span>
        <span className="flex-1" />
        {row.hand && <HandChip place={row.hand.place} minutes={row.hand.minutes} />}
        {/* Beside a raised hand the name needs the room more: who asks is helped first anyway. */}
        {row.stuck && <span className={row.hand ? "sr-only" : "shrink-0 text-[0.75rem] font-semibold text-warning"}>stuck</span>}
        {row.step !== undefined && row.minutes > 0 && (
          <span className="shrink-0 text-[0.8125rem] whitespace-nowrap text-muted-foreground tabular-nums">
            {minutesInWords(row.minutes)}
            <span className="sr-only"> in task {row.step + 1}</span>
          </span>
        )}
      </span>
      <span className="board-line mt-px block truncate pl-4 text-[0.8125rem] leading-5 text-muted-foreground" title={row.reason}>
        {subline(row)}
      </span>
    </>
  );
}

function HandChip({ place, minutes }: { place: number; minutes: number }) {
  return (
    <span className="inline-flex h-5 shrink-0 items-center whitespace-nowrap gap-1 rounded-full bg-accent px-2 text-[0.75rem] font-semibold text-accent-foreground tabular-nums">
      <Hand size={12} strokeWidth={2.5} aria-hidden />
      <span className="sr-only">Hand raised, place </span>
      {place}
      {minutes > 0 && <span className="font-medium">· {minutesInWords(minutes)}</span>}
    </span>
  );
}

/** The one line that tells most about the learner. */
function subline(row: RowView): string {
  if (row.helpers.length > 0) return `${row.helpers.join(" and ")} ${row.helpers.length === 1 ? "looks" : "look"} on`;
  if (row.presence === "never") return "Has not been here yet";
  if (row.presence === "away") return `Left ${row.quiet < 1 ? "just now" : `${minutesInWords(row.quiet)} ago`}`;
  if (row.elsewhere !== undefined) return `In ${row.elsewhere}`;
  if (row.presence === "idle") return `No sign for ${minutesInWords(row.quiet)}${row.reason ? `. ${row.reason}` : ""}`;
  if (row.reason !== undefined) return row.reason;
  if (isFinished(row)) return "Through with all tasks";
  return row.task ?? "";
}
