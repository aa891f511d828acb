"use client";
import { Keyboard, MonitorPlay, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLab } from "../../lab/lab-context.tsx";
import { Button } from "../../ui/button.tsx";
import { MessageBody } from "./message-body.tsx";

/** Most messages in sight at once; the others are in the list of messages. */
const MOST_IN_SIGHT = 3;

/** What asks for the learner's answer or wants to be read, one above the other, until it is answered or put away. */
export function Cards() {
  const { snapshot, connection, demonstration, show } = useLab();
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<string>();
  const asking = snapshot?.helpers.filter(({ typing }) => typing === "asks") ?? [];
  const unread = snapshot?.messages.filter(({ id }) => !read.has(id)) ?? [];
  const inSight = unread.slice(-MOST_IN_SIGHT);
  const shower = demonstration.now?.from;
  // Who stops and begins again has something new to show.
  if (shower === undefined && seen !== undefined) setSeen(undefined);
  const isOffered = shower !== undefined && seen !== shower && !demonstration.isInFront;
  if (asking.length === 0 && unread.length === 0 && !isOffered) return null;

  const answer = (helper: string, mayType: boolean) => connection?.sayInClass({ type: "helper", helper, mayType });
  const putAway = (ids: readonly string[]) => setRead(new Set([...read, ...ids]));
  return (
    <section
      aria-label="From the class"
      className="fixed bottom-4 left-4 z-30 flex max-h-[70dvh] w-[24rem] flex-col gap-2 overflow-y-auto max-md:inset-x-2 max-md:top-[8.5rem] max-md:bottom-auto max-md:max-h-[55dvh] max-md:w-auto"
    >
      {unread.length > inSight.length && (
        <p className="popover flex shrink-0 items-center justify-between gap-3 px-4 py-2 text-[0.8125rem] text-muted-foreground">
          {unread.length - inSight.length} more unread
          <Button look="quiet" size="small" onClick={() => putAway(unread.map(({ id }) => id))}>
            Put all away
          </Button>
        </p>
      )}
      {inSight.map((message) => (
        <Card key={message.id} onClose={() => putAway([message.id])}>
          <MessageBody message={message} />
        </Card>
      ))}
      {isOffered && (
        <Card onClose={() => setSeen(shower)}>
          <Question icon={<MonitorPlay size={17} aria-hidden />} text={`${shower} shows a terminal to the class.`}>
            <Button
              look="primary"
              size="small"
              onClick={() => {
                setSeen(shower);
                demonstration.bring(true);
                show("terminal");
              }}
            >
              Watch it
            </Button>
          </Question>
        </Card>
      )}
      {asking.map(({ id, name }) => (
        <Card key={id}>
          <Question icon={<Keyboard size={17} aria-hidden />} text={`${name} asks to type into your terminal.`}>
            <Button look="primary" size="small" onClick={() => answer(id, true)}>
              Let {name} type
            </Button>
            <Button size="small" onClick={() => answer(id, false)}>
              Not now
            </Button>
          </Question>
          <p className="mt-2 pl-[1.6875rem] text-[0.8125rem] text-muted-foreground">
            You see what is typed, and end it with one click.
          </p>
        </Card>
      ))}
    </section>
  );
}

function Card({ onClose, children }: { onClose?: () => void; children: ReactNode }) {
  return (
    <article className="popover relative shrink-0 p-4">
      {children}
      {onClose !== undefined && (
        <Button look="quiet" size="icon" aria-label="Put away" className="absolute top-1.5 right-1.5" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      )}
    </article>
  );
}

function Question({ icon, text, children }: { icon: ReactNode; text: string; children: ReactNode }) {
  return (
    <>
      <p className="flex gap-2.5 pr-6 text-sm leading-snug font-medium">
        <span className="mt-px shrink-0 text-accent">{icon}</span>
        <span className="min-w-0 break-words">{text}</span>
      </p>
      <div className="mt-3 flex flex-wrap gap-2 pl-[1.6875rem]">{children}</div>
    </>
  );
}
