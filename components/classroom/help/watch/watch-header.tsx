"use client";
import { ArrowLeft, ChevronLeft, ChevronRight, Hand } from "lucide-react";
import Link from "next/link";
import { useSyncExternalStore } from "react";
import { XrayButton } from "../../../lab/xray-button.tsx";
import { ThemeSwitch } from "../../../theme/theme-switch.tsx";
import { Button } from "../../../ui/button.tsx";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { useBoard, useRow } from "../../board/board-context.tsx";
import { PresenceMark } from "../../board/presence-mark.tsx";
import { useWatch } from "./watch-context.tsx";

/** Whom the page watches, the way back to the board, and the way to others who have their hand up. */
export function WatchHeader() {
  const { classId, learner, name, lessonTitle } = useWatch();
  const row = useRow(learner);
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-border px-2 md:px-3">
      <Button asChild look="quiet" size="small" className="max-md:w-8 max-md:justify-center max-md:px-0">
        <Link href={`/classes/${classId}/board`} aria-label="The board of the class">
          <ArrowLeft size={16} aria-hidden />
          <span className="max-md:hidden">Board</span>
        </Link>
      </Button>
      <span aria-hidden className="h-4 w-px bg-border-strong max-md:hidden" />
      <span className="flex min-w-0 items-center gap-2.5 px-1.5 md:px-2.5">
        {row && <PresenceMark presence={row.presence} />}
        <h1 className="min-w-0 truncate text-[0.9375rem] font-semibold">{name}</h1>
        <span className="min-w-0 truncate text-[0.8125rem] text-muted-foreground max-sm:hidden">{lessonTitle}</span>
      </span>
      <span className="flex-1" />
      <Queue />
      <XrayButton label="What the kernel sees of this sandbox" />
      <ThemeSwitch />
    </header>
  );
}

const NOBODY: readonly string[] = [];

/** The raised hands, and the way to the one before and after this learner's. */
function Queue() {
  const { store } = useBoard();
  const { learner } = useWatch();
  const queue = useSyncExternalStore(store.subscribe, store.queue, () => NOBODY);
  if (queue.length === 0) return null;
  const place = queue.indexOf(learner);
  return (
    <nav aria-label="Raised hands" className="flex items-center">
      <Neighbour learner={place > 0 ? queue[place - 1] : undefined} label="The hand before" Icon={ChevronLeft} />
      <span className="flex items-center gap-1.5 px-1 text-[0.8125rem] text-muted-foreground tabular-nums">
        <Hand size={15} aria-hidden className={place >= 0 ? "text-accent" : ""} />
        {place >= 0 ? `${place + 1} of ${queue.length}` : queue.length}
        <span className="sr-only">{queue.length === 1 ? "hand is up" : "hands are up"}</span>
      </span>
      <Neighbour learner={queue[place + 1]} label={place < 0 ? "The first hand" : "The next hand"} Icon={ChevronRight} />
    </nav>
  );
}

type NeighbourProps = { learner: string | undefined; label: string; Icon: typeof ChevronLeft };

function Neighbour({ learner, label, Icon }: NeighbourProps) {
  const { store } = useBoard();
  const { classId, lesson } = useWatch();
  const row = learner === undefined ? undefined : store.learner(learner);
  if (row === undefined)
    return (
      <Button look="quiet" size="icon" aria-label={label} disabled>
        <Icon size={16} aria-hidden />
      </Button>
    );
  return (
    <Tooltip label={`${label}: ${row.name}`}>
      <Button asChild look="quiet" size="icon">
        <Link href={`/classes/${classId}/watch/${row.learner}/${row.now?.lesson ?? lesson}`} aria-label={`${label}: ${row.name}`}>
          <Icon size={16} aria-hidden />
        </Link>
      </Button>
    </Tooltip>
  );
}
