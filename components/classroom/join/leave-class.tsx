"use client";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

/** The way out of a class, after asking. */
export function LeaveClass({ name, records, leave }: { name: string; records: boolean; leave(): Promise<Answer> }) {
  const { act, pending, problem } = useAct();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" size="small" className="-ml-2.5" busy={pending} onClick={() => setAsking(true)}>
        <LogOut size={15} aria-hidden />
        Leave the class
      </Button>
      <Problem className="mt-2">{problem}</Problem>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Leave ${name}?`}
        confirm="Leave it"
        danger
        onConfirm={() => act(leave)}
      >
        Your instructors no longer see what you do{records ? ", and the recordings of your terminals are thrown away" : ""}. What
        you did stays yours. To come back you need the code of the class.
      </Confirm>
    </>
  );
}
