"use client";
import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Shares the delay, so that a second tooltip opens at once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Radix.Provider delayDuration={400}>{children}</Radix.Provider>;
}

/** Names a control that shows only an icon. `keys` is its shortcut. */
export function Tooltip({ label, keys, children }: { label: string; keys?: string; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content sideOffset={6} collisionPadding={8} className="tooltip">
          {label}
          {keys && <kbd className="kbd">{keys}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
