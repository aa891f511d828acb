"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { LocalTime } from "../local-time.tsx";
import { lengthOfTime } from "../minutes.ts";
import { type Punctuality, PunctualityMark } from "./punctuality.tsx";
import { type Order, ordered, type SortKey } from "./sort.ts";
import { TableFrame } from "./table-frame.tsx";

/** Times are milliseconds since the epoch. */
export type ReportRow = {
  learner: string;
  name: string;
  /** As the roster says, with the e-mail address. */
  reference: string | null;
  email: string | null;
  /** In the order of the lessons. */
  lessons: readonly { done: number; total: number; due: Punctuality | null }[];
  done: number;
  activeMs: number;
  seenAt: number | null;
};

export type ReportHead = { slug: string; title: string; dueAt: number | null };

/** The learners of a class by its lessons. */
export function ClassTable({ id, lessons, rows }: { id: string; lessons: readonly ReportHead[]; rows: readonly ReportRow[] }) {
  const [order, setOrder] = useState<Order>({ by: "name", descending: false });
  const sortBy = (by: SortKey) =>
    setOrder((now) => (now.by === by ? { by, descending: !now.descending } : { by, descending: by !== "name" }));
  const head = (by: SortKey, children: ReactNode, className = "") => (
    <SortHead by={by} order={order} onSort={sortBy} className={className}>
      {children}
    </SortHead>
  );
  return (
    <TableFrame label="Learners and lessons">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-border-strong align-bottom">
            {head("name", "Learner", "sticky left-0 z-10 bg-background pr-4")}
            {lessons.map(({ slug, title, dueAt }, index) => (
              <SortHead key={slug} by={index} order={order} onSort={sortBy} className="min-w-28 px-2">
                <span className="line-clamp-2">{title}</span>
                {dueAt !== null && (
                  <span className="block font-normal text-[0.75rem] whitespace-nowrap">
                    due <LocalTime at={dueAt} date />
                  </span>
                )}
              </SortHead>
            ))}
            {head("done", "Tasks done", "px-2")}
            {head("active", "Time active", "px-2")}
            {head("seen", "Last seen", "pl-2")}
          </tr>
        </thead>
        <tbody>
          {ordered(rows, order).map(({ learner, name, reference, email, lessons: standings, done, activeMs, seenAt }) => (
            <tr key={learner} className="border-b border-border">
              <th scope="row" className="sticky left-0 max-w-56 bg-background py-2 pr-4 text-left font-normal">
                <Link
                  href={`/classes/${id}/learners/${learner}`}
                  className="font-medium break-words underline-offset-2 hover:underline"
                >
                  {name}
                </Link>
                {(reference ?? email) && (
                  <span className="block truncate text-[0.8125rem] text-muted-foreground">{reference ?? email}</span>
                )}
              </th>
              {standings.map((standing, index) => (
                <td key={lessons[index]?.slug} className="px-2 py-2 whitespace-nowrap">
                  <Share {...standing} />
                  <span className="ml-2">
                    <PunctualityMark due={standing.due} />
                  </span>
                </td>
              ))}
              <td className="px-2 py-2 tabular-nums">{done}</td>
              <td className="px-2 py-2 whitespace-nowrap tabular-nums">{activeMs > 0 ? lengthOfTime(activeMs) : "–"}</td>
              <td className="py-2 pl-2 whitespace-nowrap">{seenAt === null ? "never" : <LocalTime at={seenAt} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function SortHead({
  by,
  order,
  onSort,
  className,
  children,
}: {
  by: SortKey;
  order: Order;
  onSort: (by: SortKey) => void;
  className: string;
  children: ReactNode;
}) {
  const isHere = order.by === by;
  const Arrow = order.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isHere ? (order.descending ? "descending" : "ascending") : undefined}
      className={`py-2 text-left font-medium text-muted-foreground ${className}`}
    >
      <button
        type="button"
        onClick={() => onSort(by)}
        className="-mx-1 flex items-end gap-1 rounded-sm px-1 text-left hover:text-foreground"
      >
        <span className={isHere ? "text-foreground" : ""}>{children}</span>
        <Arrow size={13} aria-hidden className={`mb-1 shrink-0 ${isHere ? "" : "invisible"}`} />
      </button>
    </th>
  );
}

/** "3/8" with a line as long as the share. */
function Share({ done, total }: { done: number; total: number }) {
  if (total === 0) return <span className="text-muted-foreground">–</span>;
  return (
    <span className="inline-block w-14 align-middle">
      <span className="tabular-nums">
        {done}
        <span className="text-muted-foreground">
          <span aria-hidden>/</span>
          <span className="sr-only"> of </span>
          {total}
        </span>
      </span>
      <span
        aria-hidden
        className="mt-0.5 block h-1 overflow-hidden rounded-full bg-border print:border print:border-border-strong"
      >
        <span className="block h-full bg-success" style={{ width: `${(100 * done) / total}%` }} />
      </span>
    </span>
  );
}
