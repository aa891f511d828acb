import type { ReactNode } from "react";
import type { LabConnection } from "../lab/connection.ts";
import type { LabSnapshot } from "../lab/snapshot.ts";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/use-now.ts";
import { Reconnecting, TerminalCard } from "./terminal-card.tsx";

type TerminalStateProps = { connection: LabConnection; snapshot: LabSnapshot; terminal: number };

const ENDINGS: Record<NonNullable<LabSnapshot["ended"]>, string> = {
  idle: "The sandbox has ended: nothing was typed for a long time.",
  lifetime: "The sandbox has ended: its time was up.",
  reset: "The sandbox is being replaced by a fresh one.",
  replaced: "The sandbox is being replaced by a fresh one.",
  crashed: "The sandbox has ended: something in it broke.",
  shutdown: "The sandbox has ended: the lab-server was shut down.",
  operator: "The sandbox has ended: whoever runs this site ended it.",
};

/** Why the terminal takes no input just now, and what can be done, over text that stays in sight. Nothing while all is well. */
export function TerminalState({ connection, snapshot, terminal }: TerminalStateProps) {
  const { link, ended, exited } = snapshot;
  if (link.state === "failed")
    return <TerminalCard urgent text={link.message} action="Try again" onAction={() => connection.connect()} />;
  if (link.state === "reconnecting") return <Reconnecting at={link.at} onNow={() => connection.connect()} />;
  if (link.state === "connecting") return <TerminalCard text="Connecting to the sandbox…" />;
  if (link.state === "preparing") return <TerminalCard text={`${link.what}…`} />;
  if (ended === "reset" || ended === "replaced") return <TerminalCard text={ENDINGS[ended]} />;
  if (ended !== undefined)
    return (
      <TerminalCard
        text={`${ENDINGS[ended]} Your ticked tasks stay.`}
        action="Start again"
        keys="Enter"
        onAction={() => connection.reset()}
      />
    );
  if (terminal in exited) {
    const code = exited[terminal];
    const text = code ? `The shell has ended with code ${code}.` : "The shell has ended.";
    return <TerminalCard text={text} action="Start again" keys="Enter" onAction={() => connection.restartTerminal(terminal)} />;
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
  const left = Math.max(0, ending.endsAt - (useNow(1_000) ?? Date.now()));
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

function Strip({ text, urgent = false, children }: { text: string; urgent?: boolean; children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-3 border-b border-border bg-surface px-3 py-1.5 text-[0.8125rem]">
      <p role={urgent ? "alert" : "status"} className={urgent ? "text-danger" : "text-warning"}>
        {text}
      </p>
      {children}
    </div>
  );
}
