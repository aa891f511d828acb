import type { ReactNode } from "react";
import { Message } from "../ui/message.tsx";

/** In the place of a form whose link is worth nothing. `children`: how to get another. */
export function UsedUp({ children }: { children: ReactNode }) {
  return (
    <Message title="This link does not work any more">
      <p>It works once, and for a limited time.</p>
      <p>{children}</p>
    </Message>
  );
}
