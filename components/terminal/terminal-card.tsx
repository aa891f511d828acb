import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/use-now.ts";

/** Says that the connection is lost and when it is tried again. `at`: milliseconds since the epoch. */
export function Reconnecting({ at, onNow }: { at: number; onNow: () => void }) {
  const seconds = Math.max(0, Math.ceil((at - (useNow(250) ?? Date.now())) / 1_000));
  return <TerminalCard text={`The connection is lost. Trying again in ${seconds} s.`} action="Try now" onAction={onNow} />;
}

type TerminalCardProps = { text: string; urgent?: boolean; action?: string; keys?: string; onAction?: () => void };

/** One sentence over a terminal, whose text stays in sight, and what can be done. */
export function TerminalCard({ text, urgent = false, action, keys, onAction }: TerminalCardProps) {
  return (
    <div className="pointer-events-none absolute inset-0 z-10 flex items-end justify-center bg-terminal/60 p-6">
      <div className="pointer-events-auto flex max-w-md flex-wrap items-center justify-center gap-3 rounded-lg border border-border-strong bg-surface px-4 py-3 text-sm shadow-(--shadow-popover)">
        <p role={urgent ? "alert" : "status"}>{text}</p>
        {action !== undefined && (
          <Button size="small" look="primary" onClick={onAction}>
            {action}
            {keys !== undefined && <kbd className="font-mono text-xs opacity-80">{keys}</kbd>}
          </Button>
        )}
      </div>
    </div>
  );
}
