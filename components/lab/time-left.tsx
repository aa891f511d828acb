"use client";
import { Clock } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useNow } from "../ui/use-now.ts";
import { useLab } from "./lab-context.tsx";

/** Milliseconds before the end from which the time is shown as a warning. */
const SOON = 10 * 60_000;

/** How long the sandbox still lives, with a way to ask for more near the end. */
export function TimeLeft() {
  const { snapshot, connection } = useLab();
  const sandbox = snapshot?.sandbox;
  const now = useNow(15_000);
  if (!sandbox || now === undefined || snapshot.link.state !== "open") return null;
  const left = sandbox.endsAt - now;
  const soon = left < SOON;
  return (
    <>
      <Tooltip label="Then the sandbox ends. Your progress stays.">
        <span
          className={`flex h-8 items-center gap-1.5 px-2 text-[0.8125rem] whitespace-nowrap tabular-nums ${soon ? "font-medium text-warning" : "text-muted-foreground max-sm:hidden"}`}
        >
          <Clock size={14} aria-hidden />
          {duration(left)}
          <span className="max-md:sr-only">left</span>
        </span>
      </Tooltip>
      {soon && sandbox.extendable && (
        <Button size="small" onClick={() => connection?.extend()}>
          Add time
        </Button>
      )}
    </>
  );
}

function duration(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  return minutes < 60
    ? `${minutes} min`
    : minutes % 60 === 0
      ? `${minutes / 60} h`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
