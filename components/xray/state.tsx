import { type ReactNode, useEffect, useState } from "react";
import type { LabSnapshot } from "../lab/snapshot.ts";
import { Button } from "../ui/button.tsx";

/** Milliseconds without a picture after which the page says so, and after which it gives up on it. */
const SLOW = 2_500;
const TOO_LONG = 12_000;

/** Why there is no picture, over the last one if there was one. Nothing while all is well. */
export function XrayState({
  snapshot,
  hasPicture,
  onStartAgain,
}: {
  snapshot: Pick<LabSnapshot, "link" | "ended">;
  hasPicture: boolean;
  /** Makes another sandbox where one has ended. */
  onStartAgain?: (() => void) | undefined;
}) {
  const { link, ended } = snapshot;
  if (link.state === "failed") return <Card text="There is no sandbox to look at." />;
  if (link.state === "reconnecting")
    return <Card text={hasPicture ? "The connection is lost: this is the last that was seen." : "The connection is lost."} />;
  if (link.state === "connecting") return hasPicture ? null : <Card text="Connecting to the sandbox…" />;
  if (link.state === "preparing") return <Card text="The sandbox is being made: the picture comes with it." />;
  if (ended === "reset" || ended === "replaced") return <Card text="The sandbox is being replaced by a fresh one." />;
  if (ended !== undefined)
    return (
      <Card text={hasPicture ? "The sandbox has ended: this is the last that was seen of it." : "The sandbox has ended."}>
        {onStartAgain !== undefined && (
          <Button size="small" look="primary" onClick={onStartAgain}>
            Start again
          </Button>
        )}
      </Card>
    );
  return hasPicture ? null : <Waiting />;
}

function Waiting() {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const begin = performance.now();
    const timers = [SLOW, TOO_LONG].map((wait) => setTimeout(() => setWaited(performance.now() - begin), wait + 20));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  if (waited > TOO_LONG)
    return (
      <Card text="No picture came. The lab-server has no X-ray, or too much to do just now; the terminal is not affected." />
    );
  if (waited > SLOW) return <Card text="Looking at the sandbox takes longer than usual…" />;
  return (
    <div className="search-wait absolute inset-0">
      <Card text="Looking at the sandbox…" />
    </div>
  );
}

function Card({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="pointer-events-none absolute inset-0 z-20 flex items-center justify-center bg-background/60 p-4">
      <div className="pointer-events-auto flex max-w-md flex-wrap items-center justify-center gap-3 rounded-lg border border-border-strong bg-surface px-4 py-3 text-sm shadow-(--shadow-popover)">
        <p role="status">{text}</p>
        {children}
      </div>
    </div>
  );
}
