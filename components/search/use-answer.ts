"use client";
import { useEffect, useState } from "react";
import { Answer } from "./answer.ts";

/** Milliseconds without a key after which the site is asked. */
const PAUSE = 50;
const UNREACHABLE = "The site does not answer. Is the connection there?";

export type Search = {
  /** The latest answer; while another is awaited still the one before. */
  answer: Answer | undefined;
  /** What that answer is to. */
  answered: string | undefined;
  /** Why there is none. */
  problem: string | undefined;
  retry(): void;
};

/** Asks the site while the learner types. An answer that is no longer wanted is not waited for. */
export function useAnswer(query: string): Search {
  const [state, setState] = useState<Omit<Search, "retry">>({ answer: undefined, answered: undefined, problem: undefined });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks the same again
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/search?q=${encodeURIComponent(query)}`, { signal: abort.signal });
        if (!response.ok) throw new Error(`The site answered with the status ${response.status}.`);
        const answer = Answer.parse(await response.json());
        if (!abort.signal.aborted) setState({ answer, answered: query, problem: undefined });
      } catch (error) {
        if (abort.signal.aborted) return;
        console.warn("The search failed:", error);
        const problem = error instanceof TypeError || !(error instanceof Error) ? UNREACHABLE : error.message;
        setState({ answer: undefined, answered: undefined, problem });
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, attempt]);

  return { ...state, retry: () => setAttempt(attempt + 1) };
}
