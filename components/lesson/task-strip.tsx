/** A lesson's tasks as a row of small squares: as many as there are, filled where done. Says its numbers in words too. */
export function TaskStrip({ total, done }: { total: number; done: number }) {
  return (
    <span className="inline-flex items-center gap-2.5">
      <span aria-hidden className="inline-flex flex-wrap gap-[3px]">
        {Array.from({ length: total }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: squares are alike and never move
          <span key={index} className={`size-2 rounded-[2px] ${index < done ? "bg-success" : "bg-border-strong"}`} />
        ))}
      </span>
      <span className="text-[0.8125rem] whitespace-nowrap text-muted-foreground tabular-nums">
        {done} of {total} {total === 1 ? "task" : "tasks"}
      </span>
    </span>
  );
}
