"use client";
import { FileText, MonitorPlay, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { Button } from "../../ui/button.tsx";
import { minutesInWords } from "../minutes.ts";
import { useAsk } from "../use-ask.ts";
import { useBoard, useHead, useRow } from "./board-context.tsx";
import { LearnerSandbox } from "./learner-sandbox.tsx";
import { LearnerTasks } from "./learner-tasks.tsx";
import { MessageForm } from "./message-form.tsx";
import { PresenceMark } from "./presence-mark.tsx";
import type { RowView } from "./row.ts";

/** One learner, opened: what they do now, what they need, and what can be done about it. It changes as the learner goes on. */
export function LearnerPanel({ learner, lesson }: { learner: string; lesson: BoardLesson }) {
  const { classId, store, choose } = useBoard();
  const row = useRow(learner);
  const head = useHead();
  const panel = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever opens another learner reads on in the panel
  useEffect(() => panel.current?.focus({ preventScroll: true }), [learner]);
  const now = store.learner(learner)?.now ?? null;
  const isGone = row === undefined;
  useEffect(() => {
    if (isGone) choose(undefined);
  }, [isGone, choose]);
  if (row === undefined) return null;
  const present = head?.lessons.find(({ slug }) => slug === now?.lesson);
  const task = present?.tasks.findIndex(({ id }) => id === now?.step) ?? -1;
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={row.name}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        choose(undefined);
      }}
      className="board-panel"
    >
      <header className="flex items-center gap-2.5 px-5 pt-4">
        <PresenceMark presence={row.presence} />
        <h2 className="min-w-0 flex-1 truncate text-lg font-semibold tracking-[-0.01em]">{row.name}</h2>
        <Button look="quiet" size="icon" aria-label="Close" onClick={() => choose(undefined)}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      <p className="px-5 text-[0.8125rem] text-muted-foreground">{whereabouts(row)}</p>

      <div className="space-y-6 px-5 pt-4 pb-8">
        {row.hand && <RaisedHand learner={learner} hand={row.hand} />}

        {present && (
          <section aria-label="Now">
            <p className="text-[0.8125rem] text-muted-foreground">{present.title}</p>
            <p className="font-medium">{task < 0 ? "Through with all tasks" : `${task + 1}. ${present.tasks[task]?.title}`}</p>
            {task >= 0 && (
              <p className="mt-0.5 text-[0.8125rem] text-muted-foreground tabular-nums">
                {row.minutes < 1 ? "Less than a minute in it" : `${minutesInWords(row.minutes)} in it`}
                {row.stuck && <span className="font-semibold text-warning"> · {STUCK_WORDS[row.stuck]}</span>}
              </p>
            )}
            {row.reason && (
              <blockquote className="mt-2 border-l-2 border-border-strong pl-3 text-[0.9375rem] leading-snug">
                {row.reason}
              </blockquote>
            )}
          </section>
        )}

        <div className="flex flex-wrap gap-2">
          <Button asChild look="primary" size="small">
            <Link href={`/classes/${classId}/watch/${learner}/${now?.lesson ?? lesson.slug}`}>
              <MonitorPlay size={15} aria-hidden />
              Watch terminal
            </Link>
          </Button>
          <Button asChild size="small">
            <Link href={`/classes/${classId}/learners/${learner}`}>
              <FileText size={15} aria-hidden />
              Report
            </Link>
          </Button>
        </div>

        <LearnerTasks learner={learner} lesson={lesson} />
        <section aria-label="Message">
          <MessageForm key={learner} to={learner} />
        </section>
        {now && present && (
          <LearnerSandbox key={learner} learner={learner} name={row.name} now={now} lessonTitle={present.title} />
        )}
      </div>
    </aside>
  );
}

const STUCK_WORDS: Record<NonNullable<RowView["stuck"]>, string> = {
  slow: "longer than most",
  failing: "its check failed again and again",
  idle: "no sign of them",
};

export function RaisedHand({ learner, hand }: { learner: string; hand: NonNullable<RowView["hand"]> }) {
  const { connection } = useBoard();
  const { asked, ask, isAsking } = useAsk(connection);
  return (
    <section aria-label="Raised hand" className="rounded-md border border-accent/50 bg-accent/8 p-3">
      <div className="flex items-center gap-3">
        <p className="flex-1 text-sm">
          <strong className="font-semibold">Hand up</strong>
          {hand.minutes > 0 && ` for ${minutesInWords(hand.minutes)}`}, place {hand.place}
        </p>
        <Button size="small" disabled={isAsking} onClick={() => void ask({ type: "hand.lower", learner })}>
          Lower it
        </Button>
      </div>
      {asked.state === "failed" && (
        <p role="alert" className="mt-2 text-[0.8125rem] text-danger">
          {asked.message}
        </p>
      )}
    </section>
  );
}

function whereabouts(row: RowView): string {
  if (row.helpers.length > 0)
    return `${row.helpers.join(" and ")} ${row.helpers.length === 1 ? "looks" : "look"} at the terminal`;
  switch (row.presence) {
    case "here":
      return "Here and active";
    case "idle":
      return `Here, no sign for ${minutesInWords(row.quiet)}`;
    case "away":
      return `Left ${row.quiet < 1 ? "just now" : `${minutesInWords(row.quiet)} ago`}`;
    case "never":
      return "Has not been here yet";
  }
}
