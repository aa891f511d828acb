"use client";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { FollowedTerminal } from "../../../terminal/followed-terminal.tsx";
import { Reconnecting, TerminalCard } from "../../../terminal/terminal-card.tsx";
import { TAB } from "../../../terminal/terminal-tabs.tsx";
import { Typing } from "./typing.tsx";
import { useWatch } from "./watch-context.tsx";

/** The learner's terminals in their size, one in front. */
export function WatchedTerminals() {
  const { connection, snapshot, name } = useWatch();
  const { terminals, active, sizes, typing } = snapshot;
  if (connection === undefined) return null;
  return (
    <Tabs.Root
      value={String(active)}
      onValueChange={(value) => connection.setActive(Number(value))}
      className="flex h-full flex-col"
    >
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-border bg-surface px-1.5">
        <Tabs.List aria-label={`${name}’s terminals`} className="flex min-w-0 items-center gap-1 overflow-x-auto p-0.5">
          {terminals.map((id) => (
            <Tabs.Trigger key={id} value={String(id)} className={TAB}>
              {id === 1 ? "Terminal" : `Terminal ${id}`}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="flex-1" />
        <Typing />
      </div>
      <section aria-label="Terminal" className="relative min-h-0 flex-1 bg-terminal">
        {terminals.map((id) => {
          const size = sizes[id];
          return (
            // biome-ignore format: one rule a state
            <Tabs.Content key={id} value={String(id)} forceMount tabIndex={-1} className="absolute inset-0 outline-none data-[state=inactive]:invisible">
              {size !== undefined && (
                <FollowedTerminal
                  label={`${name}’s terminal ${id}`}
                  size={size}
                  attach={(screen) => {
                    connection.openTerminal(id, screen);
                    return () => connection.hideTerminal(id, screen);
                  }}
                  onInput={typing === "yes" && id === active ? (bytes) => connection.input(id, bytes) : undefined}
                />
              )}
            </Tabs.Content>
          );
        })}
        {typing === "yes" && <div aria-hidden className="pointer-events-none absolute inset-0 z-20 border-3 border-warning" />}
        <State />
      </section>
    </Tabs.Root>
  );
}

/** Why nothing goes on in the terminal just now, over text that stays in sight. Nothing while all is well. */
function State(): ReactNode {
  const { connection, snapshot, name } = useWatch();
  const { link, learner, ended, exited, active, terminals } = snapshot;
  if (link.state === "failed")
    return <TerminalCard urgent text={link.message} action="Try again" onAction={() => connection?.connect()} />;
  if (link.state === "reconnecting") return <Reconnecting at={link.at} onNow={() => connection?.connect()} />;
  if (learner === undefined) return <TerminalCard text={`Looking for ${name}’s terminal…`} />;
  if (ended === "reset" || ended === "replaced") return <TerminalCard text={`${name} gets a fresh sandbox…`} />;
  if (!learner.present || ended !== undefined)
    return <TerminalCard text={`${name} has no sandbox in this lesson now. It shows here when it comes.`} />;
  if (terminals.length === 0) return <TerminalCard text={`${name} has no terminal open. It shows here when it comes.`} />;
  if (active in exited) return <TerminalCard text="The shell in this terminal has ended." />;
  return null;
}
