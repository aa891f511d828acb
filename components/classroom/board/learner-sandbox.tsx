"use client";
import { RotateCcw, TimerReset } from "lucide-react";
import { useState } from "react";
import type { BoardLearner } from "../../../lab-server/staff/wire.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lengthOfTime } from "../minutes.ts";
import { useAsk } from "../use-ask.ts";
import { useBoard } from "./board-context.tsx";

type LearnerSandboxProps = { learner: string; name: string; now: NonNullable<BoardLearner["now"]>; lessonTitle: string };

/** The sandbox of a learner: how long it lives, more time for it, and a fresh one. */
export function LearnerSandbox({ learner, name, now, lessonTitle }: LearnerSandboxProps) {
  const { connection, store } = useBoard();
  const { asked, ask, isAsking } = useAsk(connection);
  const [asking, setAsking] = useState(false);
  const [what, setWhat] = useState("");
  const lesson = now.lesson;
  const left = now.endsAt === null ? undefined : now.endsAt - store.now();
  return (
    <section aria-label="Sandbox">
      <h3 className="text-sm font-semibold">Sandbox</h3>
      <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">
        {now.sandbox === null
          ? "None is running."
          : left === undefined
            ? "Running."
            : `Ends in ${lengthOfTime(left)} at the latest.`}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          size="small"
          disabled={isAsking || now.sandbox === null}
          onClick={() => {
            setWhat("It has more time now.");
            void ask({ type: "extend", learner, lesson });
          }}
        >
          <TimerReset size={15} aria-hidden />
          Extend
        </Button>
        <Button size="small" look="danger" disabled={isAsking} onClick={() => setAsking(true)}>
          <RotateCcw size={15} aria-hidden />
          Reset
        </Button>
      </div>
      <p
        role="status"
        className={`mt-2 text-[0.8125rem] empty:hidden ${asked.state === "failed" ? "text-danger" : "text-muted-foreground"}`}
      >
        {asked.state === "failed" && asked.message}
        {asked.state === "asking" && "Working on it…"}
        {asked.state === "done" && what}
      </p>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Reset the sandbox of ${name}?`}
        confirm="Reset it"
        danger
        onConfirm={() => {
          setWhat("There is a fresh sandbox.");
          void ask({ type: "reset", learner, lesson });
        }}
      >
        Its files, processes and terminals in {lessonTitle} are thrown away, and they get a fresh one. Ticked tasks stay ticked.
      </Confirm>
    </section>
  );
}
