/** How fast a page's socket is read. Who says more than this is not refused: it is read no faster, and TCP holds back the rest. */
import type { WebSocket } from "ws";

/**
 * Far above what a page of ours says: in a flood of output it acknowledges every 16 KiB, and a paste goes no faster than its
 * shell takes it. Bytes count with each message.
 */
const MESSAGES = { burst: 8_000, perSecond: 4_000 };
const BYTES = { burst: 32 * 1024 * 1024, perSecond: 16 * 1024 * 1024 };
/** Milliseconds that it is left unread at the least. */
const SHORTEST_PAUSE = 20;

export class Pace {
  readonly #socket: Pick<WebSocket, "pause" | "resume">;
  /** Milliseconds of the clock until which what was read lasts. */
  #messages = 0;
  #bytes = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(socket: Pick<WebSocket, "pause" | "resume">) {
    this.#socket = socket;
  }

  /** A message was read. `now`: milliseconds of a clock that only goes forward. */
  read(bytes: number, now = performance.now()): void {
    this.#messages = Math.max(now, this.#messages) + 1000 / MESSAGES.perSecond;
    this.#bytes = Math.max(now, this.#bytes) + (1000 * bytes) / BYTES.perSecond;
    if (this.#pause || this.#overdue(now) <= 0) return;
    this.#socket.pause();
    this.#wait();
  }

  /** The socket has closed. */
  close(): void {
    clearTimeout(this.#pause);
  }

  /** Meanwhile some more is read, which had already come when the socket was paused. */
  #wait(): void {
    const overdue = this.#overdue(performance.now());
    if (overdue > 0) this.#pause = setTimeout(() => this.#wait(), Math.max(SHORTEST_PAUSE, overdue));
    else {
      this.#pause = undefined;
      this.#socket.resume();
    }
  }

  #overdue(now: number): number {
    return Math.max(overdue(this.#messages - now, MESSAGES), overdue(this.#bytes - now, BYTES));
  }
}

/** Milliseconds by which what was taken, `lasting` so long, is beyond the burst. */
function overdue(lasting: number, { burst, perSecond }: { burst: number; perSecond: number }): number {
  return lasting - (1000 * burst) / perSecond;
}
