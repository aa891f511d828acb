"use client";
import { CircleStop, Megaphone, Users, Wrench } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { MAX_MESSAGE } from "../../lab-server/protocol.ts";
import type { StaffConnection } from "../classroom/staff-connection.ts";
import { type Asked, useAsk } from "../classroom/use-ask.ts";
import { Button } from "../ui/button.tsx";
import { Confirm, Dialog } from "../ui/dialog.tsx";
import { INPUT } from "../ui/field.tsx";
import type { Operations } from "./operator-page.tsx";

type ActionsProps = { connection: StaffConnection | undefined; operations: Operations };

/** What concerns everybody on the machine. */
export function Actions({ connection, operations }: ActionsProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button asChild look="quiet" size="small">
        <Link href="/people">
          <Users size={15} aria-hidden />
          People
        </Link>
      </Button>
      <Broadcast connection={connection} />
      <Drain connection={connection} operations={operations} />
      <EndAll connection={connection} count={operations.sandboxes.length} />
    </div>
  );
}

function Broadcast({ connection }: Pick<ActionsProps, "connection">) {
  const { asked, ask, forget, isAsking } = useAsk(connection);
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const id = useId();
  return (
    <>
      <Button
        size="small"
        onClick={() => {
          forget();
          setOpen(true);
        }}
      >
        <Megaphone size={15} aria-hidden />
        Broadcast
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title="A message to every open lab page">
        <form
          onSubmit={async (event) => {
            event.preventDefault();
            if (await ask({ type: "broadcast", text: text.trim() })) setText("");
          }}
        >
          <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium">
            Message
          </label>
          <textarea
            id={id}
            value={text}
            required
            rows={3}
            maxLength={MAX_MESSAGE}
            onChange={(event) => setText(event.target.value)}
            className={`${INPUT} h-auto! py-2`}
          />
          <div className="mt-3 flex min-h-9 items-center gap-3">
            <Button type="submit" look="primary" disabled={isAsking || text.trim() === ""}>
              {isAsking ? "Sending…" : "Send to all"}
            </Button>
            <Said
              asked={asked}
              done={(reached) => `Sent. It is on the pages of ${reached} ${reached === 1 ? "learner" : "learners"}.`}
            />
          </div>
        </form>
      </Dialog>
    </>
  );
}

function Drain({ connection, operations }: ActionsProps) {
  const { asked, ask, isAsking } = useAsk(connection);
  const [asking, setAsking] = useState(false);
  const left = operations.sandboxes.length;
  return (
    <>
      <Button size="small" disabled={operations.draining || isAsking} onClick={() => setAsking(true)}>
        <Wrench size={15} aria-hidden />
        {operations.draining ? "Draining" : "Drain"}
      </Button>
      {asked.state === "failed" && <Said asked={asked} done={() => ""} />}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Drain for maintenance?"
        confirm="Drain"
        danger
        onConfirm={() => void ask({ type: "drain" })}
      >
        From now on nobody gets a new sandbox.{" "}
        {left === 0
          ? "None is running, so the lab-server ends at once."
          : `Those that run (${left}) go on until their owners or their time end them; the lab-server ends with the last.`}{" "}
        This cannot be taken back: to make sandboxes again, start Unboxed again.
      </Confirm>
    </>
  );
}

const WORD = "end all";

function EndAll({ connection, count }: { connection: StaffConnection | undefined; count: number }) {
  const { asked, ask, forget, isAsking } = useAsk(connection);
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const id = useId();
  const sandboxes = count === 1 ? "1 sandbox" : `${count} sandboxes`;
  return (
    <>
      <Button
        size="small"
        look="danger"
        disabled={count === 0}
        onClick={() => {
          forget();
          setTyped("");
          setOpen(true);
        }}
      >
        <CircleStop size={15} aria-hidden />
        End all
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title={`End ${sandboxes}?`}>
        <p className="text-muted-foreground">
          The files, processes and terminals of everybody who works here now are gone. Ticked tasks stay, and everybody may start
          again.
        </p>
        <form
          className="mt-4"
          onSubmit={async (event) => {
            event.preventDefault();
            if (await ask({ type: "sandbox.end-all" })) setOpen(false);
          }}
        >
          <label htmlFor={id} className="mb-1.5 block text-sm">
            Type <strong className="font-mono font-semibold">{WORD}</strong> to do it.
          </label>
          <input
            id={id}
            value={typed}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={20}
            onChange={(event) => setTyped(event.target.value)}
            className={`${INPUT} font-mono`}
          />
          <div className="mt-4 flex min-h-9 items-center gap-3">
            <Button type="submit" look="danger" disabled={isAsking || typed.trim().toLowerCase() !== WORD}>
              {isAsking ? "Ending…" : `End ${sandboxes}`}
            </Button>
            <Said asked={asked} done={() => "Done."} />
          </div>
        </form>
      </Dialog>
    </>
  );
}

/** How it went with what was asked for. */
function Said({ asked, done }: { asked: Asked; done: (reached: number) => string }) {
  return (
    <p role="status" className={`text-[0.8125rem] ${asked.state === "failed" ? "text-danger" : "text-muted-foreground"}`}>
      {asked.state === "failed" && asked.message}
      {asked.state === "done" && asked.answer.type === "done" && done(asked.answer.reached ?? 0)}
    </p>
  );
}
