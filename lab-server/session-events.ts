import type { Listener } from "./listener.ts";
import type { TaskState } from "./protocol.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What happens in a session, for whoever follows it. */
export type SessionEvents = {
  /** A page of the learner was welcomed, or has left. */
  entered: [page: Listener];
  left: [page: Listener];
  /** A sign of the learner: a key in this terminal, or something else that they did. */
  active: [terminal?: number];
  /** A task is done now, or the reason why it is not is another. */
  task: [state: TaskState];
  /** Another task is before the learner; null: all are done. */
  step: [task: string | null];
  /** There is a sandbox, or another than before, or none. Its terminals follow, and each new one. */
  sandbox: [sandbox: Sandbox | undefined];
  terminal: [number: number, terminal: Terminal];
  /** Its end has moved. */
  prolonged: [];
  /** Who watches has changed, or what they may do. */
  watchers: [];
  /** Nothing follows. */
  over: [];
};
