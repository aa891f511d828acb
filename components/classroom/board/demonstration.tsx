"use client";
import { MonitorPlay, Square } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { MAX_TERMINALS } from "../../../lab-server/protocol.ts";
import type { BoardLesson } from "../../../lab-server/staff/wire.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useAsk } from "../use-ask.ts";
import { useBoard } from "./board-context.tsx";

/** Shows a terminal of the instructor's own sandbox to the class. */
export function DemonstrationButton({ lesson }: { lesson: BoardLesson }) {
  const { connection } = useBoard();
  const { asked, ask, forget, isAsking } = useAsk(connection);
  const [isOpen, setOpen] = useState(false);
  const [terminal, setTerminal] = useState(1);
  const id = useId();
  const start = async () => {
    if (await ask({ type: "demonstration.start", lesson: lesson.slug, terminal })) setOpen(false);
  };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <MonitorPlay size={15} aria-hidden />
        Demonstrate
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={(open) => {
          setOpen(open);
          forget();
        }}
        title="Show your terminal to the class"
      >
        <ol className="list-decimal space-y-2 pl-5 text-[0.9375rem]">
          <li>
            Open{" "}
            <Link
              href={`/lessons/${lesson.slug}`}
              target="_blank"
              className="font-medium text-accent underline underline-offset-2"
            >
              {lesson.title} in a tab of your own
            </Link>{" "}
            and wait for the prompt.
          </li>
          <li>Start here. Whoever has the lesson open can watch what you type, as you type it.</li>
        </ol>
        <form
          className="mt-5 flex flex-wrap items-center gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <label htmlFor={id} className="text-sm">
            Terminal
          </label>
          <select
            id={id}
            value={terminal}
            onChange={(event) => setTerminal(Number(event.target.value))}
            className="h-9 rounded-md border border-border-strong bg-surface px-2 text-sm"
          >
            {Array.from({ length: MAX_TERMINALS }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: terminals are numbers
              <option key={index} value={index + 1}>
                {index + 1}
              </option>
            ))}
          </select>
          <Button type="submit" look="primary" disabled={isAsking}>
            {isAsking ? "Starting…" : "Start"}
          </Button>
        </form>
        <p role="status" className="mt-3 text-[0.8125rem] text-danger empty:hidden">
          {asked.state === "failed" && asked.message}
        </p>
      </Dialog>
    </>
  );
}

/** Says that a terminal is shown to the class, and ends it. */
export function DemonstrationStrip({ from }: { from: string }) {
  const { connection } = useBoard();
  const { asked, ask, isAsking } = useAsk(connection);
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md border border-accent/50 bg-accent/8 px-3 py-1.5 text-sm">
      <MonitorPlay size={16} aria-hidden className="text-accent" />
      <p role="status">
        The class can watch the terminal of <strong className="font-semibold">{from}</strong>.
      </p>
      <span className="flex-1" />
      {asked.state === "failed" && <p className="text-[0.8125rem] text-danger">{asked.message}</p>}
      <Button size="small" disabled={isAsking} onClick={() => void ask({ type: "demonstration.stop" })}>
        <Square size={12} aria-hidden />
        End it
      </Button>
    </div>
  );
}
