"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { Button } from "../../ui/button.tsx";
import { Switch } from "../../ui/field.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import type { LessonChange, LessonRow } from "./class-lessons.tsx";
import { DueDate } from "./due-date.tsx";
import { Pace } from "./pace.tsx";

type RowProps = {
  row: LessonRow;
  number: number;
  isLast: boolean;
  disabled: boolean;
  onMove(by: -1 | 1): void;
  onChange(change: LessonChange): void;
  onNext(after: number): void;
};

/** A lesson of the class: its place, whether it is open, how far, and until when. */
export function ClassLessonRow({ row, number, isLast, disabled, onMove, onChange, onNext }: RowProps) {
  const { slug, title, minutes, tasks, open, dueAt } = row;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-3 border-b border-border py-5 md:grid-cols-[4.25rem_minmax(0,1fr)_auto]">
      <div className="flex items-center gap-0.5 self-start max-md:order-last max-md:col-start-2 max-md:row-start-2 max-md:justify-end">
        <span className="w-6 font-mono text-sm text-muted-foreground tabular-nums max-md:hidden">
          {String(number).padStart(2, "0")}
        </span>
        <Tooltip label="Move up">
          <Button
            look="quiet"
            size="icon"
            className="!size-7 md:!w-5"
            aria-label={`Move ${title} up`}
            disabled={disabled || number === 1}
            onClick={() => onMove(-1)}
          >
            <ArrowUp size={15} aria-hidden />
          </Button>
        </Tooltip>
        <Tooltip label="Move down">
          <Button
            look="quiet"
            size="icon"
            className="!size-7 md:!w-5"
            aria-label={`Move ${title} down`}
            disabled={disabled || isLast}
            onClick={() => onMove(1)}
          >
            <ArrowDown size={15} aria-hidden />
          </Button>
        </Tooltip>
      </div>
      <div className="min-w-0">
        <h3 className="text-[1.0625rem] font-semibold tracking-[-0.01em]">
          {minutes === undefined ? (
            title
          ) : (
            <Link href={`/lessons/${slug}`} className="rounded-sm hover:text-accent">
              {title}
            </Link>
          )}
        </h3>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-[0.8125rem] text-muted-foreground">
          {minutes === undefined ? (
            <span className="text-warning">This lesson is not on this site any more.</span>
          ) : (
            <span>
              {tasks.length} {tasks.length === 1 ? "task" : "tasks"} · about {minutes} min ·
            </span>
          )}
          <DueDate title={title} dueAt={dueAt} disabled={disabled} onChange={(dueAt) => onChange({ dueAt })} />
        </p>
      </div>
      <div className="flex items-center gap-2.5 self-start pt-0.5">
        <span aria-hidden className={`text-sm ${open ? "font-medium" : "text-muted-foreground"}`}>
          {open ? "Open" : "Closed"}
        </span>
        <Switch
          aria-label={`${title} is open to the class`}
          checked={open}
          disabled={disabled}
          onCheckedChange={(open) => onChange({ open })}
        />
      </div>
      {tasks.length > 0 && (
        <div className="max-md:row-start-2 md:col-span-2 md:col-start-2">
          <Pace row={row} disabled={disabled} onChange={onChange} onNext={onNext} />
        </div>
      )}
    </li>
  );
}
