"use client";
import { Lock } from "lucide-react";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";

type LessonTabsProps = {
  lessons: readonly BoardLesson[];
  shares: ReadonlyMap<string, number>;
  chosen: string;
  onChoose: (lesson: string) => void;
};

/** The lessons of the class, each with how far the class is in it. */
export function LessonTabs({ lessons, shares, chosen, onChoose }: LessonTabsProps) {
  return (
    <fieldset className="-mx-1 flex min-w-0 gap-1 overflow-x-auto px-1 pb-1">
      <legend className="sr-only">Lesson</legend>
      {lessons.map(({ slug, title, open }) => {
        const percent = Math.floor((shares.get(slug) ?? 0) * 100);
        return (
          <button
            key={slug}
            type="button"
            aria-pressed={slug === chosen}
            onClick={() => onChoose(slug)}
            className="group relative min-w-32 shrink-0 rounded-md border border-transparent px-3 pt-1.5 pb-2.5 text-left hover:bg-muted aria-pressed:border-border-strong aria-pressed:bg-surface"
          >
            <span className="flex items-baseline gap-2">
              <span className="text-sm font-medium whitespace-nowrap text-muted-foreground group-aria-pressed:text-foreground">
                {!open && <Lock size={12} aria-label="Not open yet: " className="mr-1 inline align-[-1px]" />}
                {title}
              </span>
              <span className="flex-1" />
              <span className="text-[0.75rem] text-muted-foreground tabular-nums">
                {percent} %<span className="sr-only"> done by the class</span>
              </span>
            </span>
            <span aria-hidden className="absolute inset-x-3 bottom-1 h-[3px] overflow-hidden rounded-full bg-border">
              <span
                className="block h-full origin-left bg-success transition-transform duration-300"
                style={{ transform: `scaleX(${percent / 100})` }}
              />
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}
