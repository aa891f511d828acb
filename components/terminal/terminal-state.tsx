import { useEffect, useState } from "react";
import type { LabConnection, LabSnapshot } from "../lab/connection.ts";
import { Button } from "../ui/button.tsx";

type TerminalStateProps = { connection: LabConnection; snapshot: LabSnapshot; terminal: number };

const ENDINGS: Record<NonNullable<LabSnapshot["ended"]>, string> = {
  idle: "The sandbox has ended: nothing was typed for a long time.",
  lifetime: "The sandbox has ended: its time was up.",
  reset: "The sandbox is being replaced by a fresh one.",
  replaced: "The sandbox is being replaced by a fresh one.",
  crashed: "The sandbox has ended: something in it broke.",
  shutdown: "The sandbox has ended: the lab-server was shut down.",
};

/** Why the terminal takes no input just now, and what can be done, over text that stays in sight. Nothing while all is well. */
export function TerminalState({ connection, snapshot, terminal }: TerminalStateProps) {
  const { link, ended, exited } = snapshot;
  if (link.state === "failed")
    return <Card urgent text={link.message} action="Try again" onAction={() => connection.connect()} />;
  if (link.state === "reconnecting") return <Reconnecting at={link.at} onNow={() => connection.connect()} />;
  if (link.state === "connecting") return <Card text="Connecting to the sandbox…" />;
  if (link.state === "preparing") return <Card text={`${link.what}…`} />;
  if (ended === "reset" || ended === "replaced") return <Card text={ENDINGS[ended]} />;
  if (ended !== undefined)
    return (
      <Card
        text={`${ENDINGS[ended]} Your ticked tasks stay.`}
        action="Start again"
        keys="Enter"
        onAction={() => connection.reset()}
      />
    );
  if (terminal in exited) {
    const code = exited[terminal];
    const text = code ? `The shell has ended with code ${code}.` : "The shell has ended.";
    return <Card text={text} action="Start again" keys="Enter" onAction={() => connection.restartTerminal(terminal)} />;
  }
  return null;
}

/** What the learner should know while the terminal works: that the sandbox ends soon, and what did not work. */
export function TerminalNotices({ connection, snapshot }: Omit<TerminalStateProps, "terminal">) {
  const { ending, notice } = snapshot;
  return (
    <>
      {ending !== undefined && snapshot.ended === undefined && (
        <EndingSoon ending={ending} onExtend={() => connection.extend()} />
      )}
      {notice !== undefined && (
        <Strip text={notice.message} urgent>
          <Button size="small" onClick={() => connection.dismissNotice()}>
            Dismiss
          </Button>
        </Strip>
      )}
    </>
  );
}

function EndingSoon({ ending, onExtend }: { ending: NonNullable<LabSnapshot["ending"]>; onExtend: () => void }) {
  const left = Math.max(0, ending.endsAt - useNow(1_000));
  const time = left < 60_000 ? `${Math.ceil(left / 1_000)} s` : `${Math.ceil(left / 60_000)} min`;
  const why = ending.reason === "idle" ? "because nothing is typed" : "because its time is up";
  return (
    <Strip text={`The sandbox ends in ${time} ${why}.`}>
      {ending.extendable && (
        <Button size="small" look="primary" onClick={onExtend}>
          Keep it
        </Button>
      )}
    </Strip>
  );
}

function Reconnecting({ at, onNow }: { at: number; onNow: () => void }) {
  const seconds = Math.max(0, Math.ceil((at - useNow(250)) / 1_000));
  return <Card text={`The connection is lost. Trying again in ${seconds} s.`} action="Try now" onAction={onNow} />;
}

type CardProps = { text: string; urgent?: boolean; action?: string; keys?: string; onAction?: () => void };

function Card({ text, urgent = false, action, keys, onAction }: CardProps) {
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

function Strip({ text, urgent = false, children }: { text: string; urgent?: boolean; children: React.ReactNode }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-3 border-b border-border bg-surface px-3 py-1.5 text-[0.8125rem]">
      <p role={urgent ? "alert" : "status"} className={urgent ? "text-danger" : "text-warning"}>
        {text}
      </p>
      {children}
    </div>
  );
}

/** The time, read again every `beat` milliseconds. */
function useNow(beat: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), beat);
    return () => clearInterval(timer);
  }, [beat]);
  return now;
}
