"use client";
import { Check, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "../ui/button.tsx";
import { InlineCode } from "./inline-code.tsx";

/** What the site says of an answer; nothing of it is in the page before. */
export type QuizResult = {
  chosen: readonly number[];
  correct: boolean;
  options: readonly { right: boolean; explanation: ReactNode }[];
};

export type QuizActions = { answerQuiz(quiz: string, chosen: number[]): Promise<QuizResult> };

type QuizProps = QuizActions & {
  id: string;
  question: string;
  multiple: boolean;
  options: readonly ReactNode[];
  result: QuizResult | undefined;
};

/** A question with options. Answered, each option says whether it is right and why. */
export function Quiz({ id, question, multiple, options, result: earlier, answerQuiz }: QuizProps) {
  const [result, setResult] = useState(earlier);
  const [chosen, setChosen] = useState<readonly number[]>(earlier?.chosen ?? []);
  const [failed, setFailed] = useState(false);
  const [pending, startTransition] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const wasAnswered = useRef(earlier !== undefined);

  // The button that had the keyboard is gone with the answer: the question keeps it.
  useEffect(() => {
    const isAnswered = result !== undefined;
    if (isAnswered !== wasAnswered.current && document.activeElement === document.body) form.current?.focus();
    wasAnswered.current = isAnswered;
  }, [result]);

  const choose = (index: number, checked: boolean) => {
    if (result || pending) return;
    if (!multiple) setChosen([index]);
    else setChosen(checked ? [...chosen, index].toSorted((a, b) => a - b) : chosen.filter((other) => other !== index));
  };
  const submit = () =>
    startTransition(async () => {
      setFailed(false);
      try {
        setResult(await answerQuiz(id, [...chosen]));
      } catch {
        setFailed(true);
      }
    });

  return (
    <form
      ref={form}
      tabIndex={-1}
      id={id}
      data-quiz={id}
      data-state={result ? (result.correct ? "right" : "wrong") : "open"}
      className="scroll-mt-18 rounded-lg border border-border bg-surface px-4 pt-4 pb-3.5 [.prose>&]:my-8"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset className="min-w-0">
        <legend className="contents">
          <span className="block text-[0.8125rem] leading-5 text-muted-foreground">
            Question{multiple && " · choose all that are right"}
          </span>
          <span className="block text-[1.0625rem] leading-snug font-semibold">
            <InlineCode text={question} />
          </span>
        </legend>
        <ul className="mt-3 list-none space-y-1">
          {options.map((option, index) => {
            const verdict = result?.options[index];
            const picked = chosen.includes(index);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: options are a fixed list
              <li key={index} className="-mx-2">
                <label
                  className={`flex items-start gap-2.5 rounded-md px-2 py-1.5 leading-snug ${result ? "" : "hover:bg-muted"}`}
                >
                  <input
                    type={multiple ? "checkbox" : "radio"}
                    aria-disabled={result !== undefined || pending}
                    name={id}
                    checked={picked}
                    onChange={(event) => choose(index, event.target.checked)}
                    className="mt-[3px] size-4 shrink-0 accent-accent"
                  />
                  <span className="min-w-0 flex-1">{option}</span>
                  {verdict && <Verdict right={verdict.right} picked={picked} />}
                </label>
                {verdict?.explanation && (
                  <div className="flow pr-2 pb-2 pl-[2.125rem] text-[0.9375rem] leading-snug text-muted-foreground">
                    {verdict.explanation}
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      </fieldset>
      <div className="mt-3 flex min-h-8 flex-wrap items-center gap-3">
        {!result && (
          <Button type="submit" size="small" disabled={chosen.length === 0} busy={pending}>
            {pending ? "Asking" : "Answer"}
          </Button>
        )}
        <p aria-live="polite" className="text-[0.9375rem]">
          {failed && <span className="text-danger">The answer did not get through. Try again, or reload the page.</span>}
          {result && (
            <span className={result.correct ? "font-medium text-success" : "font-medium text-warning"}>
              {result.correct ? "Right." : "Not quite."}
            </span>
          )}
        </p>
        {result && !result.correct && (
          <Button
            size="small"
            onClick={() => {
              setResult(undefined);
              setChosen([]);
            }}
          >
            Try again
          </Button>
        )}
      </div>
    </form>
  );
}

function Verdict({ right, picked }: { right: boolean; picked: boolean }) {
  const Icon = right ? Check : X;
  return (
    <span
      className={`mt-0.5 flex shrink-0 items-center gap-1 text-[0.8125rem] font-medium ${right ? "text-success" : picked ? "text-danger" : "text-muted-foreground"}`}
    >
      <Icon size={15} aria-hidden />
      {right ? "Right" : "Wrong"}
    </span>
  );
}
