"use client";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useSyncExternalStore } from "react";
import type { BoardLearner } from "../../../../lab-server/staff/wire.ts";
import type { RenderedTask } from "../../../lesson/render.tsx";
import { useBoard, useHead, useRow } from "../../board/board-context.tsx";
import { RaisedHand } from "../../board/learner-panel.tsx";
import { LearnerSandbox } from "../../board/learner-sandbox.tsx";
import { MessageForm } from "../../board/message-form.tsx";
import { LinkNotice } from "../../link-notice.tsx";
import { useStaffLink } from "../../use-staff-link.ts";
import { useWatch } from "./watch-context.tsx";
import { WatchedTasks } from "./watched-tasks.tsx";

type HelpPaneProps = { tasks: readonly RenderedTask[]; reveal: (task: string) => Promise<ReactNode> };

/** What the learner is at, and what can be done for them. */
export function HelpPane({ tasks, reveal }: HelpPaneProps) {
  const { store, connection } = useBoard();
  const { learner, name, lesson, lessonTitle } = useWatch();
  const link = useStaffLink(connection);
  const row = useRow(learner);
  const there = useSyncExternalStore(
    store.subscribe,
    () => store.learner(learner),
    () => undefined,
  );
  const now = there?.now ?? null;
  return (
    <section
      id="learner"
      aria-label={name}
      tabIndex={-1}
      className="@container h-full overflow-y-auto overscroll-contain outline-none"
    >
      <div className="mx-auto max-w-[46rem] space-y-7 px-4 pt-5 pb-16 @3xl:px-8">
        <LinkNotice link={link} connection={connection} />
        {there && <Whereabouts now={now} />}
        {row?.hand && <RaisedHand learner={learner} hand={row.hand} />}
        <WatchedTasks tasks={tasks} reveal={reveal} />
        <section aria-label="Message">
          <h2 className="mb-2 text-sm font-semibold">Write to {name}</h2>
          <MessageForm key={learner} to={learner} />
        </section>
        {now?.lesson === lesson && (
          <LearnerSandbox key={learner} learner={learner} name={name} now={now} lessonTitle={lessonTitle} />
        )}
      </div>
    </section>
  );
}

/** Says where the learner is, if it is not here. */
function Whereabouts({ now }: { now: BoardLearner["now"] }) {
  const { classId, learner, name, lesson } = useWatch();
  const head = useHead();
  if (now === null) return <Notice>{name} has no page open. What they had in the sandbox stays until it ends.</Notice>;
  if (now.lesson === lesson) return null;
  const title = head?.lessons.find(({ slug }) => slug === now.lesson)?.title ?? now.lesson;
  return (
    <Notice>
      {name} is in another lesson now:{" "}
      <Link
        href={`/classes/${classId}/watch/${learner}/${now.lesson}`}
        className="inline-flex items-center gap-1 font-medium text-accent underline-offset-2 hover:underline"
      >
        {title} <ArrowRight size={14} aria-hidden />
      </Link>
    </Notice>
  );
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="rounded-md border border-border bg-surface px-3.5 py-2.5 text-sm leading-snug">
      {children}
    </p>
  );
}
