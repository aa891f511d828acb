import { Clock, Crosshair } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { clock } from "./clock.ts";
import type { Moment } from "./history.ts";
import { targetName } from "./target.ts";
import type { FocusTarget } from "./view.ts";

/** Says that this is not the present. */
export function LookingBack({ moment, onResume }: { moment: Moment; onResume: () => void }) {
  const last = moment.events.at(-1);
  return (
    <div className="xray-back flex shrink-0 items-center gap-2 border-b border-border px-3 py-1 text-[0.8125rem]">
      <Clock size={14} aria-hidden className="shrink-0 text-accent" />
      <p role="status" className="min-w-0 flex-1 truncate">
        You are looking at <strong className="font-semibold tabular-nums">{clock(moment.at)}</strong>
        {last === undefined ? "" : `: ${last.text}`}. The sandbox goes on.
      </p>
      <Button size="small" look="accent" className="-my-0.5 h-6" onClick={onResume}>
        Back to live
      </Button>
    </div>
  );
}

/** Says that what a lesson points at is not there yet. */
export function PointedAt({ target }: { target: FocusTarget }) {
  const name = targetName(target) ?? "";
  return (
    <p
      role="status"
      className="flex shrink-0 items-center gap-2 border-b border-border bg-surface px-3 py-1.5 text-[0.8125rem] text-muted-foreground"
    >
      <Crosshair size={14} aria-hidden className="shrink-0 text-accent" />
      {`${name.charAt(0).toUpperCase()}${name.slice(1)} appears here when you make it.`}
    </p>
  );
}
