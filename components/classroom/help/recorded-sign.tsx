"use client";
import { Popover } from "radix-ui";
import { useLab } from "../../lab/lab-context.tsx";

/** Says that terminals are recorded, and on asking what that means. `short`: on narrow pages only its mark. */
export function RecordedSign({ short }: { short: boolean }) {
  const retentionDays = useLab().classroom?.retentionDays;
  return (
    <Popover.Root>
      <Popover.Trigger className="flex h-7 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-muted-foreground hover:bg-muted hover:text-foreground">
        <span aria-hidden className="size-2 rounded-full bg-danger" />
        <span className={short ? "max-lg:sr-only" : ""}>Recorded</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="What is recorded"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          className="popover z-40 w-[min(22rem,calc(100vw-1.5rem))] space-y-2 p-4 text-sm leading-snug"
        >
          <p className="font-semibold">Your terminals are recorded in this class</p>
          <p className="text-muted-foreground">
            What your terminals show while you work on a task can be replayed by the instructors of this class. Nothing else is
            recorded.
          </p>
          {retentionDays !== undefined && (
            <p className="text-muted-foreground">
              A recording is thrown away after {retentionDays === 1 ? "one day" : `${retentionDays} days`}.
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
