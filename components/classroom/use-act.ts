"use client";
import { unstable_rethrow } from "next/navigation";
import { useCallback, useState, useTransition } from "react";

/** What an action of the site says: nothing where all is well, else a sentence for the person who asked. */
export type Answer = { problem?: string };

type Act = {
  /** Does it, and keeps what is said of it. `after` is called where all is well. */
  act(run: () => Promise<Answer>, after?: () => void): void;
  pending: boolean;
  problem: string | undefined;
};

/** Runs actions of the site one at a time, as a transition: what is shown optimistically in it stands until the page is up to date. */
export function useAct(): Act {
  const [pending, start] = useTransition();
  const [problem, setProblem] = useState<string>();
  const act = useCallback(
    (run: () => Promise<Answer>, after?: () => void) =>
      start(async () => {
        try {
          const answer = await run();
          setProblem(answer.problem);
          if (answer.problem === undefined) after?.();
        } catch (error) {
          // Where the site leads elsewhere, Next goes there.
          unstable_rethrow(error);
          console.warn(error);
          setProblem("The site did not answer, so nothing was changed. Try again.");
        }
      }),
    [],
  );
  return { act, pending, problem };
}
