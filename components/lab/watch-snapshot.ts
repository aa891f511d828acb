/** What a page shows that watches a learner: immutable, a new object for every change. */
import type { ServerMessage } from "../../lab-server/protocol.ts";
import { afterMessage, INITIAL_SNAPSHOT, isNewSandbox, type LabSnapshot, withTerminal } from "./snapshot.ts";

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
type Size = { readonly cols: number; readonly rows: number };

export type WatchSnapshot = LabSnapshot & {
  /** Undefined until the lab-server has told. `present`: whether their sandbox is there. */
  readonly learner?: Omit<Message<"watching">, "type"> | undefined;
  /** Whether this page may type. */
  readonly typing: Message<"typing">["state"];
  /** Sizes of the learner's terminals, which are those of their own page. */
  readonly sizes: Readonly<Record<number, Size>>;
};

export const INITIAL_WATCH: WatchSnapshot = { ...INITIAL_SNAPSHOT, terminals: [], typing: "no", sizes: {} };

/** The snapshot after what the lab-server said. */
export function afterWatchMessage(before: WatchSnapshot, message: ServerMessage): WatchSnapshot {
  const snapshot = { ...before, ...afterMessage(before, message) };
  switch (message.type) {
    case "watching": {
      const { type: _, ...learner } = message;
      return { ...snapshot, link: { state: "open" }, learner };
    }
    case "welcome": {
      // The terminals are the learner's: there is none that this page could begin.
      const { terminals } = message;
      const active = terminals.includes(before.active) ? before.active : (terminals[0] ?? 1);
      return { ...snapshot, terminals, active, sizes: isNewSandbox(before, message) ? {} : before.sizes };
    }
    case "size": {
      const { terminal, cols, rows } = message;
      const { [terminal]: _, ...exited } = before.exited;
      return {
        ...snapshot,
        exited,
        terminals: withTerminal(before.terminals, terminal),
        active: before.terminals.length === 0 ? terminal : before.active,
        sizes: { ...before.sizes, [terminal]: { cols, rows } },
      };
    }
    case "typing":
      return { ...snapshot, typing: message.state };
    default:
      return snapshot;
  }
}
