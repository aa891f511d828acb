"use client";
import { Hand } from "lucide-react";
import { useEffect, useState } from "react";
import { useLab } from "../../lab/lab-context.tsx";
import { Button } from "../../ui/button.tsx";
import { inLine, ordinal } from "./words.ts";

/** Milliseconds after which a wish that was not answered is forgotten. */
const PATIENCE = 5_000;

/** The learner's hand, and its place among those that are up. `short`: on a phone only its mark. */
export function RaiseHand({ short }: { short: boolean }) {
  const { connection, snapshot } = useLab();
  const hand = snapshot?.class?.hand ?? null;
  const [wanted, want] = useState<boolean>();
  useEffect(() => {
    if (wanted === undefined) return;
    if (wanted === (hand !== null)) want(undefined);
    const timer = setTimeout(() => want(undefined), PATIENCE);
    return () => clearTimeout(timer);
  }, [wanted, hand]);
  const raised = wanted ?? hand !== null;
  const isReady = snapshot?.link.state === "open" && snapshot.class != null;
  return (
    <span className="flex shrink-0 items-center gap-2.5">
      {raised && hand !== null && (
        <span className="text-muted-foreground tabular-nums">
          <span className="max-md:hidden">{inLine(hand.place)}</span>
          <span aria-hidden className="md:hidden">
            {ordinal(hand.place)}
          </span>
        </span>
      )}
      <Button
        size="small"
        look={raised ? "primary" : "outline"}
        aria-pressed={raised}
        disabled={!isReady}
        className="h-7"
        onClick={() => {
          want(!raised);
          connection?.sayInClass({ type: "hand", raised: !raised });
        }}
      >
        <Hand size={15} aria-hidden />
        <span className={short ? "max-md:sr-only" : ""}>{raised ? "Lower hand" : "Raise hand"}</span>
      </Button>
    </span>
  );
}
