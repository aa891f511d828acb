"use client";
import { KeyRound } from "lucide-react";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";

type SolutionProps = { task: string; done: boolean; hintsLeft: number; reveal: (task: string) => Promise<ReactNode> };

/** Shows the solution to who asks for it twice. It is not in the page before. */
export function Solution({ task, done, hintsLeft, reveal }: SolutionProps) {
  const [asking, setAsking] = useState(false);
  const [solution, setSolution] = useState<ReactNode>();
  const [failed, setFailed] = useState(false);
  const [pending, startTransition] = useTransition();

  const show = () =>
    startTransition(async () => {
      setFailed(false);
      try {
        setSolution(await reveal(task));
      } catch {
        setFailed(true);
      }
    });

  if (solution) {
    return (
      <div className="ml-2.5 w-full pt-2">
        <p className="mb-1.5 text-[0.8125rem] font-semibold text-muted-foreground">One way to do it</p>
        {solution}
      </div>
    );
  }
  return (
    <>
      <Button look="quiet" size="small" busy={pending} onClick={() => (done ? show() : setAsking(true))}>
        <KeyRound size={15} aria-hidden />
        {pending ? "Fetching the solution" : "Solution"}
      </Button>
      {failed && (
        <p role="alert" className="w-full pl-2.5 text-sm text-danger">
          The solution did not arrive. Try again, or reload the page.
        </p>
      )}
      <Confirm open={asking} onOpenChange={setAsking} title="Show the solution?" confirm="Show it" onConfirm={show}>
        {hintsLeft > 0
          ? `There ${hintsLeft === 1 ? "is one more hint" : `are ${hintsLeft} more hints`} that you have not read. What you find yourself you keep.`
          : "What you find yourself you keep. You can also come back to this task later."}
      </Confirm>
    </>
  );
}
