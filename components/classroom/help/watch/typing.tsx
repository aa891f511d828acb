"use client";
import { Keyboard } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { useWatch } from "./watch-context.tsx";

/** Whether this page may type, and the way to ask for it and to give it back. */
export function Typing() {
  const { connection, snapshot, name } = useWatch();
  const { typing, link, terminals } = snapshot;
  const isPossible = link.state === "open" && terminals.length > 0 && snapshot.learner?.present === true;
  const want = (wanted: boolean) => () => connection?.wantToType(wanted);
  return (
    <span className="flex min-w-0 items-center gap-2.5 text-[0.8125rem]">
      <span
        role="status"
        className={`min-w-0 truncate ${typing === "yes" ? "font-medium text-warning" : "text-muted-foreground"}`}
      >
        {typing === "asks" && `Waiting for ${name}…`}
        {typing === "yes" && "You may type"}
        {typing === "declined" && `${name}: not now`}
      </span>
      {typing === "asks" ? (
        <Button size="small" className="h-7" onClick={want(false)}>
          Do not ask
        </Button>
      ) : typing === "yes" ? (
        <Button size="small" look="primary" className="h-7" onClick={want(false)}>
          Give it back
        </Button>
      ) : (
        <Button size="small" className="h-7" disabled={!isPossible} onClick={want(true)}>
          <Keyboard size={15} aria-hidden />
          {typing === "declined" ? "Ask again" : "Ask to type"}
        </Button>
      )}
    </span>
  );
}
