"use client";
import Link from "next/link";
import { type ReactNode, useSyncExternalStore } from "react";
import { Button } from "../../ui/button.tsx";
import { Message } from "../../ui/message.tsx";
import { useBoard } from "./board-context.tsx";
import type { ChosenView } from "./use-view.ts";

const NOBODY: readonly string[] = [];

/** Nobody has joined: how to, large enough to be read from the last row. */
export function Waiting({ invitation }: { invitation: ReactNode }) {
  return (
    <section aria-label="How to join" className="py-10">
      {invitation}
      <p className="mt-8 text-center text-muted-foreground">Whoever joins appears here at once.</p>
    </section>
  );
}

export function NoLessons({ classId }: { classId: string }) {
  return (
    <Message
      title="The class has no lessons yet"
      actions={
        <Button asChild look="primary">
          <Link href={`/classes/${classId}`}>Choose lessons</Link>
        </Button>
      }
    >
      <p>The board shows learners by the tasks of a lesson. Choose one, and it is here.</p>
    </Message>
  );
}

/** A class that is over has nothing live. */
export function ArchivedBoard({ classId }: { classId: string }) {
  return (
    <Message
      title="The board is over"
      actions={
        <Button asChild look="primary">
          <Link href={`/classes/${classId}/report`}>See the report</Link>
        </Button>
      }
    >
      <p>An archived class has nothing live to show. What its learners did is in the report.</p>
    </Message>
  );
}

const NOBODYS: Record<ChosenView["show"], string> = {
  all: "Nobody",
  here: "Nobody is here now",
  hands: "No hand is up",
  stuck: "Nobody is stuck",
  finished: "Nobody is through yet",
};

/** Says that no learner fits what is chosen. */
export function NoMatch({ view, onAll }: { view: ChosenView; onAll: () => void }) {
  const { store } = useBoard();
  const order = useSyncExternalStore(store.subscribe, store.order, () => NOBODY);
  if (order.length > 0) return null;
  const text = view.find === "" ? `${NOBODYS[view.show]}.` : `${NOBODYS[view.show]} with “${view.find}” in the name.`;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 py-8 text-muted-foreground">
      <p>{text}</p>
      <Button size="small" onClick={onAll}>
        Show everybody
      </Button>
    </div>
  );
}
