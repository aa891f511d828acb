import type { ServerMessage } from "./protocol.ts";
import type { Refusal } from "./refusal.ts";
import type { Viewer } from "./xray/collector.ts";

/** A page, as the session sees it. */
export interface Listener extends Viewer {
  /** Random id of the page load; the same after a reconnect. */
  readonly client: string;
  /** Whether its socket has closed. */
  readonly gone: boolean;
  tell(message: ServerMessage): void;
  /** Terminal bytes, also of the demonstration. They stay as they are. */
  showBytes(terminal: number, bytes: Uint8Array): void;
  /** The terminal is no more. */
  forget(terminal: number): void;
  /** Sends the page away: coming again by itself does not help. */
  dismiss(refusal: Refusal): void;
}
