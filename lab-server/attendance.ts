/** In which capacity a page is there, and what it may do in that. */
import type { ClientMessage } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What a page may ask for besides what concerns only itself. */
export type Wish = Exclude<ClientMessage, { type: "hello" | "ping" | "open" | "ack" | "resize" | "xray" | "xray.raw" }>;

export interface Attendance {
  readonly session: Session;
  /** Looks on at somebody else's terminals, which have the size that their user gives them. */
  readonly isOnlooker: boolean;
  /** Throws Refusal or SandboxError. */
  openTerminal(number: number, cols: number, rows: number): Promise<Terminal>;
  /** Something is typed into a terminal. Throws Refusal where it may not. */
  type(terminal: number): void;
  /** Throws Refusal or SandboxError, at once or later. */
  handle(wish: Wish): Promise<unknown> | undefined;
  leave(): void;
}
