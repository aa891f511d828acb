"use client";
import { MonitorUp, UsersRound } from "lucide-react";
import { useLab } from "../../lab/lab-context.tsx";
import { HelperSign } from "./helper-sign.tsx";
import { MessageHistory } from "./message-history.tsx";
import { RaiseHand } from "./raise-hand.tsx";
import { RecordedSign } from "./recorded-sign.tsx";
import { pace } from "./words.ts";

/** One line below the header: the class, how far it is, who looks, and the hand. It is as high as ever whatever happens, so that nothing moves. */
export function ClassBar() {
  const { classroom, snapshot, tasks } = useLab();
  const open = classroom ? pace(classroom.step, tasks.length) : undefined;
  const isBusy = (snapshot?.helpers.length ?? 0) > 0;
  return (
    <section
      aria-label="Class"
      className="flex h-10 shrink-0 items-center gap-3 border-b border-border bg-surface px-3 max-md:gap-2 text-[0.8125rem] md:px-5"
    >
      {classroom && (
        <>
          <span className={`flex min-w-0 items-center gap-2 font-medium ${isBusy ? "max-md:hidden" : ""}`}>
            <UsersRound size={15} aria-hidden className="shrink-0 text-muted-foreground" />
            <span className="truncate">{classroom.name}</span>
          </span>
          {open !== undefined && (
            <span className={`shrink-0 text-muted-foreground tabular-nums ${isBusy ? "max-lg:hidden" : ""}`}>{open}</span>
          )}
          {classroom.records && <RecordedSign short={isBusy} />}
        </>
      )}
      {snapshot?.shown && (
        <span className="flex min-w-0 items-center gap-2 font-medium text-warning">
          <MonitorUp size={15} aria-hidden className="shrink-0" />
          <span className="truncate">
            Terminal {snapshot.shown.terminal} is being shown to {snapshot.shown.to}
          </span>
        </span>
      )}
      <HelperSign />
      <span className="flex-1" />
      {classroom && (
        <>
          <MessageHistory />
          <RaiseHand short={isBusy} />
        </>
      )}
    </section>
  );
}
