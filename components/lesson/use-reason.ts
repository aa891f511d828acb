"use client";
import { useEffect, useState } from "react";
import { useLab } from "../lab/lab-context.tsx";

/**
 * Why a task is not done, from its check, as far as it is news. What the check says of a sandbox that nobody has touched
 * tells nothing: a reason shows once the learner asked for it, or once it has changed under what the learner did.
 */
export function useReason(task: string): { reason: string | undefined; ask(): void } {
  const { snapshot } = useLab();
  const [asked, setAsked] = useState(false);
  const [first, setFirst] = useState<string>();
  const reason = snapshot?.tasks[task]?.reason;
  useEffect(() => {
    if (reason !== undefined) setFirst((known) => known ?? reason);
  }, [reason]);
  const news = asked || (first !== undefined && reason !== first);
  return { reason: news ? reason : undefined, ask: () => setAsked(true) };
}
