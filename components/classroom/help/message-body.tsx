"use client";
import { CornerDownLeft } from "lucide-react";
import type { ClassMessage } from "../../../lab-server/protocol.ts";
import { focusTerminal, useLab } from "../../lab/lab-context.tsx";
import { CopyButton } from "../../lesson/copy-button.tsx";
import { Button } from "../../ui/button.tsx";
import { asTyped } from "./command.ts";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Who said it and when, what, and the command that is suggested. All of it is text: nothing in it is a link. */
export function MessageBody({ message }: { message: ClassMessage }) {
  return (
    <div className="min-w-0 text-sm leading-snug">
      <p className="pr-7 text-[0.8125rem] text-muted-foreground">
        <span className="font-medium text-foreground">{message.from}</span>
        <time dateTime={new Date(message.at).toISOString()} className="ml-2 tabular-nums">
          {TIME.format(message.at)}
        </time>
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{message.text}</p>
      {message.command !== undefined && <SuggestedCommand command={asTyped(message.command)} />}
    </div>
  );
}

function SuggestedCommand({ command }: { command: string }) {
  const { connection, ready, show, demonstration } = useLab();
  return (
    <div className="mt-2.5 rounded-md border border-border bg-background">
      <code className="block max-h-32 overflow-y-auto px-3 py-2 font-mono text-[0.8125rem] break-all whitespace-pre-wrap">
        {command}
      </code>
      <div className="flex items-center justify-end gap-0.5 border-t border-border p-1">
        <Button
          look="accent"
          size="small"
          disabled={!ready}
          title={ready ? "Puts it at your prompt; Enter is yours" : "The terminal is not ready yet"}
          onClick={() => {
            demonstration.bring(false);
            show("terminal");
            connection?.type(command);
            focusTerminal();
          }}
        >
          <CornerDownLeft size={14} aria-hidden />
          Type it
        </Button>
        <CopyButton text={command} />
      </div>
    </div>
  );
}
