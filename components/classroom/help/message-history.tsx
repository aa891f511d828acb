"use client";
import { MessageSquareText } from "lucide-react";
import { Popover } from "radix-ui";
import { useLab } from "../../lab/lab-context.tsx";
import { Button } from "../../ui/button.tsx";
import { MessageBody } from "./message-body.tsx";

/** The messages since the page was opened, the latest first. Nothing while there are none. */
export function MessageHistory() {
  const { snapshot } = useLab();
  const messages = snapshot?.messages ?? [];
  if (messages.length === 0) return null;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" size="small" className="h-7 tabular-nums" aria-label={`Messages: ${messages.length}`}>
          <MessageSquareText size={15} aria-hidden />
          {messages.length}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Messages"
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="popover z-40 max-h-[min(34rem,70dvh)] w-[min(24rem,calc(100vw-1.5rem))] overflow-y-auto"
        >
          <ol className="list-none divide-y divide-border">
            {messages.toReversed().map((message) => (
              <li key={message.id} className="p-4">
                <MessageBody message={message} />
              </li>
            ))}
          </ol>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
